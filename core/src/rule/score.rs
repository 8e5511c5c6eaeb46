//! How the rules that a cart fulfils add up to scores of items.

use serde::{Deserialize, Serialize};

use super::measure::Measure;
use super::rules::AssociationRules;
use crate::data::Id;
use crate::error::ParamError;
use crate::index::ItemIx;
use crate::rank::Scored;

/// How the rules that speak for one item add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// The greatest measure counts.
    #[default]
    Max,
    /// The sum of the measures: many rules outweigh one. Rules that overlap count each.
    Sum,
    /// 1 - the product of (1 - measure): the chance that one rule at least holds, were they independent. Only for measures
    /// that are chances of the consequent: confidence and laplace. Pearl 1988, *Probabilistic Reasoning in Intelligent
    /// Systems*, section 4.3.2.
    NoisyOr,
}

impl Combine {
    /// Reads `max`, `sum` or `noisy_or`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "max" => Ok(Self::Max),
            "sum" => Ok(Self::Sum),
            "noisy_or" => Ok(Self::NoisyOr),
            _ => Err(ParamError::UnknownChoice {
                name: "combine",
                value: word.to_owned(),
                allowed: "max, sum, noisy_or",
            }),
        }
    }
}

/// How a cart is answered: measure confidence, combined by max, no least score, and nothing excluded unless told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecommendOptions {
    measure: Measure,
    combine: Combine,
    min_score: Option<f64>,
    exclude: Vec<Id>,
}

impl Default for RecommendOptions {
    fn default() -> Self {
        Self { measure: Measure::Confidence, combine: Combine::Max, min_score: None, exclude: Vec::new() }
    }
}

impl RecommendOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a rule says for its consequent; any measure of which more is better, so not [`Measure::FisherP`], in place of
    /// which there is [`Measure::HyperConfidence`]. A rule whose measure is undefined says nothing; an infinite one comes
    /// before all others.
    #[must_use]
    pub fn measure(mut self, measure: Measure) -> Self {
        self.measure = measure;
        self
    }

    /// How the rules for one item add up.
    #[must_use]
    pub fn combine(mut self, combine: Combine) -> Self {
        self.combine = combine;
        self
    }

    /// Only items of at least this score; `None` for all.
    #[must_use]
    pub fn min_score(mut self, min_score: Option<f64>) -> Self {
        self.min_score = min_score;
        self
    }

    /// Items never to be answered; others take their places. Those of the cart never are. Ids that the model does not know
    /// are passed over.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    pub(super) fn excluded(&self) -> &[Id] {
        &self.exclude
    }

    pub(super) fn validate(&self) -> Result<(), ParamError> {
        let refused = |allowed| {
            let (name, value) = ("measure", self.measure.name().to_owned());
            Err(ParamError::UnknownChoice { name, value, allowed })
        };
        match (self.combine, self.measure) {
            (_, Measure::FisherP) => refused("those of which more is better, such as hyper_confidence"),
            (Combine::NoisyOr, Measure::Confidence | Measure::Laplace) => Ok(()),
            (Combine::NoisyOr, _) => refused("confidence, laplace where combine is noisy_or"),
            _ => Ok(()),
        }?;
        match self.min_score {
            Some(value) if value.is_nan() => {
                Err(ParamError::OutOfRange { name: "min_score", value, allowed: "a number" })
            }
            _ => Ok(()),
        }
    }
}

/// What all rules say for one item.
#[derive(Debug, Clone, Copy)]
struct Vote {
    item: ItemIx,
    /// The greatest measure, the sum, or the product of what is missing to 1.
    sum: f64,
    /// The rule of the greatest measure, its measure and its count; of equal ones the higher count, then the first.
    best: f64,
    count: u32,
    rule: u32,
}

/// What stands where an item is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing.
    Free,
    /// It is in the cart.
    Cart,
    /// It is not to be answered.
    Out,
}

/// Working memory of one answer: a byte and a number for each item of the catalogue, set back after use.
#[derive(Debug)]
pub(super) struct Serving {
    places: Vec<Place>,
    /// The position of the item's vote.
    slots: Vec<u32>,
    votes: Vec<Vote>,
}

impl Serving {
    pub(super) fn new(n_items: usize) -> Self {
        Self { places: vec![Place::Free; n_items], slots: vec![NO_VOTE; n_items], votes: Vec::new() }
    }

    /// Collects what the rules say for each item outside of the cart and of `out`, and hands it to `take` with the rule
    /// that says most of it, in the order in which items are met. The cart holds each item once.
    pub(super) fn score(
        &mut self,
        rules: &AssociationRules,
        options: &RecommendOptions,
        (cart, out): (&[ItemIx], &[ItemIx]),
        mut take: impl FnMut(Scored),
    ) {
        out.iter().for_each(|item| self.places[item.as_usize()] = Place::Out);
        cart.iter().for_each(|item| self.places[item.as_usize()] = Place::Cart);
        for candidate in rules.index().candidates(cart) {
            let item = rules.columns.consequents.row(candidate)[0];
            let in_cart = |item: &ItemIx| self.places[item.as_usize()] == Place::Cart;
            if self.places[item.as_usize()] == Place::Free
                && rules.columns.antecedents.row(candidate).iter().all(in_cart)
            {
                self.vote(rules, options, candidate, item);
            }
        }
        out.iter().chain(cart).for_each(|item| self.places[item.as_usize()] = Place::Free);
        for vote in &self.votes {
            let score = if options.combine == Combine::NoisyOr { 1.0 - vote.sum } else { vote.sum };
            if options.min_score.is_none_or(|least| score >= least) {
                take(Scored { score, count: u64::from(vote.count), item: vote.item });
            }
        }
    }

    /// The rule that says most for an item that was handed out.
    pub(super) fn best_rule(&self, item: ItemIx) -> usize {
        self.votes[self.slots[item.as_usize()] as usize].rule as usize
    }

    /// Forgets the answer.
    pub(super) fn clear(&mut self) {
        self.votes.drain(..).for_each(|vote| self.slots[vote.item.as_usize()] = NO_VOTE);
    }

    fn vote(&mut self, rules: &AssociationRules, options: &RecommendOptions, rule: usize, item: ItemIx) {
        let columns = &rules.columns;
        let value = match options.measure {
            Measure::Confidence => f64::from(columns.n_ab[rule]) / f64::from(columns.n_a[rule]),
            measure => measure.of(&columns.contingency(rule, rules.baskets)),
        };
        if value.is_nan() {
            return;
        }
        let (count, number) = (columns.n_ab[rule], u32::try_from(rule).expect("rules are bounded to u32"));
        let slot = &mut self.slots[item.as_usize()];
        if *slot == NO_VOTE {
            *slot = u32::try_from(self.votes.len()).expect("items are bounded to u32");
            let sum = if options.combine == Combine::NoisyOr { 1.0 - value } else { value };
            self.votes.push(Vote { item, sum, best: value, count, rule: number });
            return;
        }
        let vote = &mut self.votes[*slot as usize];
        match options.combine {
            Combine::Max => vote.sum = vote.sum.max(value),
            Combine::Sum => vote.sum += value,
            Combine::NoisyOr => vote.sum *= 1.0 - value,
        }
        let order = value.total_cmp(&vote.best).then(count.cmp(&vote.count)).then(vote.rule.cmp(&number));
        if order.is_gt() {
            (vote.best, vote.count, vote.rule) = (value, count, number);
        }
    }
}

/// No item has so high a position: each is below the number of items, which is at most that.
const NO_VOTE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_that_cannot_be_combined_are_refused_by_name() {
        let options = RecommendOptions::new();
        assert_eq!(options.validate(), Ok(()));
        assert_eq!(options.clone().measure(Measure::Conviction).combine(Combine::Sum).validate(), Ok(()));
        for (options, name) in [
            (options.clone().measure(Measure::FisherP), "measure"),
            (options.clone().measure(Measure::Lift).combine(Combine::NoisyOr), "measure"),
            (options.min_score(Some(f64::NAN)), "min_score"),
        ] {
            let message = options.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn words_are_read() {
        assert_eq!(Combine::parse("max"), Ok(Combine::default()));
        assert_eq!(Combine::parse("sum"), Ok(Combine::Sum));
        assert_eq!(Combine::parse("noisy_or"), Ok(Combine::NoisyOr));
        assert!(Combine::parse("mean").is_err());
    }
}
