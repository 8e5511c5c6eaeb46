//! Histories in sections of a file, in an order that does not depend on how they came.

use super::state::{Click, NONE, Order, State};
use crate::data::{Id, IdKind, IdRef, Vocabulary};
use crate::error::PersistError;
use crate::money::Quantity;
use crate::persist::ModelWriter;

/// Flags of an order.
pub(super) const PURCHASE: u8 = 1;
pub(super) const HAS_ID: u8 = 2;

/// Where everything stands in the file: slots in the order of the file, and places of slots.
struct Layout {
    /// Named buyers by id, then orders of nobody by id, time and lines.
    buyers: Vec<u32>,
    n_named: usize,
    /// By slot.
    place_of_buyer: Vec<u32>,
    /// Sessions by id, then streams of customers in their order.
    streams: Vec<u32>,
    n_sessions: usize,
    /// By slot.
    rank_of_item: Vec<u32>,
}

impl Layout {
    fn of(state: &State) -> Self {
        let mut rank_of_item = vec![0; state.items.len()];
        (0..).zip(state.items.sorted()).for_each(|(rank, slot)| rank_of_item[slot as usize] = rank);
        let buyer = |slot: u32| state.buyer(slot).expect("only slots with a record are listed");
        let (mut buyers, mut nobody): (Vec<u32>, Vec<u32>) =
            state.buyers.slots().partition(|&slot| !buyer(slot).is_anonymous());
        buyers.sort_unstable_by_key(|&slot| buyer(slot).id());
        let n_named = buyers.len();
        let key = |slot: u32| {
            let mut held = buyer(slot).unpack();
            let order = held.orders.pop().expect("who is nobody has one order");
            let mut lines: Vec<(u32, Quantity)> =
                order.lines.iter().map(|line| (rank_of_item[line.item as usize], line.quantity)).collect();
            lines.sort_unstable();
            // Last, so that it only tells apart what all else does not.
            (order.id.clone(), order.time, order.amount, lines, order.is_purchase)
        };
        nobody.sort_by_cached_key(|&slot| key(slot));
        buyers.extend(nobody);
        let mut place_of_buyer = vec![NONE; state.buyers.n_slots()];
        (0..).zip(&buyers).for_each(|(place, &slot)| place_of_buyer[slot as usize] = place);
        let stream = |slot: u32| state.stream(slot).expect("only slots with a record are listed");
        let (mut sessions, mut own): (Vec<u32>, Vec<u32>) =
            state.streams.slots().partition(|&slot| stream(slot).owner().is_none());
        sessions.sort_unstable_by_key(|&slot| stream(slot).id());
        own.sort_unstable_by_key(|&slot| stream(slot).owner().map(|owner| place_of_buyer[owner as usize]));
        let n_sessions = sessions.len();
        sessions.extend(own);
        Self { buyers, n_named, place_of_buyer, streams: sessions, n_sessions, rank_of_item }
    }
}

/// A vocabulary of ids that rise.
pub(super) fn vocabulary<'s>(kind: Option<IdKind>, ids: impl Iterator<Item = IdRef<'s>>) -> Vocabulary {
    let (mut ints, mut text, mut ends) = (Vec::new(), String::new(), Vec::new());
    for id in ids {
        match id {
            IdRef::Int(value) => ints.push(value),
            IdRef::Str(word) => {
                text.push_str(word);
                ends.push(text.len());
            }
        }
    }
    // Nobody has ids of no type, whatever they once were.
    let vocabulary = match kind {
        Some(IdKind::Int) if !ints.is_empty() => Vocabulary::from_sorted_ints(ints),
        _ => Vocabulary::from_sorted_text(text, ends),
    };
    vocabulary.expect("ids of slots are distinct, and were sorted")
}

/// Sections `items`, `customers`, `level`, `segment`, `order.offsets`, `order_time`, `order_flags`, `order_amount`, `order_id`,
/// `line.offsets`, `line_item`, `line_quantity`, `sessions`, `own_events_of`, `event.offsets`, `event_time`, `event_item`, `event_kind`,
/// `event_customer`.
pub(super) fn write(state: &State, writer: &mut ModelWriter) -> Result<(), PersistError> {
    let layout = Layout::of(state);
    let items: Vocabulary =
        vocabulary(state.items.kind(), state.items.sorted().iter().map(|&slot| state.items.get(slot)));
    writer.vocabulary("items", &items)?;
    let buyer = |&slot: &u32| state.buyer(slot).expect("only slots with a record are listed");
    let named = &layout.buyers[..layout.n_named];
    let customers = vocabulary(state.kinds.customer, named.iter().filter_map(|slot| buyer(slot).id()));
    writer.vocabulary("customers", &customers)?;
    writer.u8s("level", named.iter().map(|slot| buyer(slot).level().code()))?;
    writer.u32s("segment", named.iter().map(|slot| buyer(slot).segment()))?;
    write_orders(state, &layout, writer)?;
    write_events(state, &layout, writer)
}

fn write_orders(state: &State, layout: &Layout, writer: &mut ModelWriter) -> Result<(), PersistError> {
    let n_orders = usize::try_from(state.totals.orders).expect("orders fit into memory");
    let n_lines = usize::try_from(state.totals.lines).expect("lines fit into memory");
    let (mut offsets, mut line_offsets) = (vec![0_usize], vec![0_usize]);
    let (mut times, mut flags, mut amounts) = (Vec::with_capacity(n_orders), Vec::new(), Vec::new());
    let (mut ints, mut texts, mut ends) = (Vec::new(), Vec::new(), vec![0_usize]);
    let (mut items, mut quantities) = (Vec::with_capacity(n_lines), Vec::new());
    for &slot in &layout.buyers {
        let held = state.buyer(slot).expect("only slots with a record are listed").unpack();
        let mut orders: Vec<&Order> = held.orders.iter().collect();
        let ranked = |order: &Order| {
            let mut lines: Vec<(u32, Quantity)> = (order.lines.iter())
                .map(|line| (layout.rank_of_item[line.item as usize], line.quantity))
                .collect();
            lines.sort_unstable();
            lines
        };
        orders.sort_by_cached_key(|order| {
            (order.time, order.id.clone(), order.amount, order.is_purchase, ranked(order))
        });
        for order in orders {
            times.push(order.time.micros());
            let id = if order.id.is_some() { HAS_ID } else { 0 };
            flags.push(id | if order.is_purchase { PURCHASE } else { 0 });
            amounts.push(order.amount.millionths());
            match &order.id {
                Some(Id::Int(value)) => ints.push(*value),
                Some(Id::Str(text)) => {
                    texts.extend_from_slice(text.as_bytes());
                    ends.push(texts.len());
                }
                None => {}
            }
            for (item, quantity) in ranked(order) {
                items.push(item);
                quantities.push(quantity.millionths());
            }
            line_offsets.push(items.len());
        }
        offsets.push(times.len());
    }
    writer.offsets("order.offsets", &offsets)?;
    writer.i64s("order_time", times)?;
    writer.u8s("order_flags", flags)?;
    if state.has_amounts {
        writer.i64s("order_amount", amounts)?;
    }
    if !ints.is_empty() {
        writer.i64s("order_id", ints)?;
    }
    if ends.len() > 1 {
        writer.u8s("order_id.text", texts)?;
        writer.offsets("order_id.offsets", &ends)?;
    }
    writer.offsets("line.offsets", &line_offsets)?;
    writer.u32s("line_item", items)?;
    if quantities.iter().any(|&quantity| quantity != Quantity::ONE.millionths()) {
        writer.i64s("line_quantity", quantities)?;
    }
    Ok(())
}

fn write_events(state: &State, layout: &Layout, writer: &mut ModelWriter) -> Result<(), PersistError> {
    let stream = |&slot: &u32| state.stream(slot).expect("only slots with a record are listed");
    let sessions = &layout.streams[..layout.n_sessions];
    let ids = vocabulary(state.kinds.session, sessions.iter().filter_map(|slot| stream(slot).id()));
    writer.vocabulary("sessions", &ids)?;
    let place =
        |customer: u32| if customer == NONE { NONE } else { layout.place_of_buyer[customer as usize] };
    let own = layout.streams[layout.n_sessions..].iter().filter_map(|slot| stream(slot).owner());
    writer.u32s("own_events_of", own.map(place))?;
    let mut offsets = vec![0_usize];
    let (mut times, mut items, mut kinds, mut customers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for slot in &layout.streams {
        let mut clicks: Vec<Click> = stream(slot).clicks().collect();
        for click in &mut clicks {
            (click.item, click.customer) = (layout.rank_of_item[click.item as usize], place(click.customer));
        }
        clicks.sort_unstable();
        for click in clicks {
            times.push(click.time.micros());
            items.push(click.item);
            kinds.push(click.kind.code());
            customers.push(click.customer);
        }
        offsets.push(times.len());
    }
    writer.offsets("event.offsets", &offsets)?;
    writer.i64s("event_time", times)?;
    writer.u32s("event_item", items)?;
    writer.u8s("event_kind", kinds)?;
    writer.u32s("event_customer", customers)
}
