//! Histories read back from a file, every invariant checked.

use std::cmp::Ordering;

use super::level::Level;
use super::state::{
    BuyerRecord, Buyers, Click, Counts, Items, Keeper, Kept, Kinds, Line, NONE, Owners, Packer, State,
    Stream, Who, Windows, Words, dealt, is_kept, links, packed, second,
};
use super::state_file::{HAS_ID, PURCHASE};
use crate::data::{EventKind, IdKind, IdRef, Returns, Vocabulary};
use crate::error::PersistError;
use crate::money::{Money, Quantity};
use crate::persist::{ModelReader, invalid};
use crate::time::Time;

fn code(place: usize) -> u32 {
    u32::try_from(place).expect("slots are bounded to u32")
}

/// The bytes of an order's id, and the lines of a customer, that a record has room for.
const MAX_ID: usize = (1 << 28) - 1;
const MAX_LINES: usize = (1 << 24) - 1;

/// Orders and events as they lie in the file.
struct Columns {
    customers: Vocabulary,
    level: Vec<u8>,
    segment: Vec<u32>,
    orders: Vec<usize>,
    time: Vec<i64>,
    flags: Vec<u8>,
    amount: Option<Vec<i64>>,
    ids: OrderIds,
    lines: Vec<usize>,
    item: Vec<u32>,
    quantity: Option<Vec<i64>>,
    returns: Returns,
}

/// The ids of orders that have one, and how many there are before each order.
enum OrderIds {
    None,
    Int(Vec<u32>, Vec<i64>),
    Str(Vec<u32>, String, Vec<usize>),
}

impl OrderIds {
    fn get(&self, order: usize, has_id: bool) -> Option<IdRef<'_>> {
        match self {
            Self::Int(before, ids) if has_id => Some(IdRef::Int(ids[before[order] as usize])),
            Self::Str(before, text, offsets) if has_id => {
                let at = before[order] as usize;
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

fn read_order_ids(reader: &ModelReader<'_>, flags: &[u8]) -> Result<OrderIds, PersistError> {
    let mut n = 0_u32;
    let mut before = Vec::with_capacity(flags.len());
    for flags in flags {
        before.push(n);
        n += u32::from(flags & HAS_ID != 0);
    }
    if reader.has("order_id") && reader.has("order_id.text") && !reader.has("order_id.offsets") {
        return Err(invalid("order_id", "ids are integers or strings"));
    }
    if reader.has("order_id.text") || reader.has("order_id.offsets") {
        let text = String::from_utf8(reader.u8s("order_id.text", None)?)
            .map_err(|error| invalid("order_id.text", error.utf8_error().to_string()))?;
        let offsets = reader.offsets("order_id.offsets", n as usize, text.len())?;
        if offsets.windows(2).any(|ends| ends[1] - ends[0] > MAX_ID) {
            return Err(invalid("order_id.offsets", format!("an id must have at most {MAX_ID} bytes")));
        }
        if offsets.iter().any(|&offset| !text.is_char_boundary(offset)) {
            return Err(invalid("order_id.offsets", "they must lie between letters"));
        }
        return Ok(OrderIds::Str(before, text, offsets));
    }
    if reader.has("order_id") {
        return Ok(OrderIds::Int(before, reader.i64s("order_id", n as usize)?));
    }
    if n > 0 {
        return Err(invalid("order_flags", "orders have ids, and there are none"));
    }
    Ok(OrderIds::None)
}

impl Columns {
    fn read(
        reader: &ModelReader<'_>,
        n_items: usize,
        n_segments: usize,
        returns: Returns,
        has_amounts: bool,
    ) -> Result<Self, PersistError> {
        let customers = reader.vocabulary("customers")?;
        let n = customers.len();
        let level = reader.u8s("level", n)?;
        if level.iter().any(|&code| code > Level::Full.code()) {
            return Err(invalid("level", "codes must be 0, 1 or 2"));
        }
        let segment = reader.u32s("segment", n)?;
        if segment.iter().any(|&code| code != NONE && code as usize >= n_segments) {
            return Err(invalid(
                "segment",
                format!("codes must be below {n_segments}, or the greatest for none"),
            ));
        }
        let time = reader.i64s("order_time", None)?;
        let n_orders = time.len();
        let orders = reader.offsets("order.offsets", None, n_orders)?;
        let flags = reader.u8s("order_flags", n_orders)?;
        if flags.iter().any(|&flags| flags > PURCHASE | HAS_ID) {
            return Err(invalid("order_flags", "flags must be from 0 to 3"));
        }
        let item = reader.u32s_below("line_item", None, n_items)?;
        let lines = reader.offsets("line.offsets", n_orders, item.len())?;
        let quantity =
            if reader.has("line_quantity") { Some(reader.i64s("line_quantity", item.len())?) } else { None };
        let amount = if has_amounts { Some(reader.i64s("order_amount", n_orders)?) } else { None };
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
        streams: &[(Vec<u32>, u32)],
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
            (who.streams, who.own_stream) = (&streams[at].0, streams[at].1);
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

impl Owners for Columns {
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

fn read_streams(
    reader: &ModelReader<'_>,
    n_items: usize,
    n_named: usize,
) -> Result<(Vec<Stream>, Option<IdKind>), PersistError> {
    let sessions = reader.vocabulary("sessions")?;
    let owners = reader.u32s_below("own_events_of", None, n_named.max(1))?;
    if !owners.is_sorted_by(|a, b| a < b) || (n_named == 0 && !owners.is_empty()) {
        return Err(invalid("own_events_of", "customers must rise strictly"));
    }
    let time = reader.i64s("event_time", None)?;
    let n = time.len();
    let offsets = reader.offsets("event.offsets", sessions.len() + owners.len(), n)?;
    let item = reader.u32s_below("event_item", n, n_items)?;
    let kind = reader.u8s("event_kind", n)?;
    let kind_of = |code: u8| EventKind::ALL.get(usize::from(code)).copied().filter(|&kind| is_kept(kind));
    if kind.iter().any(|&code| kind_of(code).is_none()) {
        return Err(invalid("event_kind", "a kind is not among those that are kept"));
    }
    let customer = reader.u32s("event_customer", n)?;
    if customer.iter().any(|&customer| customer != NONE && customer as usize >= n_named) {
        return Err(invalid(
            "event_customer",
            format!("customers must be below {n_named}, or the greatest for none"),
        ));
    }
    let mut streams = Vec::with_capacity(offsets.len());
    for (at, ends) in offsets.windows(2).enumerate() {
        let click = |event: usize| Click {
            time: Time::from_micros(time[event]),
            item: item[event],
            kind: kind_of(kind[event]).unwrap_or_default(),
            customer: customer[event],
        };
        let mut stream = Stream::default();
        stream.events = (ends[0]..ends[1]).map(click).collect();
        if stream.events.is_empty() || !stream.events.is_sorted_by(|a, b| a < b) {
            return Err(invalid("event_time", "events of a session must be there, and rise strictly"));
        }
        match at.checked_sub(sessions.len()) {
            None => stream.id = Some(sessions.get(at).to_id()),
            Some(at) => {
                stream.owner = owners[at];
                if stream.events.iter().any(|click| click.customer != stream.owner) {
                    return Err(invalid("event_customer", "events without a session are their customer's"));
                }
            }
        }
        streams.push(stream);
    }
    Ok((streams, Some(sessions.kind()).filter(|_| !sessions.is_empty())))
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
    let (streams, session) = read_streams(reader, n_items, columns.customers.len())?;
    let links = links(&streams, columns.customers.len());
    let n_buyers = columns.n_buyers();
    let records = || {
        let write = |work: &mut Work, at: usize, words: &mut Words| columns.write(at, &links, work, words);
        Keeper::<Buyers>::make(n_buyers, Work::default, write)
    };
    let (buyers, bought) = rayon::join(records, || dealt(&columns, n_items));
    let (buyers, streams) = (buyers?, packed(&streams));
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
    drop(columns);
    let ((of_buyers, of_streams), seen) =
        rayon::join(|| (buyers.index(), streams.index()), || dealt(&streams, n_items));
    let (buyers, streams) = (buyers.with_index(of_buyers), streams.with_index(of_streams));
    let kept = Kept { kinds, returns, has_amounts, segments };
    Ok(State::of(kept, Items::new(items), buyers, streams, bought, seen, windows))
}

/// What [`write_counts`](super::state_file::write_counts) wrote.
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
