//! Training on all items of a customer but one.

use crate::data::{OrderLog, Purchase};
use crate::error::Result;
use crate::eval::{Split, SplitOptions};
use crate::index::{CustomerIx, ItemIx, OrderIx};
use crate::random::Random;
use crate::time::Time;

/// Which item of a customer is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The one that the customer bought for the first time last; of several in one order the one with the smallest id.
    Last,
    /// Any, drawn by a seed.
    Random {
        /// The seed.
        seed: u64,
    },
}

impl Pick {
    /// Reads `last`, or `random`, which draws by the seed given.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`](crate::ParamError::UnknownChoice) for any other word.
    pub fn parse(word: &str, seed: u64) -> Result<Self, crate::ParamError> {
        match word {
            "last" => Ok(Self::Last),
            "random" => Ok(Self::Random { seed }),
            _ => Err(crate::ParamError::UnknownChoice {
                name: "pick",
                value: word.to_owned(),
                allowed: "last, random",
            }),
        }
    }
}

/// Keeps one item of each customer for the test part: no line of that customer and item is trained on, and with
/// [`Pick::Last`] nothing that the customer ordered after it.
///
/// Every customer is split at a time of their own (with [`Pick::Random`] at none), so a model sees what others, or the
/// customers themselves, bought later: for an estimate without that, see
/// [`temporal_split`](crate::eval::temporal_split). A customer with a single item is trained on only.
///
/// # Errors
/// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or items, and for [`Pick::Last`]
/// without times.
pub fn leave_one_out(log: &OrderLog, pick: Pick, options: &SplitOptions) -> Result<Split> {
    if pick == Pick::Last {
        log.need_times("leave_one_out of the last item")?;
    }
    let histories = log.histories()?;
    let orders_of = log.orders_by_customer();
    let left_out: Vec<Option<(ItemIx, Option<When>)>> = (0..log.n_customers())
        .map(|customer| {
            let purchases = histories.rows.row(customer);
            (purchases.len() > 1).then(|| match pick {
                Pick::Last => newest(log, orders_of.row(customer)),
                Pick::Random { seed } => (drawn(purchases, seed, customer), None),
            })
        })
        .collect();
    let mut fate = Vec::with_capacity(log.n_lines());
    for order in log.orders() {
        let left_out = log.customer_of(order).and_then(|customer: CustomerIx| left_out[customer.as_usize()]);
        for line in log.lines_of(order) {
            fate.push(match left_out {
                Some((item, _)) if line.item == Some(item) => Fate::Test,
                Some((_, Some(first))) if when(log, order) > first => Fate::Out,
                _ => Fate::Train,
            });
        }
    }
    let part = |fate_of: Fate| log.select_lines(|line| fate[line] == fate_of);
    Split::assemble(part(Fate::Train), None, &part(Fate::Test), options)
}

/// To which part a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Train,
    Test,
    Out,
}

/// The place of an order among those of a customer.
type When = (Time, OrderIx);

fn when(log: &OrderLog, order: OrderIx) -> When {
    (log.time_of(order).unwrap_or(Time::from_micros(i64::MIN)), order)
}

/// The item whose first purchase is the latest, and the order of that purchase.
fn newest(log: &OrderLog, orders: &[OrderIx]) -> (ItemIx, Option<When>) {
    let mut firsts: Vec<(ItemIx, When)> = Vec::new();
    for &order in orders {
        let bought = log.lines_of(order).filter(|line| log.is_bought(line));
        firsts.extend(bought.filter_map(|line| Some((line.item?, when(log, order)))));
    }
    firsts.sort_unstable();
    firsts.dedup_by_key(|&mut (item, _)| item);
    let newest = firsts.into_iter().max_by_key(|&(item, first)| (first, std::cmp::Reverse(item)));
    let (item, first) = newest.expect("only customers with several items are asked about");
    (item, Some(first))
}

fn drawn(purchases: &[Purchase], seed: u64, customer: usize) -> ItemIx {
    purchases[Random::new(seed, customer as u64).below(purchases.len())].item
}
