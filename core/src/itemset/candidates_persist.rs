//! Candidates and their counts in bytes that travel between machines.

use super::candidate_counts::CandidateCounts;
use super::candidates::Candidates;
use super::params::FrequentItemsetsParams;
use crate::error::PersistError;
use crate::index::{ItemIx, MAX_INDICES};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};

/// Sections: `items` (vocabulary), `sets` (rows of items), `baskets` (how many).
impl Persist for Candidates {
    const KIND: &'static str = "itemset_candidates";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.rows("sets", &self.sets, ItemIx::as_u32)?;
        writer.u64s("baskets", [self.n_baskets])
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<FrequentItemsetsParams>()?.into_inner();
        params.check_for_parts(false).map_err(|error| invalid("params", error.to_string()))?;
        let items = reader.vocabulary("items")?;
        let sets = reader.rows("sets", None, items.len(), RowOrder::Rising, ItemIx::from_u32)?;
        let n_baskets = reader.u64s("baskets", 1)?[0];
        if n_baskets > MAX_INDICES as u64 {
            return Err(invalid("baskets", "there are more than can be numbered"));
        }
        let (min_len, max_len) = params.lengths();
        if sets.iter().any(|set| set.len() < min_len || set.len() > max_len) {
            return Err(invalid("sets", "one is shorter or longer than the parameters say"));
        }
        if !(1..sets.len()).all(|at| sets.row(at - 1) < sets.row(at)) {
            return Err(invalid("sets", "they are not in the order of their items, each once"));
        }
        Ok(Self { params, items, n_baskets, sets })
    }
}

/// Sections: those of [`Candidates`], `counts`, `counted` (how many baskets).
impl Persist for CandidateCounts {
    const KIND: &'static str = "itemset_candidate_counts";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        self.candidates.write(writer, options)?;
        writer.u32s("counts", self.counts.iter().copied())?;
        writer.u64s("counted", [self.counted])
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let candidates = Candidates::read(reader)?;
        let counts = reader.u32s("counts", candidates.len())?;
        let counted = reader.u64s("counted", 1)?[0];
        if counted > candidates.n_baskets {
            return Err(invalid("counted", "there are more than were searched"));
        }
        if counts.iter().any(|&count| u64::from(count) > counted) {
            return Err(invalid("counts", "a set is in more baskets than were counted"));
        }
        Ok(Self { candidates, counted, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Baskets, Rows};
    use crate::error::Error;
    use crate::itemset::{FrequentItemsets, Kind};

    #[test]
    fn bytes_with_right_checksums_are_held_to_every_rule_of_the_counts() {
        let part = Baskets::from_ids([vec![1, 2], vec![1, 2, 3]]).unwrap();
        let counts = || {
            FrequentItemsets::params(0.6).max_len(Some(2)).candidates(&part).unwrap().count(&part).unwrap()
        };
        type Break = fn(&mut CandidateCounts);
        let rows = |rows: &[&[usize]]| -> Rows<ItemIx> {
            rows.iter().map(|row| row.iter().map(|&item| ItemIx::new(item))).collect()
        };
        assert_eq!(counts().candidates.sets, rows(&[&[0], &[0, 1], &[1]]));
        let breaks: [(&str, Break); 6] = [
            ("params", |c| c.candidates.params = c.candidates.params.clone().kind(Kind::Closed)),
            ("baskets", |c| c.candidates.n_baskets = 1 << 32),
            ("sets", |c| c.candidates.params = c.candidates.params.clone().min_len(2)),
            ("counted", |c| c.counted = 3),
            ("counts", |c| c.counts[1] = 3),
            ("counts", |c| c.counts.truncate(2)),
        ];
        let refused = |section: &str, broken: &CandidateCounts| {
            let error = CandidateCounts::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            let Error::Persist(PersistError::Invalid { section: found, .. }) = &error else {
                panic!("{error}")
            };
            assert_eq!(found, section, "{error}");
        };
        for (section, break_it) in breaks {
            let mut broken = counts();
            break_it(&mut broken);
            refused(section, &broken);
        }
        for (section, sets) in [
            ("sets", rows(&[&[0], &[1], &[0, 1]])),
            ("sets", rows(&[&[0], &[0], &[1]])),
            ("sets", rows(&[&[], &[0], &[1]])),
            ("sets.values", rows(&[&[0], &[1, 0], &[1]])),
            ("sets.values", rows(&[&[0], &[1], &[3]])),
        ] {
            let mut broken = counts();
            broken.candidates.sets = sets;
            refused(section, &broken);
        }
    }
}
