//! Writing a buyer's record: item by item as they come, from wherever they stand.

use super::customer::{
    ANONYMOUS_FLAG, BOUGHT, HEAD, ID_KIND, ITEM_BITS, ITEM_MASK, LAST_BITS, LAST_MASK, Line, MANY, ORDER,
    OWNED_FLAG, PURCHASE_FLAG, WIDE, WIDE_LINE,
};
use super::wiped::{Wiped, Words};
use super::words::{halves, id_head, id_words, put_id};
use crate::data::IdRef;
use crate::error::IntakeError;
use crate::money::{Fixed, Money};
use crate::recommender::level::Level;
use crate::time::Time;

/// How many lines a record has room for: those that are written in full are counted in the bits of an item.
pub(crate) const MAX_LINES: usize = (1 << ITEM_BITS) - 1;

/// Refuses more lines of a customer, or of an order of nobody, than a record has room for.
pub(super) fn check_lines(id: Option<IdRef<'_>>, n_lines: usize, most: usize) -> Result<(), IntakeError> {
    if n_lines <= most {
        return Ok(());
    }
    let whose = id.map_or_else(|| "nobody".to_owned(), IdRef::quoted);
    Err(IntakeError::TooManyLines { whose, n_lines, most })
}

/// What a record begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) id: Option<IdRef<'a>>,
    pub(crate) is_anonymous: bool,
    pub(crate) level: Level,
    pub(crate) segment: u32,
    pub(crate) own_stream: u32,
    pub(crate) streams: &'a [u32],
}

impl Who<'_> {
    /// Whether nothing is told of a customer without orders.
    pub(crate) fn tells_nothing(&self) -> bool {
        self.streams.is_empty()
            && self.own_stream == u32::MAX
            && self.level == Level::Full
            && self.segment == u32::MAX
    }
}

/// What a buyer has of an item, as a record tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Held {
    pub(super) item: u32,
    /// The number of orders that it was bought in.
    pub(super) orders: u32,
    /// The place of the last of these among all orders.
    pub(super) last: u32,
    pub(super) is_owned: bool,
}

/// Takes the orders and lines of one buyer at a time, and writes their record; its memory is used again for the next, and written over
/// before it is let go of.
///
/// Orders must come in their order, and so must the lines of each.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    /// Six words an order, but for the end of its lines.
    orders: Words,
    /// The lines, and the order of each.
    lines: Wiped<(u32, Line)>,
    /// Lines by item, then by order.
    sorted: Wiped<u64>,
    held: Wiped<Held>,
    /// The ids of orders.
    ids: Words,
    /// The words of lines, and of those that are written in full.
    coded: Words,
    wide: Words,
}

fn count(n: usize) -> u32 {
    u32::try_from(n).expect("what a record holds is bounded to u32")
}

impl Packer {
    /// An order, whose lines follow.
    pub(crate) fn order(&mut self, time: Time, id: Option<IdRef<'_>>, amount: Money, is_purchase: bool) {
        self.end_order();
        let [kind, bytes] = id_head(id);
        self.orders.extend(halves(time.micros()));
        self.orders.extend(halves(amount.millionths()));
        self.orders.extend([if is_purchase { PURCHASE_FLAG } else { 0 }, kind << ID_KIND | bytes]);
        put_id(&mut self.ids, id);
    }

    /// A line of the order before.
    pub(crate) fn line(&mut self, line: Line) {
        let order = count(self.orders.len() / ORDER - 1);
        self.lines.push((order, line));
    }

    /// Writes where the lines of the last order end.
    fn end_order(&mut self) {
        if let Some(start) = self.orders.len().checked_sub(ORDER) {
            self.orders[start + 4] |= count(self.lines.len());
        }
    }

    /// Each item that was bought once, rising; what was only ever returned is not among them.
    pub(super) fn held(&mut self) -> &[Held] {
        self.sorted.clear();
        let lines = self.lines.iter().enumerate();
        self.sorted.extend(lines.map(|(at, (_, line))| u64::from(line.item) << 32 | at as u64));
        self.sorted.sort_unstable();
        self.held.clear();
        for lines in self.sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
            let (mut net, mut orders, mut last) = (0_i128, 0, u32::MAX);
            #[allow(clippy::cast_possible_truncation, reason = "the lower half")]
            for &place in lines {
                let (order, line) = self.lines[place as u32 as usize];
                net += i128::from(line.quantity.millionths());
                if line.is_bought {
                    orders += u32::from(order != last);
                    last = order;
                }
            }
            if orders > 0 {
                let item = u32::try_from(lines[0] >> 32).expect("the upper half");
                self.held.push(Held { item, orders, last, is_owned: net > 0 });
            }
        }
        &self.held
    }

    /// Writes the record behind some words, and begins anew.
    pub(crate) fn write(&mut self, who: &Who<'_>, words: &mut Words) {
        self.end_order();
        self.held();
        self.code_lines();
        let n_orders = self.orders.len() / ORDER;
        let [kind, bytes] = id_head(who.id);
        let start = words.len();
        words.reserve(
            HEAD + id_words(bytes)
                + who.streams.len()
                + 2 * self.held.len()
                + self.orders.len()
                + self.coded.len()
                + self.wide.len()
                + self.ids.len(),
        );
        words.extend([
            kind | u32::from(who.level.code()) << 4 | if who.is_anonymous { ANONYMOUS_FLAG } else { 0 },
            bytes,
            who.segment,
            who.own_stream,
            count(who.streams.len()),
            count(self.held.len()),
            count(n_orders),
            count(self.lines.len()),
            // Where the wide quantities and the ids of the orders begin.
            0,
            0,
        ]);
        put_id(words, who.id);
        words.extend_from_slice(who.streams);
        words.extend(self.held.iter().map(|held| held.item));
        words.extend(self.held.iter().map(|held| {
            let last = held.last.min(LAST_MASK);
            held.orders.min(MANY) << LAST_BITS | last | if held.is_owned { OWNED_FLAG } else { 0 }
        }));
        words.extend_from_slice(&self.orders);
        words.extend_from_slice(&self.coded);
        words[start + 8] = count(words.len() - start);
        words.extend_from_slice(&self.wide);
        words[start + 9] = count(words.len() - start);
        words.extend_from_slice(&self.ids);
        self.clear();
    }

    /// The words of the lines.
    fn code_lines(&mut self) {
        self.coded.reserve(self.lines.len());
        for &(_, line) in &*self.lines {
            self.coded.push(match code(line).filter(|_| line.item <= ITEM_MASK) {
                Some(code) => code << ITEM_BITS | line.item,
                None => {
                    self.wide.extend([line.item, u32::from(line.is_bought)]);
                    self.wide.extend(halves(line.quantity.millionths()));
                    WIDE << ITEM_BITS | count(self.wide.len() / WIDE_LINE - 1)
                }
            });
        }
    }

    /// Begins anew.
    fn clear(&mut self) {
        self.orders.clear();
        self.lines.clear();
        self.ids.clear();
        self.coded.clear();
        self.wide.clear();
    }
}

/// The code of a line's quantity; `None` where there is none for it.
fn code(line: Line) -> Option<u32> {
    let quantity = line.quantity.millionths();
    let whole = u32::try_from(quantity / Fixed::ONE.millionths()).ok()?;
    let is_small = whole < BOUGHT && i64::from(whole) * Fixed::ONE.millionths() == quantity;
    is_small.then(|| whole + if line.is_bought { 0 } else { BOUGHT })
}
