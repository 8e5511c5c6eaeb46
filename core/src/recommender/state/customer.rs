//! What is kept of a customer: their orders, packed, and what is asked of these most.

use super::keeper::{Named, wipe};
use super::words::{NO_ID, get_id, halves, id_head, id_words, put_id, whole, wipe_id};
use crate::data::{Id, IdRef};
use crate::money::{Fixed, Money, Quantity};
use crate::recommender::level::Level;
use crate::time::Time;

/// The role of a customer's id.
pub(crate) const CUSTOMER: u64 = 1;

/// The role of the id of an order that nobody stands behind.
pub(crate) const ANONYMOUS: u64 = 2;

/// Whoever bought: a customer, or the order of nobody known. Unpacked, to be changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Buyer {
    /// The customer's id; that of the order where it is anonymous.
    pub(crate) id: Option<Id>,
    pub(crate) is_anonymous: bool,
    pub(crate) level: Level,
    /// The segment's number; `NONE` for none.
    pub(crate) segment: u32,
    /// The stream of events without a session id; `NONE` for none.
    pub(crate) own_stream: u32,
    /// The streams of sessions with an id in which the customer is named, rising.
    pub(crate) streams: Vec<u32>,
    /// By time, then by id.
    pub(crate) orders: Vec<Order>,
}

/// One order of a buyer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order {
    pub(crate) time: Time,
    pub(crate) id: Option<Id>,
    /// What was spent, returns taken off.
    pub(crate) amount: Money,
    /// Whether it counts as a purchase in recency, frequency and monetary value.
    pub(crate) is_purchase: bool,
    /// Item, quantity, and whether the line counts as bought; by item.
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) item: u32,
    pub(crate) quantity: Quantity,
    pub(crate) is_bought: bool,
}

impl Default for Buyer {
    /// Nobody.
    fn default() -> Self {
        Self {
            id: None,
            is_anonymous: false,
            level: Level::Full,
            segment: u32::MAX,
            own_stream: u32::MAX,
            streams: Vec::new(),
            orders: Vec::new(),
        }
    }
}

impl Drop for Buyer {
    fn drop(&mut self) {
        wipe_id(&mut self.id);
        self.orders.iter_mut().for_each(|order| wipe_id(&mut order.id));
    }
}

const HEAD: usize = 10;
const ANONYMOUS_FLAG: u32 = 1 << 8;
/// Words of an order: time, amount, flags, the end of its lines, and kind and length of its id.
const ORDER: usize = 8;
const PURCHASE_FLAG: u32 = 1;
const LINE: usize = 2;
const OWNED_FLAG: u32 = 1 << 31;
/// Quantities beyond half of this are written in full behind the lines.
const WIDE: u32 = 1 << 30;

/// The second of an instant, as entries have it: from 1 on, within 1970 and 2106; what lies beyond counts as the nearest.
pub(crate) fn second(time: Time) -> u32 {
    u32::try_from(time.micros().div_euclid(1_000_000).max(1)).unwrap_or(u32::MAX)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).expect("orders and lines are bounded to u32")
}

/// What a buyer has of one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) item: u32,
    /// The second in which it was bought last; 0 for one only ever returned.
    pub(crate) last: u32,
    /// The number of orders that it was bought in.
    pub(crate) orders: u32,
    /// Whether more of it was bought than returned.
    pub(crate) is_owned: bool,
}

impl Buyer {
    /// Each item of the lines once, rising.
    pub(crate) fn holdings(&self) -> Vec<Holding> {
        let mut lines: Vec<(u32, u32, usize, Line)> = Vec::new();
        for (at, order) in self.orders.iter().enumerate() {
            let second = second(order.time);
            lines.extend(order.lines.iter().map(|line| (line.item, second, at, *line)));
        }
        lines.sort_unstable_by_key(|&(item, second, at, _)| (item, second, at));
        let one = |lines: &[(u32, u32, usize, Line)]| {
            let net =
                lines.iter().fold(0_i128, |net, (.., line)| net + i128::from(line.quantity.millionths()));
            let mut bought =
                lines.iter().filter(|(.., line)| line.is_bought).map(|&(_, second, at, _)| (second, at));
            let mut held = Holding { item: lines[0].0, is_owned: net > 0, ..Holding::default() };
            let mut previous = None;
            bought.by_ref().for_each(|(second, at)| {
                held.last = second;
                held.orders += u32::from(previous != Some(at));
                previous = Some(at);
            });
            held
        };
        lines.chunk_by(|a, b| a.0 == b.0).map(one).collect()
    }

    /// Whether there is anything to keep.
    pub(crate) fn is_empty(&self) -> bool {
        self.orders.is_empty()
            && self.streams.is_empty()
            && self.own_stream == u32::MAX
            && self.level == Level::Full
    }

    /// In words. Orders must be sorted, and the lines of each.
    pub(crate) fn pack(&self) -> Vec<u32> {
        let holdings = self.holdings();
        let n_lines: usize = self.orders.iter().map(|order| order.lines.len()).sum();
        let mut words = Vec::with_capacity(
            HEAD + 8
                + self.streams.len()
                + 3 * holdings.len()
                + (ORDER + 3) * self.orders.len()
                + LINE * n_lines,
        );
        let [kind, bytes] = id_head(self.id.as_ref().map(Id::as_ref));
        words.extend([
            kind | u32::from(self.level.code()) << 4 | if self.is_anonymous { ANONYMOUS_FLAG } else { 0 },
            bytes,
            self.segment,
            self.own_stream,
            count(self.streams.len()),
            count(holdings.len()),
            count(self.orders.len()),
            count(n_lines),
            // Where the wide quantities and the ids of the orders begin.
            0,
            0,
        ]);
        put_id(&mut words, self.id.as_ref().map(Id::as_ref));
        words.extend(&self.streams);
        words.extend(holdings.iter().map(|held| held.item));
        words.extend(holdings.iter().map(|held| held.last));
        words.extend(holdings.iter().map(|held| held.orders | if held.is_owned { OWNED_FLAG } else { 0 }));
        let mut end = 0;
        for order in &self.orders {
            end += order.lines.len();
            words.extend(halves(order.time.micros()));
            words.extend(halves(order.amount.millionths()));
            words.extend([if order.is_purchase { PURCHASE_FLAG } else { 0 }, count(end)]);
            words.extend(id_head(order.id.as_ref().map(Id::as_ref)));
        }
        let mut wide = Vec::new();
        for line in self.orders.iter().flat_map(|order| &order.lines) {
            let quantity = line.quantity.millionths();
            let whole = u32::try_from(quantity / Fixed::ONE.millionths())
                .ok()
                .filter(|&whole| whole < WIDE / 2 && i64::from(whole) * Fixed::ONE.millionths() == quantity);
            let code = whole.unwrap_or_else(|| {
                wide.extend(halves(quantity));
                WIDE | count(wide.len() / 2 - 1)
            });
            words.extend([line.item, code | if line.is_bought { OWNED_FLAG } else { 0 }]);
        }
        words[8] = count(words.len());
        words.extend(wide);
        words[9] = count(words.len());
        self.orders.iter().for_each(|order| put_id(&mut words, order.id.as_ref().map(Id::as_ref)));
        words
    }
}

/// A packed buyer, read where it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuyerRecord<'a> {
    words: &'a [u32],
}

/// Buyers, kept by the ids of customers and of anonymous orders.
#[derive(Debug, Clone)]
pub(crate) enum Buyers {}

impl Named for Buyers {
    fn name(record: &[u32]) -> Option<(u64, IdRef<'_>)> {
        let record = BuyerRecord::new(record)?;
        let role = if record.is_anonymous() { ANONYMOUS } else { CUSTOMER };
        Some((role, record.id()?))
    }
}

impl<'a> BuyerRecord<'a> {
    /// The buyer of a slot; `None` for a free one.
    #[inline]
    pub(crate) fn new(words: &'a [u32]) -> Option<Self> {
        (!words.is_empty()).then_some(Self { words })
    }

    pub(crate) fn id(self) -> Option<IdRef<'a>> {
        get_id(self.words[0] & 0xf, self.words[1], &self.words[HEAD..])
    }

    #[inline]
    pub(crate) fn is_anonymous(self) -> bool {
        self.words[0] & ANONYMOUS_FLAG != 0
    }

    /// Whether the buyer can be told from others: all but orders of nobody without an id.
    #[inline]
    pub(crate) fn has_name(self) -> bool {
        self.words[0] & 0xf != NO_ID
    }

    pub(crate) fn level(self) -> Level {
        Level::from_code((self.words[0] >> 4 & 0xf) as u8)
    }

    pub(crate) fn segment(self) -> u32 {
        self.words[2]
    }

    pub(crate) fn own_stream(self) -> Option<u32> {
        Some(self.words[3]).filter(|&stream| stream != u32::MAX)
    }

    #[inline]
    fn after_id(self) -> usize {
        HEAD + id_words(self.words[1])
    }

    #[inline]
    fn at_holdings(self) -> usize {
        self.after_id() + self.words[4] as usize
    }

    pub(crate) fn streams(self) -> &'a [u32] {
        &self.words[self.after_id()..self.at_holdings()]
    }

    /// The number of distinct items.
    #[inline]
    pub(crate) fn n_items(self) -> usize {
        self.words[5] as usize
    }

    /// The distinct items, rising.
    #[inline]
    pub(crate) fn items(self) -> &'a [u32] {
        let start = self.at_holdings();
        &self.words[start..start + self.n_items()]
    }

    /// The second of the last purchase of each distinct item.
    #[inline]
    pub(crate) fn last_seconds(self) -> &'a [u32] {
        let start = self.at_holdings() + self.n_items();
        &self.words[start..start + self.n_items()]
    }

    /// What the buyer has of the item at a place of [`Self::items`].
    #[inline]
    pub(crate) fn holding(self, at: usize) -> Holding {
        let (start, n) = (self.at_holdings(), self.n_items());
        let counts = self.words[start + 2 * n + at];
        Holding {
            item: self.words[start + at],
            last: self.words[start + n + at],
            orders: counts & !OWNED_FLAG,
            is_owned: counts & OWNED_FLAG != 0,
        }
    }

    pub(crate) fn holdings(self) -> impl ExactSizeIterator<Item = Holding> + use<'a> {
        (0..self.n_items()).map(move |at| self.holding(at))
    }

    #[inline]
    pub(crate) fn n_orders(self) -> usize {
        self.words[6] as usize
    }

    pub(crate) fn n_lines(self) -> usize {
        self.words[7] as usize
    }

    #[inline]
    fn at_orders(self) -> usize {
        self.at_holdings() + 3 * self.n_items()
    }

    /// An order's words.
    #[inline]
    fn order_words(self, order: usize) -> &'a [u32] {
        let start = self.at_orders() + ORDER * order;
        &self.words[start..start + ORDER]
    }

    #[inline]
    pub(crate) fn time(self, order: usize) -> Time {
        let words = self.order_words(order);
        Time::from_micros(whole(words[0], words[1]))
    }

    pub(crate) fn amount(self, order: usize) -> Money {
        let words = self.order_words(order);
        Money::from_millionths(whole(words[2], words[3]))
    }

    pub(crate) fn is_purchase(self, order: usize) -> bool {
        self.order_words(order)[4] & PURCHASE_FLAG != 0
    }

    /// The items that an order is of, rising, an item as often as it has lines; lines that do not count as bought are left out.
    #[inline]
    pub(crate) fn basket(self, order: usize) -> impl Iterator<Item = u32> + use<'a> {
        let lines = self.line_words(order).chunks_exact(LINE);
        lines.filter(|line| line[1] & OWNED_FLAG != 0).map(|line| line[0])
    }

    #[inline]
    fn line_words(self, order: usize) -> &'a [u32] {
        let start = if order == 0 { 0 } else { self.order_words(order - 1)[5] as usize };
        let end = self.order_words(order)[5] as usize;
        let lines = self.at_orders() + ORDER * self.n_orders();
        &self.words[lines + LINE * start..lines + LINE * end]
    }

    /// Everything, to be changed or told.
    pub(crate) fn unpack(self) -> Buyer {
        let (wide, mut ids) = (self.words[8] as usize, self.words[9] as usize);
        let line = |words: &[u32]| {
            let code = words[1] & !OWNED_FLAG;
            let micros = if code & WIDE == 0 {
                i64::from(code) * Fixed::ONE.millionths()
            } else {
                let at = wide + 2 * (code & !WIDE) as usize;
                whole(self.words[at], self.words[at + 1])
            };
            Line {
                item: words[0],
                quantity: Quantity::from_millionths(micros),
                is_bought: words[1] & OWNED_FLAG != 0,
            }
        };
        let mut order = |order: usize| {
            let words = self.order_words(order);
            let id = get_id(words[6], words[7], &self.words[ids..]).map(IdRef::to_id);
            ids += id_words(words[7]);
            Order {
                time: self.time(order),
                id,
                amount: self.amount(order),
                is_purchase: self.is_purchase(order),
                lines: self.line_words(order).chunks_exact(LINE).map(line).collect(),
            }
        };
        Buyer {
            id: self.id().map(IdRef::to_id),
            is_anonymous: self.is_anonymous(),
            level: self.level(),
            segment: self.segment(),
            own_stream: self.words[3],
            streams: self.streams().to_vec(),
            orders: (0..self.n_orders()).map(&mut order).collect(),
        }
    }
}

/// Packs, and leaves nothing of the words behind.
pub(crate) fn with_packed<R>(buyer: &Buyer, take: impl FnOnce(&[u32]) -> R) -> R {
    let words = buyer.pack();
    let result = take(&words);
    wipe(words);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(item: u32, quantity: f64) -> Line {
        let quantity = Quantity::from_f64(quantity).unwrap();
        Line { item, quantity, is_bought: quantity > Quantity::ZERO }
    }

    fn buyer() -> Buyer {
        let order = |day: i64, id: &str, lines: Vec<Line>| Order {
            time: Time::from_micros(day * 86_400_000_000 + 5),
            id: Some(Id::from(id)),
            amount: Money::from_millionths(-7 + day),
            is_purchase: day > 1,
            lines,
        };
        Buyer {
            id: Some(Id::from("Ödön")),
            is_anonymous: false,
            level: Level::Session,
            segment: 3,
            own_stream: 5,
            streams: vec![4, 9],
            orders: vec![
                order(1, "a", vec![line(2, 1.0), line(7, 0.5)]),
                order(2, "", vec![line(2, 3.0), line(2, 1.0), line(8, -1.0), line(9, 5e9)]),
                order(3, "a long one", vec![line(7, -0.5)]),
            ],
        }
    }

    #[test]
    fn what_is_packed_is_read_back() {
        let words = buyer().pack();
        let record = BuyerRecord::new(&words).unwrap();
        assert_eq!(record.unpack(), buyer());
        assert_eq!(record.id(), Some("Ödön".into()));
        assert_eq!(record.items(), [2, 7, 8, 9]);
        assert_eq!(record.basket(1).collect::<Vec<_>>(), [2, 2, 9]);
        let held = |item| record.holdings().find(|held| held.item == item).unwrap();
        assert_eq!((held(2).orders, held(2).is_owned, held(2).last), (2, true, 172_800));
        // Bought and returned; only returned.
        assert_eq!((held(7).orders, held(7).is_owned, held(7).last), (1, false, 86_400));
        assert_eq!((held(8).orders, held(8).is_owned, held(8).last), (0, false, 0));
        let mut nobody = Buyer::default();
        (nobody.id, nobody.is_anonymous) = (Some(Id::from(-4)), true);
        assert_eq!(Buyers::name(&nobody.pack()), Some((ANONYMOUS, IdRef::Int(-4))));
    }
}
