//! Counts in sections of a file without histories: nobody is in it, and no count of a few.

use super::state::State;
use super::state_file::vocabulary;
use crate::error::PersistError;
use crate::persist::ModelWriter;

/// Sections `items`, `count`, `segment_count`, `trend`, `totals`: how many bought each item, in all, by segment, lately and before;
/// what fewer than `least` did is 0. How often an item was bought before is told where enough bought it lately.
pub(super) fn write(state: &State, least: u32, writer: &mut ModelWriter) -> Result<(), PersistError> {
    let sorted = state.items.sorted();
    let items = vocabulary(state.items.kind(), sorted.iter().map(|&slot| state.items.get(slot)));
    writer.vocabulary("items", &items)?;
    let shown = |count: u32| if count >= least { count } else { 0 };
    writer.u32s("count", sorted.iter().map(|&item| shown(state.shelf.count(item))))?;
    let shelves = state.by_segment.iter();
    writer.u32s(
        "segment_count",
        shelves.flat_map(|shelf| sorted.iter().map(move |&item| shown(shelf.count(item)))),
    )?;
    let lately = |item: u32| {
        let [recent, baseline] = state.trend.counts(item);
        if recent >= least { [recent, baseline] } else { [0, 0] }
    };
    writer.u32s("trend", sorted.iter().flat_map(|&item| lately(item)))?;
    let sizes = state.by_segment.iter().map(|shelf| u64::from(shown(shelf.n_customers())));
    let end = state.trend.windows.end.unsigned_abs();
    let [recent, baseline] = sums(state, lately, least);
    let totals = [u64::from(shown(state.shelf.n_customers())), end, recent, baseline];
    writer.u64s("totals", totals.into_iter().chain(sizes))
}

/// The sums of the trends of all items. What they are more than the sums of what is told was bought by somebody: where these are fewer
/// than `least`, the sums are those of what is told.
fn sums(state: &State, told: impl Fn(u32) -> [u32; 2], least: u32) -> [u64; 2] {
    let whole = state.trend.totals();
    let (told_of, hidden): (Vec<u32>, Vec<u32>) =
        (0..state.items.n_slots()).partition(|&item| told(item) == state.trend.counts(item));
    if hidden.is_empty() {
        return whole;
    }
    let behind = state.buyers_lately(&hidden);
    [0, 1].map(|side| {
        let shown = told_of.iter().map(|&item| u64::from(told(item)[side])).sum();
        if behind[side] >= least as usize { whole[side] } else { shown }
    })
}
