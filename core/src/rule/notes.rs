//! What parameters of rules bring with the baskets at hand, where that is hardly what was meant.

use super::contingency::whole_baskets;
use super::params::AssociationRulesParams;
use super::recency::Weights;
use crate::data::Baskets;
use crate::note::Note;

impl AssociationRulesParams {
    /// What is allowed and hardly meant: a `min_support` that is a count above the number of baskets, or above what they
    /// weigh with `half_life_days`; an `as_of` before some of the baskets. Nothing is told of no baskets at all, nor of
    /// baskets that cannot be weighed, which fitting refuses. Linear in the baskets.
    ///
    /// ```
    /// use kosar::data::Baskets;
    /// use kosar::rule::AssociationRules;
    ///
    /// let baskets = Baskets::from_ids([vec![1, 2], vec![1]])?;
    /// let note = &AssociationRules::params(500.0).notes(&baskets)[0];
    /// assert!(note.to_string().contains("min_support asks for 500 baskets, and there are 2"));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn notes(&self, baskets: &Baskets) -> Vec<Note> {
        let Some((days, as_of)) = self.recency() else { return self.itemsets().notes(baskets) };
        let n_baskets = baskets.rows().len() as u64;
        let mut notes = Vec::new();
        if let (Some(as_of), Some(times)) = (as_of, baskets.times()) {
            let later = times.iter().filter(|&&time| time > as_of).count() as u64;
            let latest = times.iter().copied().max().filter(|_| later > 0);
            notes.extend(latest.map(|latest| Note::AfterAsOf { later, n_baskets, latest }));
        }
        let is_none_left =
            notes.iter().any(|note| matches!(note, Note::AfterAsOf { later, .. } if *later == n_baskets));
        if let (Some(min_support), false) = (self.itemsets().asked_count(), is_none_left || n_baskets == 0)
            && let Ok(Weights { of, unit }) = Weights::new(baskets, days, as_of)
        {
            let total: u64 = of.iter().map(|&weight| u64::from(weight)).sum();
            if min_support.saturating_mul(u64::from(unit)) > total {
                let weight = std::num::NonZeroU32::new(unit).map_or(total, |unit| whole_baskets(total, unit));
                notes.push(Note::MoreThanWeights { min_support, n_baskets, weight });
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::Fit;
    use crate::rule::AssociationRules;
    use crate::time::{MICROS_PER_DAY, Time};

    fn day(day: i64) -> Time {
        Time::from_micros(day * MICROS_PER_DAY)
    }

    /// Five baskets, ten days between them.
    fn baskets() -> Baskets {
        let rows = Baskets::from_ids([["a", "b"]; 5]).unwrap();
        rows.with_facts(None, Some((0..5).map(|at| day(10 * at)).collect()))
    }

    fn told(params: &AssociationRulesParams) -> String {
        let notes: Vec<String> = params.notes(&baskets()).iter().map(Note::to_string).collect();
        notes.join("\n")
    }

    #[test]
    fn a_count_is_beside_the_number_of_baskets_or_what_they_weigh() {
        assert_eq!(told(&AssociationRules::params(5.0)), "");
        assert_eq!(told(&AssociationRules::params(0.9)), "");
        assert!(told(&AssociationRules::params(6.0)).contains("asks for 6 baskets, and there are 5;"));
        // 1 + 1/2 + 1/4 + 1/8 + 1/16 is 1.9375.
        let aging = |min_support| AssociationRules::params(min_support).half_life_days(Some(10.0));
        assert_eq!(told(&aging(1.0)), "");
        assert_eq!(aging(1.0).fit(&baskets()).unwrap().len(), 2);
        assert!(
            told(&aging(2.0))
                .contains("asks for 2 whole baskets, and with half_life_days the 5 baskets weigh 2")
        );
        assert!(aging(2.0).fit(&baskets()).unwrap().is_empty());
        assert_eq!(told(&aging(0.9)), "");
    }

    #[test]
    fn baskets_after_the_time_are_counted() {
        let as_of = |time| AssociationRules::params(1.0).half_life_days(Some(10.0)).as_of(Some(day(time)));
        assert_eq!(told(&as_of(40)), "");
        assert!(told(&as_of(15)).starts_with("as_of is before 3 of the 5 baskets"));
        assert!(told(&as_of(15)).ends_with("the latest is of 1970-02-10"), "{}", told(&as_of(15)));
        assert_eq!(told(&as_of(-1)).lines().count(), 1);
        assert!(told(&as_of(-1)).contains("before all 5 baskets"));
        assert!(as_of(-1).fit(&baskets()).unwrap().is_empty());
    }

    #[test]
    fn nothing_is_told_of_no_baskets_and_of_what_is_refused() {
        let none = Baskets::from_ids([[0_i64; 0]; 0]).unwrap();
        let params = AssociationRules::params(6.0);
        assert_eq!(params.notes(&none), []);
        assert_eq!(params.clone().half_life_days(Some(1.0)).notes(&none), []);
        let timeless = Baskets::from_ids([["a"]]).unwrap();
        assert_eq!(params.half_life_days(Some(1.0)).notes(&timeless), []);
    }
}
