//! How much the kinds of events tell of what a customer wants.

use serde::{Deserialize, Serialize};

use crate::data::EventKind;
use crate::error::ParamError;
use crate::money::Fixed;

/// The largest weight, either way.
const LARGEST: f64 = 1e6;

/// A weight for each [`EventKind`]: what one event of it adds to the strength of a customer and an item.
///
/// By default a view or a click counts 1, a wish 2, an add to the cart 3, a purchase 5, the click in a message 1; taking an
/// item out of the cart takes its 3 back; searches, impressions and other messages count nothing.
///
/// ```
/// use kosar::data::{EventKind, KindWeights};
///
/// let weights = KindWeights::default().with(EventKind::Purchase, 10.0)?;
/// assert_eq!(weights.get(EventKind::Purchase), 10.0);
/// let bought = KindWeights::only([EventKind::Purchase]);
/// assert_eq!((bought.get(EventKind::Purchase), bought.get(EventKind::View)), (1.0, 0.0));
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KindWeights([Fixed; EventKind::ALL.len()]);

impl Default for KindWeights {
    fn default() -> Self {
        let weight = |kind| match kind {
            EventKind::View | EventKind::Click | EventKind::MessageClicked => 1,
            EventKind::AddToWishlist => 2,
            EventKind::AddToCart => 3,
            EventKind::RemoveFromCart => -3,
            EventKind::Purchase => 5,
            _ => 0,
        };
        Self(EventKind::ALL.map(|kind| Fixed::from_millionths(weight(kind) * Fixed::ONE.millionths())))
    }
}

impl KindWeights {
    /// 1 for each of these kinds, 0 for all others.
    #[must_use]
    pub fn only(kinds: impl IntoIterator<Item = EventKind>) -> Self {
        let mut weights = [Fixed::ZERO; EventKind::ALL.len()];
        kinds.into_iter().for_each(|kind| weights[kind.position()] = Fixed::ONE);
        Self(weights)
    }

    /// Weights by the names of kinds; kinds that are not named count nothing.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for a word that is no kind, and those of [`with`](KindWeights::with).
    pub fn from_names<'a>(weights: impl IntoIterator<Item = (&'a str, f64)>) -> Result<Self, ParamError> {
        let set = |all: Self, (name, weight): (&str, f64)| all.with(EventKind::parse(name)?, weight);
        weights.into_iter().try_fold(Self::only([]), set)
    }

    /// Sets the weight of a kind, to the nearest millionth.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] for what is not from -1,000,000 to 1,000,000.
    pub fn with(mut self, kind: EventKind, weight: f64) -> Result<Self, ParamError> {
        let fits = weight.abs() <= LARGEST;
        self.0[kind.position()] = Fixed::from_f64(weight).filter(|_| fits).ok_or(ParamError::OutOfRange {
            name: "weight",
            value: weight,
            allowed: "from -1,000,000 to 1,000,000",
        })?;
        Ok(self)
    }

    /// The weight of a kind.
    #[must_use]
    pub fn get(&self, kind: EventKind) -> f64 {
        self.fixed(kind).to_f64()
    }

    /// The weight of a kind as it is summed up.
    pub(crate) fn fixed(&self, kind: EventKind) -> Fixed {
        self.0[kind.position()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_out_takes_the_add_back() {
        let weights = KindWeights::default();
        let sum = weights.get(EventKind::AddToCart) + weights.get(EventKind::RemoveFromCart);
        assert!(sum.abs() < f64::EPSILON);
        assert!(weights.get(EventKind::Purchase) > weights.get(EventKind::AddToCart));
    }

    #[test]
    fn kinds_that_are_not_named_count_nothing() {
        let weights = KindWeights::from_names([("purchase", 2.5)]).unwrap();
        assert_eq!(weights, KindWeights::only([]).with(EventKind::Purchase, 2.5).unwrap());
        assert!(KindWeights::from_names([("buy", 1.0)]).unwrap_err().to_string().ends_with("got 'buy'"));
    }

    #[test]
    fn weights_that_are_no_numbers_are_refused() {
        for weight in [f64::NAN, f64::INFINITY, 1.1e6, -1.1e6] {
            let error = KindWeights::default().with(EventKind::View, weight).unwrap_err();
            assert!(error.to_string().starts_with("weight must be from -1,000,000"), "{error}");
        }
    }
}
