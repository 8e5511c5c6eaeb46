//! The model in a file: counts and whole delays only; measures are derived from them on reading.

use super::count::Quartiles;
use super::model::{Ranked, Rule, TemporalRules};
use super::params::TemporalRulesParams;
use super::partial::TemporalPartial;
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};

/// Sections: `items` (vocabulary), `customers` (how many, orders without one), `buyers` and `starters` (of each item), and of
/// each rule `antecedents`, `consequents`, `counts` and `delays` (three quartiles, in quarters of a microsecond);
/// where a budget ended the computation `partial`, four numbers.
impl Persist for TemporalRules {
    const KIND: &'static str = "temporal_rules";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u64s("customers", [self.n_customers, self.anonymous_orders])?;
        writer.u32s("buyers", self.buyers.iter().copied())?;
        writer.u32s("starters", self.starters.iter().copied())?;
        writer.u32s("antecedents", self.rules.iter().map(|rule| rule.antecedent.as_u32()))?;
        writer.u32s("consequents", self.rules.iter().map(|rule| rule.consequent.as_u32()))?;
        writer.u32s("counts", self.rules.iter().map(|rule| rule.count))?;
        writer.u64s("delays", self.rules.iter().flat_map(|rule| rule.delays.0))?;
        let Some(partial) = self.partial else { return Ok(()) };
        writer.u64s("partial", partial.to_numbers())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<TemporalRulesParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let customers = reader.u64s("customers", 2)?;
        let (buyers, starters) = (reader.u32s("buyers", n)?, reader.u32s("starters", n)?);
        let antecedents = reader.u32s_below("antecedents", None, n)?;
        let len = antecedents.len();
        let consequents = reader.u32s_below("consequents", len, n)?;
        let counts = reader.u32s("counts", len)?;
        let delays = reader.u64s("delays", len.saturating_mul(3))?;
        let (delays, _) = delays.as_chunks::<3>();
        let rule = |at: usize| Rule {
            antecedent: ItemIx::from_u32(antecedents[at]),
            consequent: ItemIx::from_u32(consequents[at]),
            count: counts[at],
            delays: Quartiles(delays[at]),
        };
        let rules: Vec<Rule> = (0..len).map(rule).collect();
        check_customers(customers[0], &buyers, &starters)?;
        check_rules(&params, customers[0], &buyers, &starters, &rules)?;
        let customers = [customers[0], customers[1]];
        let partial = read_partial(reader)?;
        Ok(Self::from_rules(params, items, customers, [buyers, starters], rules, partial))
    }
}

fn read_partial(reader: &ModelReader<'_>) -> Result<Option<TemporalPartial>, PersistError> {
    if !reader.has("partial") {
        return Ok(None);
    }
    let numbers = reader.u64s("partial", 4)?;
    let numbers = numbers.first_chunk::<4>().and_then(|&numbers| TemporalPartial::from_numbers(numbers));
    numbers.map(Some).ok_or_else(|| invalid("partial", "the numbers name no limit"))
}

fn check_customers(n: u64, buyers: &[u32], starters: &[u32]) -> Result<(), PersistError> {
    if n > u64::from(u32::MAX) {
        return Err(invalid("customers", "there are more than can be numbered"));
    }
    if buyers.iter().any(|&count| u64::from(count) > n) {
        return Err(invalid("buyers", "an item has more customers than there are"));
    }
    if buyers.iter().zip(starters).any(|(buyers, starters)| starters > buyers) {
        return Err(invalid("starters", "an item is bought first by more customers than buy it"));
    }
    Ok(())
}

/// Every rule is as a fit makes it, and stands where a fit puts it.
fn check_rules(
    params: &TemporalRulesParams,
    n_customers: u64,
    buyers: &[u32],
    starters: &[u32],
    rules: &[Rule],
) -> Result<(), PersistError> {
    let refused = |error: crate::ParamError| invalid("params", error.to_string());
    let min_count = params.min_count(n_customers).map_err(refused)?;
    let confidence = params.confidence().map_err(refused)?;
    let window = params.window().map_err(refused)?;
    if rules.len() > params.limit() || u32::try_from(rules.len()).is_err() {
        return Err(invalid("antecedents", "there are more rules than 'top_k' or than can be numbered"));
    }
    let ends = |rule: &Rule| (starters[rule.antecedent.as_usize()], buyers[rule.consequent.as_usize()]);
    for rule in rules {
        let (n_a, n_b) = ends(rule);
        if rule.count > n_a || rule.count > n_b || u64::from(rule.count) < min_count {
            return Err(invalid("counts", "a rule has too few customers, or more than one of its items"));
        }
        if !confidence.is_reached(rule.count.into(), n_a.into()) {
            return Err(invalid("counts", "a rule does not reach the smallest confidence"));
        }
        if rule.antecedent == rule.consequent && !params.allows_repeats() {
            return Err(invalid("consequents", "an item follows itself"));
        }
        let [q1, _, q3] = rule.delays.0;
        if !rule.delays.0.is_sorted() || q1 < 4 || q3 > 4 * window {
            return Err(invalid("delays", "quartiles do not rise, or are outside of the window"));
        }
    }
    let ranked = |rule: &Rule| {
        let (n_a, n_b) = ends(rule);
        Ranked::new(*rule, n_a, n_b)
    };
    if !rules.is_sorted_by(|a, b| ranked(a) > ranked(b)) {
        return Err(invalid("antecedents", "the rules are not ordered by lift, count and confidence"));
    }
    let mut pairs: Vec<_> = rules.iter().map(|rule| (rule.antecedent, rule.consequent)).collect();
    pairs.sort_unstable();
    if pairs.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid("consequents", "a rule is there twice"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Id;
    use crate::error::Error;

    /// Ten customers; all of three items by five of them, as antecedents by four.
    fn model() -> TemporalRules {
        let rule = |antecedent, consequent, count| Rule {
            antecedent: ItemIx::new(antecedent),
            consequent: ItemIx::new(consequent),
            count,
            delays: Quartiles([4, 8, 40]),
        };
        let params = TemporalRules::params(1.0).min_support(2.0).min_confidence(0.5);
        let items = ["a", "b", "c"].map(Id::from).into_iter().collect();
        let rules = vec![rule(0, 1, 3), rule(0, 2, 2), rule(1, 0, 2)];
        TemporalRules::from_rules(params, items, [10, 0], [vec![5; 3], vec![4; 3]], rules, None)
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        assert_eq!(TemporalRules::from_bytes(&model().to_bytes().unwrap()).unwrap(), model());
        type Break = fn(&mut TemporalRules);
        let breaks: [(&str, Break); 15] = [
            ("customers", |m| m.n_customers = 1 << 32),
            ("buyers", |m| m.buyers[2] = 11),
            ("starters", |m| m.starters[2] = 6),
            ("starters", |m| m.starters.truncate(2)),
            ("counts", |m| m.rules[0].count = 5),
            ("counts", |m| m.rules[2].count = 1),
            ("counts", |m| m.params = m.params.clone().min_confidence(0.6)),
            ("consequents", |m| m.rules[0].consequent = ItemIx::new(0)),
            ("consequents", |m| m.rules[0].consequent = ItemIx::new(2)),
            ("consequents", |m| m.rules[0].consequent = ItemIx::new(3)),
            ("delays", |m| m.rules[1].delays = Quartiles([8, 4, 40])),
            ("delays", |m| m.rules[1].delays = Quartiles([0, 4, 40])),
            ("delays", |m| m.rules[1].delays = Quartiles([4, 4, 345_600_000_004])),
            ("antecedents", |m| m.rules.swap(1, 2)),
            ("antecedents", |m| m.params = m.params.clone().top_k(Some(2))),
        ];
        for (section, break_it) in breaks {
            let mut broken = model();
            break_it(&mut broken);
            let error = TemporalRules::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            let Error::Persist(PersistError::Invalid { section: found, .. }) = &error else {
                panic!("{error}")
            };
            assert_eq!(found, section, "{error}");
        }
    }
}
