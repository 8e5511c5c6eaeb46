//! What goes with this cart: the rules that it fulfils speak for their consequents.

use super::contingency::whole_baskets;
use super::measure::Measure;
use super::rules::AssociationRules;
use super::score::{RecommendOptions, Serving};
use crate::data::{Id, IdRef};
use crate::error::Result;
use crate::rank::{Reason, Recommendation, TopK};

impl AssociationRules {
    /// Recommends at most `n` items for a cart, by the confidence of the best rule that leads to each: as
    /// [`AssociationRules::recommend_with`] the defaults.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::data::Baskets;
    /// use kosar::rule::AssociationRules;
    ///
    /// let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2, 3], vec![1, 2], vec![4]])?;
    /// let rules = AssociationRules::params(2.0).fit(&baskets)?;
    /// let answer = rules.recommend([1, 2], 10)?;
    /// assert_eq!(answer.len(), 1);
    /// assert_eq!(answer[0].item, 3.into());
    /// assert!(rules.recommend([7], 10).is_err());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::Unknown`](crate::IdError::Unknown) for a cart item that was in no basket, and
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for one of the other type.
    pub fn recommend<'a, T: Into<IdRef<'a>>>(
        &self,
        cart: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_with(cart, n, &RecommendOptions::new())
    }

    /// Recommends at most `n` items for a cart, as the options say.
    ///
    /// A rule speaks for its consequent when its whole antecedent is in the cart; what it says is the measure. The score of
    /// an item is what the rules that speak for it add up to, and its reason is the one that says most (ties: the higher
    /// count, then the order of the model). Items are ordered by score, then by the count of the reason, then by smaller
    /// id. Items of the cart are never among them, and fewer than `n` come only where no more than that have a rule and the
    /// least score. An empty cart, and `n` = 0, give an empty answer; an item twice in the cart counts once.
    ///
    /// Rules with several items in the consequent have no say of their own: where `A -> {x, y}` is a rule, `A -> {x}` is
    /// one too, with at least its count and its confidence, unless parameters leave it out.
    ///
    /// Where the rules are of items and the categories above them ([`AssociationRules::hierarchy`]), every category above
    /// an item of the cart is fulfilled with it, and a category may itself be in the cart, or be excluded with all items
    /// below it; only items are recommended, and reasons name categories by their paths.
    ///
    /// Sums run over the items of the cart by rising id, and for each over the rules in the order of the model, so they
    /// have the same bits always.
    ///
    /// Time: the rules under the items of the cart (each rule stands under the rarest item of its antecedent), not all
    /// rules. Extra space: a few bytes for each item of the catalogue, once for as many requests as run at the same time.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::data::Baskets;
    /// use kosar::rule::{AssociationRules, Combine, RecommendOptions};
    ///
    /// let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2, 3], vec![1, 3], vec![1, 4], vec![2, 4]])?;
    /// let rules = AssociationRules::params(1.0).min_confidence(0.3).fit(&baskets)?;
    /// let options = RecommendOptions::new().combine(Combine::NoisyOr).exclude([4]);
    /// let answer = rules.recommend_with([1, 2], 1, &options)?;
    /// assert_eq!((&answer[0].item, answer[0].score), (&3.into(), 1.0));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::Unknown`](crate::IdError::Unknown) for an item of the cart that was in no basket, and
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for one of the cart or of `exclude` of the other type;
    /// [`ParamError::UnknownChoice`](crate::ParamError::UnknownChoice) for a measure that does not suit, and
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_with<'a, T: Into<IdRef<'a>>>(
        &self,
        cart: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        options.validate()?;
        let mut cart = self.names().find_all(cart.into_iter().map(Into::into))?;
        let mut out = self.names().find_known(options.excluded().iter().map(Id::as_ref))?;
        if let Some(hierarchy) = self.hierarchy() {
            cart = hierarchy.extend_cart(&cart);
            if out.iter().any(|&item| hierarchy.is_category(item)) {
                out.extend(hierarchy.below(&out));
            }
        }
        Ok(self.scratch().with(
            || Serving::new(self.items().len()),
            |serving| {
                let mut top = TopK::new(n.min(self.items().len()));
                serving.score(self, options, (&cart, &out), |scored| top.push(scored));
                let recommended = top.drain_sorted().map(|scored| Recommendation {
                    item: self.names().id(scored.item),
                    score: scored.score,
                    reason: self.reason(serving.best_rule(scored.item)),
                });
                let recommended = recommended.collect();
                serving.clear();
                recommended
            },
        ))
    }

    fn reason(&self, rule: usize) -> Reason {
        let rule = self.rule(rule);
        Reason::Rule {
            antecedent: rule.antecedent.iter().map(|&item| self.names().id(item)).collect(),
            count: whole_baskets(rule.contingency.n_ab(), rule.contingency.unit()),
            confidence: Measure::Confidence.of(&rule.contingency),
            lift: Measure::Lift.of(&rule.contingency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;
    use crate::rule::Combine;

    fn shop() -> AssociationRules {
        let baskets = Baskets::from_ids([
            vec!["bread", "butter", "jam"],
            vec!["bread", "butter", "jam"],
            vec!["bread", "butter"],
            vec!["bread", "milk"],
            vec!["milk", "tea"],
            vec!["tea"],
        ])
        .unwrap();
        AssociationRules::params(1.0).min_confidence(0.0).fit(&baskets).unwrap()
    }

    fn items(answer: &[Recommendation]) -> Vec<String> {
        answer.iter().map(|recommendation| recommendation.item.to_string()).collect()
    }

    #[test]
    fn the_best_rule_for_an_item_scores_it_and_is_its_reason() {
        let answer = shop().recommend(["bread", "butter"], 10).unwrap();
        // bread + butter -> jam and butter -> jam are equal in every number; the first by its items is named.
        assert_eq!(items(&answer), ["jam", "milk"]);
        assert_eq!(answer[0].score.to_bits(), (2.0_f64 / 3.0).to_bits());
        let Reason::Rule { antecedent, count, confidence, lift } = &answer[0].reason else { panic!() };
        assert_eq!(antecedent, &[Id::from("bread"), Id::from("butter")]);
        assert_eq!((*count, *confidence, *lift), (2, 2.0 / 3.0, 2.0));
    }

    #[test]
    fn ties_go_to_the_higher_count_then_to_the_smaller_id() {
        let answer = shop().recommend(["jam"], 10).unwrap();
        assert_eq!(items(&answer), ["bread", "butter"]);
        let answer = shop().recommend(["jam", "tea"], 10).unwrap();
        assert_eq!(items(&answer), ["bread", "butter", "milk"]);
    }

    #[test]
    fn the_cart_is_filtered_before_the_choice() {
        let rules = shop();
        let answer = rules.recommend(["bread", "bread", "jam"], 1).unwrap();
        assert_eq!(items(&answer), ["butter"]);
        assert_eq!(answer, rules.recommend(["jam", "bread"], 1).unwrap());
        assert_eq!(rules.recommend(["bread", "butter", "jam", "milk", "tea"], 9).unwrap(), []);
    }

    #[test]
    fn nothing_asked_gives_nothing() {
        let rules = shop();
        assert_eq!(rules.recommend(["bread"], 0).unwrap(), []);
        assert_eq!(rules.recommend([] as [&str; 0], 5).unwrap(), []);
        assert!(rules.recommend(["bread"], usize::MAX).is_ok());
    }

    #[test]
    fn an_item_never_seen_is_an_error_that_names_it() {
        let rules = shop();
        assert_eq!(rules.recommend(["bread", "salt"], 0).unwrap_err().to_string(), "unknown item 'salt'");
        assert!(rules.recommend([7], 1).unwrap_err().to_string().contains("the integer 7"));
    }

    #[test]
    fn several_rules_add_up_as_asked() {
        let rules = shop();
        let score = |options: &RecommendOptions| {
            let answer = rules.recommend_with(["bread", "butter"], 1, options).unwrap();
            (answer[0].item.to_string(), answer[0].score)
        };
        // For jam: bread 2/4, butter 2/3, both 2/3.
        let options = RecommendOptions::new();
        assert_eq!(score(&options), ("jam".to_owned(), 2.0 / 3.0));
        let (item, sum) = score(&options.clone().combine(Combine::Sum));
        assert!(item == "jam" && (sum - 11.0 / 6.0).abs() < 1e-15);
        let (item, any) = score(&options.clone().combine(Combine::NoisyOr));
        assert!(item == "jam" && (any - 17.0 / 18.0).abs() < 1e-15);
        assert_eq!(score(&options.clone().measure(Measure::Lift)), ("jam".to_owned(), 2.0));
        assert_eq!(score(&options.exclude(["jam"])).0, "milk");
    }

    #[test]
    fn infinite_measures_come_first_and_undefined_ones_say_nothing() {
        let rules = shop();
        let options = RecommendOptions::new().measure(Measure::Conviction);
        let answer = rules.recommend_with(["jam"], 10, &options).unwrap();
        assert_eq!(items(&answer), ["bread", "butter"]);
        assert!(answer.iter().all(|found| found.score.is_infinite()));
        let sums = rules.recommend_with(["jam"], 10, &options.clone().combine(Combine::Sum)).unwrap();
        assert!(sums.iter().all(|found| found.score.is_infinite()));
        // In every basket: whether it is there says nothing of others.
        let always = Baskets::from_ids([vec![1, 2], vec![1, 3]]).unwrap();
        let rules = AssociationRules::params(1.0).fit(&always).unwrap();
        let options = RecommendOptions::new().measure(Measure::Phi);
        assert_eq!(rules.recommend_with([2], 9, &options).unwrap(), []);
        assert_eq!(rules.recommend([2], 9).unwrap().len(), 1);
    }

    #[test]
    fn what_scores_less_is_left_out() {
        let rules = shop();
        let with = |min_score| {
            let options = RecommendOptions::new().min_score(Some(min_score));
            items(&rules.recommend_with(["bread", "butter"], 9, &options).unwrap())
        };
        assert_eq!(with(2.0 / 3.0), ["jam"]);
        assert_eq!(with(0.25), ["jam", "milk"]);
        assert_eq!(with(0.7), [""; 0]);
        let excluding = |id: Id| rules.recommend_with(["bread"], 1, &RecommendOptions::new().exclude([id]));
        assert_eq!(items(&excluding("salt".into()).unwrap()), items(&rules.recommend(["bread"], 1).unwrap()));
        assert_eq!(
            excluding(7.into()).unwrap_err().to_string(),
            "item ids are string here, got the integer 7"
        );
    }
}
