//! Recommendations with their reasons.

use kosar::IdRef;
use kosar::rank::Reason as CoreReason;
use napi::bindgen_prelude::Either3;
use napi_derive::napi;

use crate::convert::{JsId, js_id};

/// An item to show, how strongly it was scored, and why.
#[napi(object, object_from_js = false)]
pub struct Recommendation {
    /// The item, as the shop calls it.
    #[napi(ts_type = "Id")]
    pub item: JsId,
    /// The score that ordered the list; comparable within one list only.
    pub score: f64,
    /// Why.
    #[napi(ts_type = "Reason")]
    pub reason: Either3<RuleReason, SimilarReason, OtherReason>,
}

/// An association rule whose antecedent is in the cart.
#[napi(object, object_from_js = false)]
pub struct RuleReason {
    #[napi(ts_type = "'rule'")]
    pub kind: &'static str,
    /// The items of the cart that the rule begins with.
    #[napi(ts_type = "Id[]")]
    pub antecedent: Vec<JsId>,
    /// The number of baskets with antecedent and item.
    pub count: f64,
    /// The share of the antecedent's baskets that hold the item too, from 0 to 1.
    pub confidence: f64,
    /// Confidence over the item's share of all baskets; 1 when independent.
    pub lift: f64,
    /// The reason in words.
    pub sentence: String,
}

/// The item resembles one that was asked about, bought or put into the cart.
#[napi(object, object_from_js = false)]
pub struct SimilarReason {
    #[napi(ts_type = "'similar'")]
    pub kind: &'static str,
    /// That item; of several, the one that carried most of the score.
    #[napi(ts_type = "Id")]
    pub to: JsId,
    /// The number of customers (or orders, as the model counts) with both.
    pub count: f64,
    /// The similarity of the two, from 0 to 1.
    pub similarity: f64,
    /// The reason in words.
    pub sentence: String,
}

/// A reason without figures.
#[napi(object, object_from_js = false)]
pub struct OtherReason {
    pub kind: &'static str,
    pub sentence: String,
}

/// Recommendations for JavaScript.
pub(crate) fn recommendations(found: Vec<kosar::rank::Recommendation>) -> Vec<Recommendation> {
    let one = |found: kosar::rank::Recommendation| Recommendation {
        item: js_id(found.item.as_ref()),
        score: found.score,
        reason: reason(&found.reason),
    };
    found.into_iter().map(one).collect()
}

#[allow(clippy::cast_precision_loss, reason = "counts of baskets and customers are below 2^53")]
fn reason(reason: &CoreReason) -> Either3<RuleReason, SimilarReason, OtherReason> {
    let sentence = reason.to_string();
    match reason {
        CoreReason::Rule { antecedent, count, confidence, lift } => Either3::A(RuleReason {
            kind: "rule",
            antecedent: antecedent.iter().map(|id| js_id(IdRef::from(id))).collect(),
            count: *count as f64,
            confidence: *confidence,
            lift: *lift,
            sentence,
        }),
        CoreReason::Similar { to, count, similarity } => Either3::B(SimilarReason {
            kind: "similar",
            to: js_id(to.as_ref()),
            count: *count as f64,
            similarity: *similarity,
            sentence,
        }),
        _ => Either3::C(OtherReason { kind: "other", sentence }),
    }
}
