//! What goes with this cart: the best rule for each item speaks for it.

use super::measure::Measure;
use super::rules::AssociationRules;
use crate::data::{Id, IdRef};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Reason, Recommendation, Scored, TopK};

impl AssociationRules {
    /// Recommends at most `n` items for a cart, by the confidence of the best rule that leads to each.
    ///
    /// A rule speaks for its consequent when its whole antecedent is in the cart. An item's score is the greatest
    /// confidence of the rules that speak for it, and that rule is its reason; ties go to the higher count. Items are
    /// ordered by score, then count, then smaller id. Items of the cart are never among them, and fewer than `n` come
    /// only where no more than that have a rule. An empty cart, and `n` = 0, give an empty answer; an item twice in the
    /// cart counts once.
    ///
    /// Rules with several items in the consequent have no say of their own: where `A -> {x, y}` is a rule, `A -> {x}` is
    /// one too, with at least its count and its confidence.
    ///
    /// Time: the rules under the items of the cart (each rule stands under the rarest item of its antecedent), not all
    /// rules. Extra space: the rules that speak.
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
        let mut in_cart = Vec::new();
        for id in cart {
            in_cart.push(ItemIx::new(self.items().find("item", id.into())?));
        }
        in_cart.sort_unstable();
        in_cart.dedup();

        let votes = self.votes(&in_cart);
        let mut top = TopK::new(n.min(votes.len()));
        votes.iter().for_each(|vote| top.push(vote.scored));
        let recommended = top.drain_sorted().map(|scored| {
            let position = votes.binary_search_by_key(&scored.item, |vote| vote.scored.item);
            let vote = &votes[position.expect("the best were chosen from the votes")];
            Recommendation {
                item: self.items().get(scored.item.as_usize()).to_id(),
                score: scored.score,
                reason: self.reason(vote.rule),
            }
        });
        Ok(recommended.collect())
    }

    /// The best vote for each item outside of the cart, by rising item. The cart is strictly rising.
    fn votes(&self, cart: &[ItemIx]) -> Vec<Vote> {
        let has = |item: &ItemIx| cart.binary_search(item).is_ok();
        let mut votes = Vec::new();
        for rule in self.index().candidates(cart) {
            let found = self.rule(rule);
            let item = found.consequent[0];
            if !has(&item) && found.antecedent.iter().all(has) {
                let (score, count) = (Measure::Confidence.of(&found.contingency), found.contingency.n_ab());
                votes.push(Vote { scored: Scored { score, count, item }, rule });
            }
        }
        // Best first within an item; equal rules keep the order of the model.
        votes.sort_unstable_by(|a, b| {
            a.scored.item.cmp(&b.scored.item).then(b.scored.cmp(&a.scored)).then(a.rule.cmp(&b.rule))
        });
        votes.dedup_by_key(|vote| vote.scored.item);
        votes
    }

    fn reason(&self, rule: usize) -> Reason {
        let rule = self.rule(rule);
        let id = |item: &ItemIx| -> Id { self.items().get(item.as_usize()).to_id() };
        Reason::Rule {
            antecedent: rule.antecedent.iter().map(id).collect(),
            count: rule.contingency.n_ab(),
            confidence: Measure::Confidence.of(&rule.contingency),
            lift: Measure::Lift.of(&rule.contingency),
        }
    }
}

/// What a rule says for its consequent.
#[derive(Debug, Clone, Copy)]
struct Vote {
    scored: Scored,
    rule: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;

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
}
