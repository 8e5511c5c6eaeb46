//! Histories read back from a file, every invariant checked.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::level::Level;
use super::state::{
    BuyerRecord, Buyers, Counts, Items, Keeper, Kept, Kinds, Line, Links, MAX_LINES, NONE, Owners, Packer,
    State, Who, Windows, Words, dealt, second,
};
use super::state_file::{HAS_ID, PURCHASE};
use super::streams_read;
use crate::data::{IdKind, IdRef, Returns, Vocabulary};
use crate::error::PersistError;
use crate::money::{Money, Quantity};
use crate::persist::{ModelReader, check_below, invalid};
use crate::time::Time;

fn code(place: usize) -> u32 {
    u32::try_from(place).expect("slots are bounded to u32")
}

/// The bytes of an order's id that a record has room for.
const MAX_ID: usize = (1 << 28) - 1;

/// Orders and events as they lie in the file.
struct Columns<'f> {
    customers: Vocabulary,
    level: Cow<'f, [u8]>,
    segment: Cow<'f, [u32]>,
    orders: Cow<'f, [usize]>,
    time: Cow<'f, [i64]>,
    flags: Cow<'f, [u8]>,
    amount: Option<Cow<'f, [i64]>>,
    ids: OrderIds<'f>,
    lines: Cow<'f, [usize]>,
    item: Cow<'f, [u32]>,
    quantity: Option<Cow<'f, [i64]>>,
    returns: Returns,
}

/// The ids of orders that have one.
enum OrderIds<'f> {
    None,
    Int(Before, Cow<'f, [i64]>),
    Str(Before, Cow<'f, str>, Cow<'f, [usize]>),
}

/// How many orders with an id stand before each order; `None` where each has one.
struct Before(Option<Vec<u32>>);

impl Before {
    fn at(&self, order: usize) -> usize {
        self.0.as_ref().map_or(order, |before| before[order] as usize)
    }
}

impl OrderIds<'_> {
    fn get(&self, order: usize, has_id: bool) -> Option<IdRef<'_>> {
        match self {
            Self::Int(before, ids) if has_id => Some(IdRef::Int(ids[before.at(order)])),
            Self::Str(before, text, offsets) if has_id => {
                let at = before.at(order);
                Some(IdRef::Str(&text[offsets[at]..offsets[at + 1]]))
            }
            _ => None,
        }
    }

    fn kind(&self) -> Option<IdKind> {
        match self {
            Self::None => None,
            Self::Int(..) => Some(IdKind::Int),
            Self::Str(..) => Some(IdKind::Str),
        }
    }
}

fn read_order_ids<'f>(reader: &'f ModelReader<'_>, flags: &[u8]) -> Result<OrderIds<'f>, PersistError> {
    let has_id = |flags: &&u8| **flags & HAS_ID != 0;
    let n = flags.iter().filter(has_id).count();
    let before = Before((n < flags.len()).then(|| {
        let before = flags.iter().scan(0, |before, flags| {
            let here = *before;
            *before += u32::from(has_id(&flags));
            Some(here)
        });
        before.collect()
    }));
    if reader.has("order_id") && reader.has("order_id.text") && !reader.has("order_id.offsets") {
        return Err(invalid("order_id", "ids are integers or strings"));
    }
    if reader.has("order_id.text") || reader.has("order_id.offsets") {
        let text = text_of(reader.lent("order_id.text", None)?)?;
        let offsets = reader.lent_offsets("order_id.offsets", n, text.len())?;
        if offsets.windows(2).any(|ends| ends[1] - ends[0] > MAX_ID) {
            return Err(invalid("order_id.offsets", format!("an id must have at most {MAX_ID} bytes")));
        }
        if offsets.iter().any(|&offset| !text.is_char_boundary(offset)) {
            return Err(invalid("order_id.offsets", "they must lie between letters"));
        }
        return Ok(OrderIds::Str(before, text, offsets));
    }
    if reader.has("order_id") {
        return Ok(OrderIds::Int(before, reader.lent("order_id", n)?));
    }
    if n > 0 {
        return Err(invalid("order_flags", "orders have ids, and there are none"));
    }
    Ok(OrderIds::None)
}

fn text_of(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, PersistError> {
    let refused = |error: std::str::Utf8Error| invalid("order_id.text", error.to_string());
    Ok(match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).map_err(refused)?),
        Cow::Owned(bytes) => {
            Cow::Owned(String::from_utf8(bytes).map_err(|error| refused(error.utf8_error()))?)
        }
    })
}

impl<'f> Columns<'f> {
    fn read(
        reader: &'f ModelReader<'_>,
        n_items: usize,
        n_segments: usize,
        returns: Returns,
        has_amounts: bool,
    ) -> Result<Self, PersistError> {
        let customers = reader.vocabulary("customers")?;
        let n = customers.len();
        let level: Cow<'_, [u8]> = reader.lent("level", n)?;
        if level.iter().any(|&code| code > Level::Full.code()) {
            return Err(invalid("level", "codes must be 0, 1 or 2"));
        }
        let segment: Cow<'_, [u32]> = reader.lent("segment", n)?;
        if segment.iter().any(|&code| code != NONE && code as usize >= n_segments) {
            return Err(invalid(
                "segment",
                format!("codes must be below {n_segments}, or the greatest for none"),
            ));
        }
        let time: Cow<'_, [i64]> = reader.lent("order_time", None)?;
        let n_orders = time.len();
        let orders = reader.lent_offsets("order.offsets", None, n_orders)?;
        let flags: Cow<'_, [u8]> = reader.lent("order_flags", n_orders)?;
        if flags.iter().any(|&flags| flags > PURCHASE | HAS_ID) {
            return Err(invalid("order_flags", "flags must be from 0 to 3"));
        }
        let item: Cow<'_, [u32]> = reader.lent("line_item", None)?;
        check_below("line_item", &item, n_items)?;
        let lines = reader.lent_offsets("line.offsets", n_orders, item.len())?;
        let quantity =
            if reader.has("line_quantity") { Some(reader.lent("line_quantity", item.len())?) } else { None };
        let amount = if has_amounts { Some(reader.lent("order_amount", n_orders)?) } else { None };
        let ids = read_order_ids(reader, &flags)?;
        let columns = Self {
            customers,
            level,
            segment,
            orders,
            time,
            flags,
            amount,
            ids,
            lines,
            item,
            quantity,
            returns,
        };
        if columns.orders.len() <= n {
            return Err(invalid("order.offsets", format!("it must have more offsets than {n} customers")));
        }
        if columns.orders[n..].windows(2).any(|ends| ends[1] != ends[0] + 1) {
            return Err(invalid("order.offsets", "orders of nobody stand one by one"));
        }
        Ok(columns)
    }

    fn n_buyers(&self) -> usize {
        self.orders.len() - 1
    }

    fn id(&self, order: usize) -> Option<IdRef<'_>> {
        self.ids.get(order, self.flags[order] & HAS_ID != 0)
    }

    fn amount(&self, order: usize) -> Money {
        self.amount.as_ref().map_or(Money::ZERO, |amounts| Money::from_millionths(amounts[order]))
    }

    fn is_purchase(&self, order: usize) -> bool {
        self.flags[order] & PURCHASE != 0
    }

    fn lines(&self, order: usize) -> impl Iterator<Item = Line> {
        let line = |line: usize| {
            let quantity =
                self.quantity.as_ref().map_or(Quantity::ONE, |all| Quantity::from_millionths(all[line]));
            let is_bought = self.returns == Returns::Keep || quantity > Quantity::ZERO;
            Line { item: self.item[line], quantity, is_bought }
        };
        (self.lines[order]..self.lines[order + 1]).map(line)
    }

    /// How two orders of a customer stand to each other.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let told = |order| (self.time[order], self.id(order), self.amount(order), self.is_purchase(order));
        told(a).cmp(&told(b)).then_with(|| self.lines(a).cmp(self.lines(b)))
    }

    /// Writes a buyer's record; orders and lines are checked for their order.
    fn write(
        &self,
        at: usize,
        links: &Links,
        work: &mut Work,
        words: &mut Words,
    ) -> Result<(), PersistError> {
        let orders = self.orders[at]..self.orders[at + 1];
        let mut who = Who {
            id: orders.clone().next().and_then(|order| self.id(order)),
            is_anonymous: true,
            level: Level::Full,
            segment: NONE,
            own_stream: NONE,
            streams: &[],
        };
        if at < self.customers.len() {
            (who.id, who.is_anonymous) = (Some(self.customers.get(at)), false);
            (who.level, who.segment) = (Level::from_code(self.level[at]), self.segment[at]);
            (who.streams, who.own_stream) = (links.named(at), links.own(at));
        }
        if orders.is_empty() && who.tells_nothing() {
            return Err(invalid("customers", format!("nothing is told of the customer at {at}")));
        }
        let n_lines = self.lines[orders.end] - self.lines[orders.start];
        if n_lines > MAX_LINES {
            return Err(invalid(
                "line.offsets",
                format!("a customer must have at most {MAX_LINES} lines, one has {n_lines}"),
            ));
        }
        if !orders.clone().all(|order| self.lines(order).is_sorted()) {
            return Err(invalid("line_item", "lines of an order must not fall"));
        }
        if !orders.clone().is_sorted_by(|&a, &b| self.compare(a, b).is_le()) {
            return Err(invalid("order_time", "orders of a customer must not fall"));
        }
        work.by_id.clear();
        work.by_id.extend(orders.clone().filter(|&order| self.id(order).is_some()));
        work.by_id.sort_unstable_by_key(|&order| self.id(order));
        if work.by_id.windows(2).any(|pair| self.id(pair[0]) == self.id(pair[1])) {
            return Err(invalid("order_id", "an order stands twice with its customer"));
        }
        for order in orders {
            let time = Time::from_micros(self.time[order]);
            work.packer.order(time, self.id(order), self.amount(order), self.is_purchase(order));
            self.lines(order).for_each(|line| work.packer.line(line));
        }
        work.packer.write(&who, words);
        Ok(())
    }
}

/// What writing records needs room for.
#[derive(Default)]
struct Work {
    packer: Packer,
    by_id: Vec<usize>,
}

impl Owners for Columns<'_> {
    fn n_owners(&self) -> usize {
        self.n_buyers()
    }

    fn each(&self, owner: u32, mut take: impl FnMut(u32, u32)) {
        for order in self.orders[owner as usize]..self.orders[owner as usize + 1] {
            let second = second(Time::from_micros(self.time[order]));
            let bought = self.lines(order).filter(|line| line.is_bought);
            bought.for_each(|line| take(line.item, second));
        }
    }
}

/// The state of the sections that [`write`](super::state_file::write) wrote.
pub(super) fn read(
    reader: &ModelReader<'_>,
    items: Vocabulary,
    segments: Vec<String>,
    returns: Returns,
    has_amounts: bool,
    windows: Windows,
) -> Result<State, PersistError> {
    let n_items = items.len();
    let columns = Columns::read(reader, n_items, segments.len(), returns, has_amounts)?;
    let (streams, session) = streams_read::read(reader, n_items, columns.customers.len())?;
    let links = Links::of(&streams, columns.customers.len());
    let n_buyers = columns.n_buyers();
    let records = || {
        let write = |work: &mut Work, at: usize, words: &mut Words| columns.write(at, &links, work, words);
        Keeper::<Buyers>::make(n_buyers, Work::default, write)
    };
    let (buyers, bought) = rayon::join(records, || dealt(&columns, n_items));
    let buyers = buyers?;
    let kinds = Kinds {
        customer: Some(columns.customers.kind()).filter(|_| !columns.customers.is_empty()),
        order: columns.ids.kind(),
        session,
    };
    let mut nobody: Vec<IdRef<'_>> = (columns.customers.len()..n_buyers)
        .filter_map(|slot| BuyerRecord::new(buyers.record(code(slot)))?.id())
        .collect();
    nobody.sort_unstable();
    if nobody.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid("order_id", "an order of nobody stands twice"));
    }
    // Whoever is forgotten later must not be left in what was needed for a while.
    columns.customers.wipe();
    let ((of_buyers, of_streams), seen) =
        rayon::join(|| (buyers.index(), streams.index()), || dealt(&streams, n_items));
    let (buyers, streams) = (buyers.with_index(of_buyers), streams.with_index(of_streams));
    let kept = Kept { kinds, returns, has_amounts, segments };
    Ok(State::of(kept, Items::new(items), buyers, streams, bought, seen, windows))
}

/// What [`write`](super::counts_file::write) wrote.
pub(super) fn read_counts(
    reader: &ModelReader<'_>,
    n_items: usize,
    n_segments: usize,
    least: u32,
) -> Result<Counts, PersistError> {
    let totals = reader.u64s("totals", 4 + n_segments)?;
    let small =
        |value: u64| u32::try_from(value).map_err(|_| invalid("totals", "customers are bounded to 32 bits"));
    let n_customers = small(totals[0])?;
    // Nothing is told of fewer than these.
    let is_shown = |&count: &u32| count == 0 || count >= least;
    let count = reader.u32s("count", n_items)?;
    if !count.iter().all(is_shown) {
        return Err(invalid("count", format!("counts must be 0, or from {least} on")));
    }
    if count.iter().any(|&count| count > n_customers) {
        return Err(invalid("count", "an item has more buyers than there are"));
    }
    let by_segment = reader.u32s("segment_count", n_items.saturating_mul(n_segments))?;
    if !by_segment.iter().all(is_shown) {
        return Err(invalid("segment_count", format!("counts must be 0, or from {least} on")));
    }
    let sizes = totals[4..].iter().map(|&size| small(size)).collect::<Result<Vec<u32>, _>>()?;
    for (at, size) in sizes.iter().enumerate() {
        if by_segment[at * n_items..(at + 1) * n_items].iter().any(|count| count > size) {
            return Err(invalid("segment_count", "an item has more buyers than the segment"));
        }
    }
    let lately = reader.u32s("trend", n_items.saturating_mul(2))?;
    let lately: Vec<[u32; 2]> = lately.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
    if lately.iter().any(|[recent, baseline]| !is_shown(recent) || (*recent == 0 && *baseline > 0)) {
        return Err(invalid(
            "trend",
            format!("recent counts must be 0, and all before as well, or from {least} on"),
        ));
    }
    if !sizes.iter().all(is_shown) {
        return Err(invalid("totals", format!("sizes of segments must be 0, or from {least} on")));
    }
    let sums = [0, 1].map(|side| lately.iter().map(|pair| u64::from(pair[side])).sum::<u64>());
    if sums[0] > totals[2] || sums[1] > totals[3] || totals[2].max(totals[3]) > 1 << 53 {
        return Err(invalid(
            "totals",
            "the sums of the trends must not be below their parts, nor beyond 2^53",
        ));
    }
    let end = i64::try_from(totals[1]).ok().filter(|&end| end <= 1 << 20);
    let end = end.ok_or_else(|| invalid("totals", "the last day must be within reach"))?;
    Ok(Counts { count, n_customers, by_segment, sizes, lately, sums: [totals[2], totals[3]], end })
}
