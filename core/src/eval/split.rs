//! What a model may see, and what is asked of it afterwards.

use std::fmt;

use crate::data::{OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::index::{CustomerIx, ItemIx, OrderIx};
use crate::money::Money;

/// What becomes of items in the test part that the training part does not know, so that no model can find them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownItems {
    /// They are left out of what is asked for, and counted.
    #[default]
    Drop,
    /// They stay in what is asked for, as misses of every model.
    Miss,
}

impl UnknownItems {
    /// Reads `drop` or `miss`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`](crate::ParamError::UnknownChoice) for any other word.
    pub fn parse(word: &str) -> Result<Self, crate::ParamError> {
        match word {
            "drop" => Ok(Self::Drop),
            "miss" => Ok(Self::Miss),
            _ => Err(crate::ParamError::UnknownChoice {
                name: "unknown_items",
                value: word.to_owned(),
                allowed: "drop, miss",
            }),
        }
    }
}

/// What counts as right: new items that the training part knows, unless told.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitOptions {
    pub(super) new_items_only: bool,
    pub(super) unknown_items: UnknownItems,
}

impl Default for SplitOptions {
    fn default() -> Self {
        Self { new_items_only: true, unknown_items: UnknownItems::Drop }
    }
}

impl SplitOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether an item that the customer bought in the training part is left out of what is asked for (default: yes). With
    /// `false`, [`NextBasket`](crate::next_basket::NextBasket) answers what a customer has too, and
    /// [`Recommended`](crate::eval::Recommended) what it was given; the other models of this crate do not recommend what a
    /// customer has, so that they miss every repeat purchase.
    #[must_use]
    pub fn new_items_only(mut self, new_items_only: bool) -> Self {
        self.new_items_only = new_items_only;
        self
    }

    /// What becomes of items that the training part does not know.
    #[must_use]
    pub fn unknown_items(mut self, unknown_items: UnknownItems) -> Self {
        self.unknown_items = unknown_items;
        self
    }
}

/// What a split left out, and how much it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SplitCounts {
    /// Customers of the test part that are asked about.
    pub customers: usize,
    /// Of these, customers for whom nothing is left to ask for: their accuracy is undefined.
    pub without_truth: usize,
    /// Pairs of customer and item that are asked for, those included that no model can find.
    pub pairs: usize,
    /// Customers of the test part that the training part does not know: left out.
    pub unknown_customers: usize,
    /// Pairs of a customer asked about with an item that the training part does not know.
    pub unknown_pairs: usize,
    /// Pairs that the training part has already, left out where only new items are asked for.
    pub repeated_pairs: usize,
    /// Orders of the test part without a customer: left out.
    pub anonymous_orders: usize,
}

/// A log for training, and for each customer of the test part the items that a model should have recommended.
///
/// What is asked for ([`Split::truth`]) has the indices of the items of the training log. [`Split::history`] is what the
/// customer has at that time, which a model may be told.
#[derive(Debug, Clone)]
pub struct Split {
    train: OrderLog,
    items: Vocabulary,
    customers: Vocabulary,
    histories: Rows<ItemIx>,
    truth: Rows<ItemIx>,
    /// What was paid for each item of the truth.
    amounts: Option<Rows<Money>>,
    /// The number of items of each customer's truth that the training part does not know.
    unreachable: Vec<u32>,
    has_repeats: bool,
    counts: SplitCounts,
}

impl Split {
    /// From two logs that are apart already, such as the two files of a published data set.
    ///
    /// Asked about are the customers of `test` that `train` knows; asked for is what they bought in `test`. Whether `test`
    /// comes after `train` is the caller's to know.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or items.
    pub fn from_logs(train: OrderLog, test: &OrderLog, options: &SplitOptions) -> Result<Self> {
        Self::assemble(train, None, test, options)
    }

    /// From what is trained on, what is asked for, and what is known of the customers asked about: `known`, or where that
    /// is absent the training log.
    pub(super) fn assemble(
        train: OrderLog,
        known: Option<&OrderLog>,
        test: &OrderLog,
        options: &SplitOptions,
    ) -> Result<Self> {
        let items = train.need_items("a split")?.clone();
        train.need_customers("a split")?;
        let (before, test_items) = (known.unwrap_or(&train).histories()?, test.need_items("a split")?);
        let test_customers = test.need_customers("a split")?;
        let numbers = |other: &Vocabulary| -> Vec<Option<ItemIx>> {
            other.iter().map(|id| items.position(id).map(ItemIx::new)).collect()
        };
        let (of_before, of_test) = (numbers(&before.items), numbers(test_items));
        let orders_of = test.orders_by_customer();
        let mut counts = SplitCounts {
            anonymous_orders: test.orders().filter(|&order| test.customer_of(order).is_none()).count(),
            ..SplitCounts::default()
        };
        let (mut histories, mut truth, mut amounts) = (Rows::default(), Rows::default(), Rows::default());
        let (mut asked, mut unreachable) = (Vec::new(), Vec::new());
        let mut bought: Vec<(ItemIx, Money)> = Vec::new();
        for customer in (0..test_customers.len()).map(CustomerIx::new) {
            let orders = orders_of.row(customer.as_usize());
            bought_in(test, orders, &mut bought);
            if bought.is_empty() {
                continue;
            }
            let Some(position) = before.customers.position(test_customers.get(customer.as_usize())) else {
                counts.unknown_customers += 1;
                continue;
            };
            let purchases = before.rows.row(position);
            let seen: Vec<ItemIx> = purchases.iter().filter_map(|p| of_before[p.item.as_usize()]).collect();
            let mut unknown = 0;
            bought.retain_mut(|(item, _)| match of_test[item.as_usize()] {
                None => {
                    unknown += 1;
                    false
                }
                Some(of_train) if options.new_items_only && seen.binary_search(&of_train).is_ok() => {
                    counts.repeated_pairs += 1;
                    false
                }
                Some(of_train) => {
                    *item = of_train;
                    true
                }
            });
            counts.unknown_pairs += unknown as usize;
            let unknown = if options.unknown_items == UnknownItems::Miss { unknown } else { 0 };
            counts.without_truth += usize::from(bought.is_empty() && unknown == 0);
            counts.pairs += bought.len() + unknown as usize;
            let owned = purchases.iter().filter(|purchase| purchase.owned > Money::ZERO);
            histories.push(owned.filter_map(|purchase| of_before[purchase.item.as_usize()]));
            truth.push(bought.iter().map(|&(item, _)| item));
            amounts.push(bought.iter().map(|&(_, amount)| amount));
            unreachable.push(unknown);
            asked.push(customer.as_usize());
        }
        counts.customers = asked.len();
        let customers = test_customers.subset(asked.into_iter());
        let amounts = test.has_amounts().then_some(amounts);
        let has_repeats = !options.new_items_only;
        Ok(Self { train, items, customers, histories, truth, amounts, unreachable, has_repeats, counts })
    }

    /// The log to train on.
    #[must_use]
    pub fn train(&self) -> &OrderLog {
        &self.train
    }

    /// What the items of the training log are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The customers asked about, by id.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// What the customer at a position of [`Split::customers`] has before the test part: bought more of than returned.
    ///
    /// # Panics
    /// When the position is not below the number of customers.
    #[must_use]
    pub fn history(&self, customer: usize) -> &[ItemIx] {
        self.histories.row(customer)
    }

    /// The items that should be recommended to the customer at a position, rising; empty where nothing is left.
    ///
    /// # Panics
    /// When the position is not below the number of customers.
    #[must_use]
    pub fn truth(&self, customer: usize) -> &[ItemIx] {
        self.truth.row(customer)
    }

    /// What the customer at a position paid for each item of [`Split::truth`] in the test part; `None` where it has no
    /// prices.
    ///
    /// # Panics
    /// When the position is not below the number of customers.
    #[must_use]
    pub fn amounts(&self, customer: usize) -> Option<&[Money]> {
        self.amounts.as_ref().map(|amounts| amounts.row(customer))
    }

    /// The number of items that should have been recommended to the customer at a position and that the training part does
    /// not know; 0 unless [`UnknownItems::Miss`] was asked for.
    ///
    /// # Panics
    /// When the position is not below the number of customers.
    #[must_use]
    pub fn unreachable(&self, customer: usize) -> usize {
        self.unreachable[customer] as usize
    }

    /// Whether it is known what was paid for the items asked for.
    #[must_use]
    pub fn has_amounts(&self) -> bool {
        self.amounts.is_some()
    }

    /// Whether items are asked for that the customer bought before, too.
    #[must_use]
    pub fn has_repeats(&self) -> bool {
        self.has_repeats
    }

    /// What was left out, and how much is asked for.
    #[must_use]
    pub fn counts(&self) -> SplitCounts {
        self.counts
    }
}

/// The distinct items that the orders hold, rising, and what was paid for each.
fn bought_in(log: &OrderLog, orders: &[OrderIx], bought: &mut Vec<(ItemIx, Money)>) {
    bought.clear();
    for &order in orders {
        let lines = log.lines_of(order).filter(|line| log.is_bought(line));
        bought.extend(lines.filter_map(|line| Some((line.item?, line.amount.unwrap_or(Money::ZERO)))));
    }
    bought.sort_by_key(|&(item, _)| item);
    bought.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            let sum = kept.1.millionths().saturating_add(next.1.millionths());
            kept.1 = Money::from_millionths(sum);
        }
        is_same
    });
}

/// `1697 customers asked about (5 with nothing left to ask for), 43812 pairs; …`.
impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SplitCounts { customers, without_truth, pairs, .. } = self.counts;
        let lines = self.train.n_lines();
        write!(f, "{lines} lines to train on; {customers} customers asked about, {pairs} pairs asked for")?;
        let left_out = [
            (without_truth, "customers with nothing to ask for"),
            (self.counts.unknown_customers, "customers unknown to training"),
            (self.counts.unknown_pairs, "pairs with an item unknown to training"),
            (self.counts.repeated_pairs, "pairs seen in training"),
            (self.counts.anonymous_orders, "orders without a customer"),
        ];
        for (count, what) in left_out.into_iter().filter(|&(count, _)| count > 0) {
            write!(f, "\n  {count} {what}")?;
        }
        Ok(())
    }
}
