//! What is kept of a customer: their orders, packed, and what is asked of these most.

use std::hint::black_box;

use super::keeper::Named;
use super::packer::{Held, Packer, Who};
use super::wiped::{Words, wipe};
use super::words::{NO_ID, get_id, id_words, whole, wipe_id};
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        wipe_id(&mut self.id);
        wipe(&mut self.lines, Line::default());
        (self.time, self.amount, self.is_purchase) = (Time::from_micros(0), Money::ZERO, false);
        black_box(self);
    }
}

pub(super) const HEAD: usize = 10;
pub(super) const ANONYMOUS_FLAG: u32 = 1 << 8;
/// Words of an order: time, amount, the end of its lines with a flag, and kind and length of its id.
pub(super) const ORDER: usize = 6;
pub(super) const PURCHASE_FLAG: u32 = 1 << 31;
/// Where the kind of an order's id begins, above its length.
pub(super) const ID_KIND: u32 = 28;
/// A line is its item and, above these bits, a code of its quantity.
pub(super) const ITEM_BITS: u32 = 24;
pub(super) const ITEM_MASK: u32 = (1 << ITEM_BITS) - 1;
/// Codes below it are quantities that count as bought; up to twice it those that do not.
pub(super) const BOUGHT: u32 = 100;
/// The line is written in full behind the others; in the place of the item stands which.
pub(super) const WIDE: u32 = 255;
/// Words of a line written in full: item, whether it counts as bought, quantity.
pub(super) const WIDE_LINE: usize = 4;
/// Of what is held of an item: whether it is owned, the number of orders, and the place of the last of these among all, in these bits.
pub(super) const OWNED_FLAG: u32 = 1 << 31;
pub(super) const LAST_BITS: u32 = 18;
pub(super) const LAST_MASK: u32 = (1 << LAST_BITS) - 1;
/// As many orders or more are counted again when asked.
pub(super) const MANY: u32 = (1 << (31 - LAST_BITS)) - 1;

/// The second of an instant, as entries have it: from 1 on, within 1970 and 2106; what lies beyond counts as the nearest.
pub(crate) fn second(time: Time) -> u32 {
    u32::try_from(time.micros().div_euclid(1_000_000).max(1)).unwrap_or(u32::MAX).min(u32::MAX - 1)
}

/// What a buyer has of one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) item: u32,
    /// The second in which it was bought last.
    pub(crate) last: u32,
    /// The number of orders that it was bought in, from 1.
    pub(crate) orders: u32,
    /// Whether more of it was bought than returned.
    pub(crate) is_owned: bool,
}

impl Buyer {
    /// Each item that was bought once, rising; what was only ever returned is not among them.
    pub(crate) fn holdings(&self) -> Vec<Holding> {
        let mut packer = Packer::default();
        self.tell_lines(&mut packer);
        let told = |held: &Held| Holding {
            item: held.item,
            last: second(self.orders[held.last as usize].time),
            orders: held.orders,
            is_owned: held.is_owned,
        };
        packer.held().iter().map(told).collect()
    }

    /// Whether there is anything to keep.
    pub(crate) fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.who().tells_nothing()
    }

    /// A copy, with room for some more orders.
    pub(super) fn with_room(&self, n_orders: usize) -> Self {
        let mut orders = Vec::with_capacity(self.orders.len() + n_orders);
        orders.extend_from_slice(&self.orders);
        Self {
            id: self.id.clone(),
            is_anonymous: self.is_anonymous,
            level: self.level,
            segment: self.segment,
            own_stream: self.own_stream,
            streams: self.streams.clone(),
            orders,
        }
    }

    fn who(&self) -> Who<'_> {
        Who {
            id: self.id.as_ref().map(Id::as_ref),
            is_anonymous: self.is_anonymous,
            level: self.level,
            segment: self.segment,
            own_stream: self.own_stream,
            streams: &self.streams,
        }
    }

    /// Orders and lines, all that [`Packer::held`] needs.
    fn tell_lines(&self, packer: &mut Packer) {
        for order in &self.orders {
            packer.order(order.time, None, Money::ZERO, false);
            order.lines.iter().for_each(|&line| packer.line(line));
        }
    }

    fn tell(&self, packer: &mut Packer) {
        for order in &self.orders {
            packer.order(order.time, order.id.as_ref().map(Id::as_ref), order.amount, order.is_purchase);
            order.lines.iter().for_each(|&line| packer.line(line));
        }
    }

    /// Writes the record behind some words. Orders must be sorted, and the lines of each.
    pub(crate) fn write(&self, packer: &mut Packer, words: &mut Words) {
        self.tell(packer);
        packer.write(&self.who(), words);
    }

    /// In words.
    pub(crate) fn pack(&self) -> Words {
        let mut words = Words::default();
        self.write(&mut Packer::default(), &mut words);
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

    /// The number of distinct items that were bought.
    #[inline]
    pub(crate) fn n_items(self) -> usize {
        self.words[5] as usize
    }

    /// The distinct items that were bought, rising.
    #[inline]
    pub(crate) fn items(self) -> &'a [u32] {
        let start = self.at_holdings();
        &self.words[start..start + self.n_items()]
    }

    /// How many words of a record there are up to the last of [`Self::items`].
    #[inline]
    pub(crate) fn words_to_items(words: &[u32]) -> usize {
        BuyerRecord::new(words).map_or(0, |buyer| buyer.at_holdings() + buyer.n_items())
    }

    /// An item by its place among [`Self::items`], and whether it is owned, the number of orders and the place of the last of these.
    #[inline]
    fn told(self, at: usize) -> (u32, bool, u32, u32) {
        let (start, n) = (self.at_holdings(), self.n_items());
        let (item, told) = (self.words[start + at], self.words[start + n + at]);
        (item, told & OWNED_FLAG != 0, (told & !OWNED_FLAG) >> LAST_BITS, told & LAST_MASK)
    }

    /// What the buyer has of the item at a place of [`Self::items`].
    #[inline]
    pub(crate) fn holding(self, at: usize) -> Holding {
        let (item, is_owned, orders, _) = self.told(at);
        let orders = if orders == MANY { self.count_orders(at) } else { orders };
        Holding { item, last: self.last_second(at), orders, is_owned }
    }

    /// How many orders the item at a place was bought in, of which there are too many to be told.
    #[cold]
    fn count_orders(self, at: usize) -> u32 {
        u32::try_from(self.orders_with(at).count()).expect("orders are bounded to u32")
    }

    /// The second in which the item at a place of [`Self::items`] was bought last.
    #[inline]
    pub(crate) fn last_second(self, at: usize) -> u32 {
        let (_, _, _, last) = self.told(at);
        let last = if last == LAST_MASK { self.orders_with(at).next() } else { Some(last as usize) };
        last.map_or(1, |last| second(self.time(last)))
    }

    /// The orders that the item at a place of [`Self::items`] was bought in, the last first.
    #[inline]
    pub(crate) fn orders_with(self, at: usize) -> impl Iterator<Item = usize> + use<'a> {
        let (item, _, orders, last) = self.told(at);
        let n = if orders == MANY { usize::MAX } else { orders as usize };
        let behind = if last == LAST_MASK { self.n_orders() } else { last as usize + 1 };
        (0..behind).rev().filter(move |&order| self.basket(order).any(|other| other == item)).take(n)
    }

    pub(crate) fn holdings(self) -> impl ExactSizeIterator<Item = Holding> + use<'a> {
        (0..self.n_items()).map(move |at| self.holding(at))
    }

    /// The items that were bought in two orders or more, rising.
    pub(crate) fn bought_again(self) -> impl Iterator<Item = u32> + use<'a> {
        let (start, n) = (self.at_holdings(), self.n_items());
        let told = &self.words[start + n..start + 2 * n];
        let is_again = |told: u32| (told & !OWNED_FLAG) >> LAST_BITS > 1;
        self.items().iter().zip(told).filter(move |&(_, &told)| is_again(told)).map(|(&item, _)| item)
    }

    #[inline]
    pub(crate) fn n_orders(self) -> usize {
        self.words[6] as usize
    }

    /// The orders that something was bought in: all but those of returns alone.
    #[inline]
    pub(crate) fn purchases(self) -> impl DoubleEndedIterator<Item = usize> + use<'a> {
        (0..self.n_orders()).filter(move |&order| self.basket(order).next().is_some())
    }

    /// How many orders have an id.
    pub(crate) fn n_order_ids(self) -> usize {
        (0..self.n_orders()).filter(|&order| self.id_head(order).0 != NO_ID).count()
    }

    pub(crate) fn n_lines(self) -> usize {
        self.words[7] as usize
    }

    #[inline]
    fn at_orders(self) -> usize {
        self.at_holdings() + 2 * self.n_items()
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

    /// Orders, which must rise, with their ids.
    pub(crate) fn order_ids(
        self,
        orders: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = (usize, Option<IdRef<'a>>)> {
        let (mut next, mut at) = (0, self.words[9] as usize);
        orders.map(move |order| {
            while next < order {
                at += id_words(self.id_head(next).1);
                next += 1;
            }
            let (kind, bytes) = self.id_head(order);
            (order, get_id(kind, bytes, &self.words[at..]))
        })
    }

    /// The kind and the bytes of an order's id.
    fn id_head(self, order: usize) -> (u32, u32) {
        let word = self.order_words(order)[5];
        (word >> ID_KIND, word & ((1 << ID_KIND) - 1))
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
        self.line_words(order).iter().filter_map(move |&word| {
            let code = word >> ITEM_BITS;
            if code < BOUGHT {
                Some(word & ITEM_MASK)
            } else if code == WIDE {
                let line = self.wide(word);
                line.is_bought.then_some(line.item)
            } else {
                None
            }
        })
    }

    /// A line that is written in full.
    #[cold]
    fn wide(self, word: u32) -> Line {
        let start = self.words[8] as usize + WIDE_LINE * (word & ITEM_MASK) as usize;
        let words = &self.words[start..start + WIDE_LINE];
        Line {
            item: words[0],
            is_bought: words[1] == 1,
            quantity: Quantity::from_millionths(whole(words[2], words[3])),
        }
    }

    /// Where the lines of an order end.
    #[inline]
    fn end(self, order: usize) -> usize {
        (self.order_words(order)[4] & !PURCHASE_FLAG) as usize
    }

    #[inline]
    fn line_words(self, order: usize) -> &'a [u32] {
        let start = if order == 0 { 0 } else { self.end(order - 1) };
        let end = self.end(order);
        let lines = self.at_orders() + ORDER * self.n_orders();
        &self.words[lines + start..lines + end]
    }

    /// Everything, to be changed or told.
    pub(crate) fn unpack(self) -> Buyer {
        let line = |&word: &u32| {
            let code = word >> ITEM_BITS;
            if code == WIDE {
                return self.wide(word);
            }
            let (is_bought, n) = if code < BOUGHT { (true, code) } else { (false, code - BOUGHT) };
            let quantity = Quantity::from_millionths(i64::from(n) * Fixed::ONE.millionths());
            Line { item: word & ITEM_MASK, quantity, is_bought }
        };
        let order = |(order, id): (usize, Option<IdRef<'_>>)| Order {
            time: self.time(order),
            id: id.map(IdRef::to_id),
            amount: self.amount(order),
            is_purchase: self.is_purchase(order),
            lines: self.line_words(order).iter().map(line).collect(),
        };
        Buyer {
            id: self.id().map(IdRef::to_id),
            is_anonymous: self.is_anonymous(),
            level: self.level(),
            segment: self.segment(),
            own_stream: self.words[3],
            streams: self.streams().to_vec(),
            orders: self.order_ids(0..self.n_orders()).map(order).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
