//! Sequential rules in a file.

use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::session::rules_count::Pairs;
use crate::session::{SequentialRules, SequentialRulesParams};

/// Sections: `items` (vocabulary), `sessions` (those with each item), `n_sessions` (one number), `rules` (for each item
/// those that it leads to), `weights` (of each rule, in parts of 2^20) and `counts` (sessions of each rule). A file without
/// histories is the same.
impl Persist for SequentialRules {
    const KIND: &'static str = "sequential_rules";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("sessions", self.pairs.sessions.iter().copied())?;
        writer.u32s("n_sessions", [self.n_sessions])?;
        writer.rows("rules", &self.pairs.rows, ItemIx::as_u32)?;
        writer.u64s("weights", self.pairs.weights.iter().copied())?;
        writer.u32s("counts", self.pairs.counts.iter().copied())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<SequentialRulesParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let sessions = reader.u32s("sessions", n)?;
        let n_sessions = reader.u32s("n_sessions", 1)?[0];
        let rows = reader.rows("rules", n, n, RowOrder::Rising, ItemIx::from_u32)?;
        let weights = reader.u64s("weights", rows.values().len())?;
        let counts = reader.u32s("counts", rows.values().len())?;
        let pairs = Pairs { rows, weights, counts, sessions };
        check(&params, &pairs, n_sessions)?;
        Ok(Self { params, items, pairs, n_sessions })
    }
}

/// Everything that holds of what a fit makes and that can be told from the rules.
fn check(params: &SequentialRulesParams, pairs: &Pairs, n_sessions: u32) -> Result<(), PersistError> {
    if n_sessions == u32::MAX || pairs.sessions.iter().any(|&count| count > n_sessions) {
        return Err(invalid(
            "n_sessions",
            "an item is in more sessions than there are, or than can be numbered",
        ));
    }
    for (item, &sessions) in pairs.sessions.iter().enumerate() {
        for (to, weight, count) in pairs.of_item(item) {
            if count == 0 || count > sessions.min(pairs.sessions[to.as_usize()]) {
                return Err(invalid("counts", "a rule has no session, or more than one of its items"));
            }
            if weight == 0 {
                return Err(invalid("weights", "a rule weighs nothing"));
            }
            if to.as_usize() == item && !params.repeats {
                return Err(invalid("rules", "an item leads to itself"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Click, Sessions};
    use crate::error::Error;
    use crate::fit::Fit;
    use crate::time::Time;

    fn model() -> SequentialRules {
        let clicks = [(1, "a"), (1, "b"), (2, "a"), (2, "a"), (2, "b"), (3, "b"), (3, "c")];
        let clicks =
            (0..).zip(clicks).map(|(at, (session, item))| Click::new(session, item, Time::from_micros(at)));
        SequentialRules::params().repeats(true).fit(&Sessions::from_clicks(clicks).unwrap()).unwrap()
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        assert_eq!(SequentialRules::from_bytes(&model().to_bytes().unwrap()).unwrap(), model());
        assert_eq!((model().len(), model().n_sessions()), (3, 3));
        type Break = fn(&mut SequentialRules);
        let breaks: [(&str, Break); 8] = [
            ("n_sessions", |m| m.n_sessions = 2),
            ("n_sessions", |m| m.n_sessions = u32::MAX),
            ("sessions", |m| m.pairs.sessions.truncate(2)),
            ("counts", |m| m.pairs.counts[0] = 0),
            ("counts", |m| m.pairs.counts[2] = 2),
            ("weights", |m| m.pairs.weights[1] = 0),
            ("weights", |m| m.pairs.weights.truncate(2)),
            ("rules", |m| m.params = m.params.clone().repeats(false)),
        ];
        for (at, (section, break_it)) in breaks.into_iter().enumerate() {
            let mut broken = model();
            break_it(&mut broken);
            let error = SequentialRules::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            let Error::Persist(PersistError::Invalid { section: found, .. }) = &error else {
                panic!("{error}")
            };
            assert_eq!(found, section, "{at}: {error}");
        }
    }
}
