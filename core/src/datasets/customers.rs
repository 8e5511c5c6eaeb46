//! The customers of a generated shop: their types, how often and when they order, what they like.

use std::fmt;

use serde::Serialize;

use super::calendar::Calendar;
use super::draw::{heavy_tailed, shuffle};
use super::words::CATEGORIES;
use crate::random::Random;
use crate::time::Time;

/// The most items that a customer comes back for.
const MAX_FAVOURITES: usize = 40;

/// What kind of customer someone is; together the types fill every segment of an RFM grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "&'static str")]
pub enum CustomerType {
    /// A single order, at any time.
    OneTime,
    /// Two orders or more, with a heavy tail, from any of the first days to the last.
    Regular,
    /// Ten orders or more over the whole span, the last of them in its last twelfth.
    Loyal,
    /// Two orders or more, none of them in the last 45 % of the span.
    Lapsed,
    /// One to three orders in the last 12 % of the span.
    New,
    /// Six to twelve orders at regular intervals, of many products, by the half-dozen, 15 % off.
    Wholesaler,
}

impl CustomerType {
    /// Every type.
    pub const ALL: [Self; 6] =
        [Self::OneTime, Self::Regular, Self::Loyal, Self::Lapsed, Self::New, Self::Wholesaler];

    /// The type in words: `one-time`, `regular`, `loyal`, `lapsed`, `new` or `wholesaler`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneTime => "one-time",
            Self::Regular => "regular",
            Self::Loyal => "loyal",
            Self::Lapsed => "lapsed",
            Self::New => "new",
            Self::Wholesaler => "wholesaler",
        }
    }

    /// How many of a deck of forty customers are of the type.
    const fn cards(self) -> usize {
        match self {
            Self::OneTime => 15,
            Self::Regular => 11,
            Self::Lapsed => 7,
            Self::New => 4,
            Self::Loyal => 2,
            Self::Wholesaler => 1,
        }
    }

    /// Whether a customer of the type, who bought something that is used up, orders it again when it is due.
    pub(super) const fn replenishes(self) -> bool {
        matches!(self, Self::Regular | Self::Loyal)
    }

    /// When a customer of the type orders, in order of time.
    pub(super) fn visits(self, calendar: &Calendar, random: &mut Random) -> Vec<Time> {
        let days = calendar.n_days();
        let day = |permille: usize| days * permille / 1000;
        let (n, from, to) = match self {
            Self::OneTime => (1, 0, days),
            Self::Regular => (2 + heavy_tailed(random, 3.0, 60), random.below(day(600)), days),
            Self::Loyal => (9 + heavy_tailed(random, 8.0, 120), 0, days),
            Self::Lapsed => (2 + heavy_tailed(random, 3.0, 40), 0, day(550)),
            Self::New => (1 + random.below(3), day(880), days),
            Self::Wholesaler => (6 + random.below(7), 0, days),
        };
        let mut times: Vec<Time> = (0..n)
            .map(|visit| {
                let days = match self {
                    Self::Wholesaler => days * visit / n..days * (visit + 1) / n,
                    _ => from..to,
                };
                calendar.time(days, random)
            })
            .collect();
        if self == Self::Loyal {
            times.push(calendar.time(day(920)..days, random));
        }
        times.sort_unstable();
        times
    }
}

impl From<CustomerType> for &'static str {
    fn from(kind: CustomerType) -> Self {
        kind.as_str()
    }
}

impl fmt::Display for CustomerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Deals types so that each run of forty customers has the same mix, in another order.
#[derive(Default)]
pub(super) struct Deck {
    left: Vec<CustomerType>,
}

impl Deck {
    pub(super) fn deal(&mut self, random: &mut Random) -> CustomerType {
        if self.left.is_empty() {
            for kind in CustomerType::ALL {
                self.left.extend(std::iter::repeat_n(kind, kind.cards()));
            }
            shuffle(random, &mut self.left);
        }
        self.left.pop().unwrap_or(CustomerType::Regular)
    }
}

/// What someone who orders likes.
pub(super) struct Buyer {
    /// Whether the buyer buys to sell.
    pub(super) wholesale: bool,
    taste: [usize; 2],
    favourites: Vec<usize>,
    /// What is used up and was bought once, and so is bought again only when it is due.
    pub(super) used: Vec<usize>,
}

impl Buyer {
    pub(super) fn new(wholesale: bool, random: &mut Random) -> Self {
        let taste = [random.below(CATEGORIES.len()), random.below(CATEGORIES.len())];
        Self { wholesale, taste, favourites: Vec::new(), used: Vec::new() }
    }

    /// One of the buyer's two preferred categories.
    pub(super) fn category(&self, random: &mut Random) -> usize {
        self.taste[random.below(2)]
    }

    /// An item bought before, rather one of the earliest; `None` before the first order.
    pub(super) fn favourite(&self, random: &mut Random) -> Option<usize> {
        let n = self.favourites.len();
        (n > 0).then(|| self.favourites[random.below(n).min(random.below(n))])
    }

    /// Remembers what was bought.
    pub(super) fn remember(&mut self, basket: &[usize]) {
        for item in basket {
            if self.favourites.len() < MAX_FAVOURITES && !self.favourites.contains(item) {
                self.favourites.push(*item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_order_when_their_type_says() {
        let calendar = Calendar::new(Time::parse("2025-01-01").unwrap(), 100).unwrap();
        let mut random = Random::new(4, 0);
        for _ in 0..200 {
            for kind in CustomerType::ALL {
                let times = kind.visits(&calendar, &mut random);
                assert!(times.is_sorted());
                let (first, last) = (calendar.day_of(times[0]), calendar.day_of(times[times.len() - 1]));
                let fits = match kind {
                    CustomerType::OneTime => times.len() == 1,
                    CustomerType::Regular => times.len() >= 2,
                    CustomerType::Loyal => times.len() >= 10 && last >= 92,
                    CustomerType::Lapsed => times.len() >= 2 && last < 55,
                    CustomerType::New => times.len() <= 3 && first >= 88,
                    CustomerType::Wholesaler => (6..=12).contains(&times.len()) && first < 17 && last >= 83,
                };
                assert!(fits, "{kind}: {times:?}");
            }
        }
    }

    #[test]
    fn a_deck_has_every_type_in_its_share() {
        let (mut deck, mut random) = (Deck::default(), Random::new(4, 0));
        for _ in 0..3 {
            let hand: Vec<CustomerType> = (0..40).map(|_| deck.deal(&mut random)).collect();
            for kind in CustomerType::ALL {
                assert_eq!(hand.iter().filter(|&&other| other == kind).count(), kind.cards(), "{kind}");
            }
        }
    }
}
