//! The model of nearest sessions in a file: sessions and counts; the lists of the items are derived on reading.

use crate::data::{Vocabulary, session_order};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::session::index::{Index, Kept, recent, referred};
use crate::session::params::kind_weight;
use crate::session::{SessionKnn, SessionKnnParams};
use crate::time::Time;

/// Sections: `items` (vocabulary), `counts` (sessions with each item), `n_sessions` (one number), `sessions` (rows of
/// items, oldest first), `times` (the last click of each) and, where not all are 0, `kinds` (one for each item of the rows).
/// A file without histories is the same: sessions have no names, and the model answers from nothing else.
impl Persist for SessionKnn {
    const KIND: &'static str = "session_knn";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        let Index { items, kept, counts, n_sessions, .. } = &self.index;
        writer.params(&self.params)?;
        writer.vocabulary("items", items)?;
        writer.u32s("counts", counts.iter().copied())?;
        writer.u32s("n_sessions", [*n_sessions])?;
        writer.rows("sessions", &kept.rows, ItemIx::as_u32)?;
        writer.i64s("times", kept.times.iter().map(|time| time.micros()))?;
        match &kept.kinds {
            Some(kinds) => writer.u8s("kinds", kinds.iter().copied()),
            None => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<SessionKnnParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let counts = reader.u32s("counts", items.len())?;
        let n_sessions = reader.u32s("n_sessions", 1)?[0];
        let times = reader.i64s("times", None)?.into_iter().map(Time::from_micros).collect::<Vec<_>>();
        let rows = reader.rows("sessions", times.len(), items.len(), RowOrder::Any, ItemIx::from_u32)?;
        let has_kinds = reader.has("kinds");
        let kinds = if has_kinds { Some(reader.u8s("kinds", rows.values().len())?) } else { None };
        let kept = Kept { rows, kinds, times };
        check(&params, &items, &counts, n_sessions, &kept)?;
        let recent = recent(&kept.rows, items.len(), params.sessions_per_item);
        Ok(Self::of(params, Index { items, kept, counts, n_sessions, recent }))
    }
}

/// Everything that holds of what a fit makes.
fn check(
    params: &SessionKnnParams,
    items: &Vocabulary,
    counts: &[u32],
    n_sessions: u32,
    kept: &Kept,
) -> Result<(), PersistError> {
    let Kept { rows, kinds, times } = kept;
    if n_sessions == u32::MAX || counts.iter().any(|&count| count > n_sessions) {
        return Err(invalid(
            "n_sessions",
            "an item is in more sessions than there are, or than can be numbered",
        ));
    }
    if rows.len() > n_sessions as usize {
        return Err(invalid("sessions", "there are more than the model was fitted on"));
    }
    let mut seen = vec![u32::MAX; items.len()];
    let mut held = vec![0_usize; items.len()];
    for (number, row) in (0_u32..).zip(rows.iter()) {
        if row.is_empty() {
            return Err(invalid("sessions", "a session has no item"));
        }
        for item in row {
            if std::mem::replace(&mut seen[item.as_usize()], number) == number {
                return Err(invalid("sessions", "a session has an item twice"));
            }
            held[item.as_usize()] += 1;
        }
    }
    if kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|&kind| kind == 0)) {
        return Err(invalid("kinds", "all are 0, and then there are none"));
    }
    let weighs = |kind: u8| kind_weight(&params.kind_weights, kind) > 0.0;
    let all_weigh = kinds.as_ref().map_or(weighs(0), |kinds| kinds.iter().all(|&kind| weighs(kind)));
    if !all_weigh && !rows.is_empty() {
        return Err(invalid("kinds", "a click weighs nothing, and is there"));
    }
    if session_order(rows, kinds.as_deref(), times).is_some() {
        return Err(invalid("times", "the sessions are not ordered by time, items and kinds"));
    }
    for (&held, &count) in held.iter().zip(counts) {
        let count = count as usize;
        if held > count || held < count.min(params.sessions_per_item) {
            return Err(invalid("counts", "an item has not as many sessions as are kept of it"));
        }
    }
    if referred(rows, items.len(), params.sessions_per_item).contains(&false) {
        return Err(invalid("sessions", "no item refers to a session"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Click, Sessions};
    use crate::error::Error;
    use crate::fit::Fit;

    /// Three sessions of which the first is dropped.
    fn model() -> SessionKnn {
        let clicks = [(1, "a"), (1, "b"), (2, "a"), (2, "b"), (3, "b"), (3, "c")];
        let clicks = (0..).zip(clicks).map(|(at, (session, item))| {
            Click::new(session, item, Time::from_micros(at)).of_kind(u8::from(at == 5))
        });
        let params = SessionKnn::params().sessions_per_item(1).kind_weights([1.0, 2.0]);
        params.fit(&Sessions::from_clicks(clicks).unwrap()).unwrap()
    }

    fn rows(rows: &[&[usize]]) -> crate::data::Rows<ItemIx> {
        rows.iter().map(|row| row.iter().map(|&item| ItemIx::new(item))).collect()
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        assert_eq!(SessionKnn::from_bytes(&model().to_bytes().unwrap()).unwrap(), model());
        assert_eq!((model().n_kept(), model().n_sessions()), (2, 3));
        type Break = fn(&mut SessionKnn);
        let breaks: [(&str, Break); 14] = [
            ("n_sessions", |m| m.index.n_sessions = 2),
            ("n_sessions", |m| m.index.n_sessions = u32::MAX),
            ("sessions", |m| (m.index.n_sessions, m.index.counts) = (1, vec![1; 3])),
            ("counts", |m| m.index.counts.truncate(2)),
            ("counts", |m| m.index.counts[2] = 0),
            ("counts", |m| m.params = m.params.clone().sessions_per_item(3)),
            ("times", |m| m.index.kept.times.swap(0, 1)),
            ("sessions.offsets", |m| m.index.kept.times.truncate(1)),
            ("sessions", |m| m.index.kept.rows = rows(&[&[0, 1, 2, 1], &[]])),
            ("sessions", |m| m.index.kept.rows = rows(&[&[0, 0], &[1, 2]])),
            ("sessions", |m| m.index.kept.rows = rows(&[&[1], &[0, 1, 2]])),
            ("kinds", |m| m.index.kept.kinds = Some(vec![0; 4])),
            ("kinds", |m| m.index.kept.kinds = Some(vec![1; 3])),
            ("kinds", |m| m.params = m.params.clone().kind_weights([1.0, 0.0])),
        ];
        for (at, (section, break_it)) in breaks.into_iter().enumerate() {
            let mut broken = model();
            break_it(&mut broken);
            let error = SessionKnn::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            let Error::Persist(PersistError::Invalid { section: found, .. }) = &error else {
                panic!("{error}")
            };
            assert_eq!(found, section, "{at}: {error}");
        }
    }
}
