//! What an event is: a view, an add to the cart, a purchase.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// The kind of an event of an [`EventLog`](crate::data::EventLog).
///
/// ```
/// use kosar::data::EventKind;
///
/// assert_eq!(EventKind::parse("add_to_cart")?, EventKind::AddToCart);
/// assert!(EventKind::View.needs_item() && !EventKind::Search.needs_item());
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(description = "What an event is.")]
#[repr(u8)]
#[non_exhaustive]
pub enum EventKind {
    /// The page of an item was opened. What an event is where nothing says its kind.
    #[default]
    View,
    /// Something was searched for; the item, where there is one, is what was chosen of the results.
    Search,
    /// An item was shown in a list, at a position and with a propensity where these are known.
    Impression,
    /// An item was chosen out of a list in which it was shown.
    Click,
    /// An item was put into the cart.
    AddToCart,
    /// An item was taken out of the cart.
    RemoveFromCart,
    /// An item was put on a list of wishes.
    AddToWishlist,
    /// An item was bought.
    Purchase,
    /// A message was sent; the item, where there is one, is what it was about.
    MessageSent,
    /// A message was opened.
    MessageOpened,
    /// A link of a message was followed.
    MessageClicked,
    /// Messages were declined from now on.
    MessageUnsubscribed,
}

impl EventKind {
    /// Every kind, in their order.
    pub const ALL: [Self; 12] = [
        Self::View,
        Self::Search,
        Self::Impression,
        Self::Click,
        Self::AddToCart,
        Self::RemoveFromCart,
        Self::AddToWishlist,
        Self::Purchase,
        Self::MessageSent,
        Self::MessageOpened,
        Self::MessageClicked,
        Self::MessageUnsubscribed,
    ];

    /// The name of the kind, the same in every language and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Search => "search",
            Self::Impression => "impression",
            Self::Click => "click",
            Self::AddToCart => "add_to_cart",
            Self::RemoveFromCart => "remove_from_cart",
            Self::AddToWishlist => "add_to_wishlist",
            Self::Purchase => "purchase",
            Self::MessageSent => "message_sent",
            Self::MessageOpened => "message_opened",
            Self::MessageClicked => "message_clicked",
            Self::MessageUnsubscribed => "message_unsubscribed",
        }
    }

    /// Reads the name of a kind.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        Self::ALL.into_iter().find(|kind| kind.name() == word).ok_or_else(|| ParamError::UnknownChoice {
            name: "kind",
            value: word.to_owned(),
            allowed: "view, search, impression, click, add_to_cart, remove_from_cart, add_to_wishlist, purchase, \
                      message_sent, message_opened, message_clicked, message_unsubscribed",
        })
    }

    /// Whether an event of this kind is nothing without an item; searches and messages may do without.
    #[must_use]
    pub const fn needs_item(self) -> bool {
        match self {
            Self::View
            | Self::Impression
            | Self::Click
            | Self::AddToCart
            | Self::RemoveFromCart
            | Self::AddToWishlist
            | Self::Purchase => true,
            Self::Search
            | Self::MessageSent
            | Self::MessageOpened
            | Self::MessageClicked
            | Self::MessageUnsubscribed => false,
        }
    }

    /// The number of the kind in files and in [`Sessions`](crate::data::Sessions): where it stands in [`EventKind::ALL`].
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Weights by the names of kinds, as models of sessions take them: by the [code](EventKind::code) of the kind, 1 for kinds
    /// that are not named, and without what is all 1 at the end.
    ///
    /// ```
    /// use kosar::data::EventKind;
    ///
    /// assert_eq!(EventKind::weights([("click", 0.5), ("view", 2.0)])?, [2.0, 1.0, 1.0, 0.5]);
    /// assert!(EventKind::weights([("purchase", 1.0)])?.is_empty());
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for a word that is no kind. The weights are checked where they are used.
    pub fn weights<'a>(named: impl IntoIterator<Item = (&'a str, f64)>) -> Result<Vec<f64>, ParamError> {
        let mut weights = vec![1.0; Self::ALL.len()];
        for (name, weight) in named {
            weights[Self::parse(name)?.position()] = weight;
        }
        let len = weights.iter().rposition(|&weight| weight.total_cmp(&1.0).is_ne()).map_or(0, |at| at + 1);
        weights.truncate(len);
        Ok(weights)
    }

    /// Where the kind stands in [`EventKind::ALL`].
    pub(crate) const fn position(self) -> usize {
        self as usize
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_place_and_reads_as_it_is_written() {
        for (place, kind) in EventKind::ALL.into_iter().enumerate() {
            assert_eq!((kind.position(), EventKind::parse(kind.name())), (place, Ok(kind)));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        let error = EventKind::parse("buy").unwrap_err().to_string();
        assert!(error.starts_with("kind must be one of view, ") && error.ends_with("got 'buy'"), "{error}");
        assert!(EventKind::ALL.iter().all(|kind| error.contains(kind.name())), "{error}");
    }
}
