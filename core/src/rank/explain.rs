//! Recommendations and their reasons: data first, a plain sentence made from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::Id;

/// An item to show, how strongly it was scored, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The item, as the shop calls it.
    pub item: Id,
    /// The score that ordered the list; comparable within one list only.
    pub score: f64,
    /// Why.
    pub reason: Reason,
}

/// Why an item is recommended; never carries a customer's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// An association rule whose antecedent is in the cart.
    Rule {
        /// The items of the cart that the rule begins with.
        antecedent: Vec<Id>,
        /// The number of baskets with antecedent and item.
        count: u64,
        /// The share of the antecedent's baskets that hold the item too, from 0 to 1.
        confidence: f64,
        /// Confidence over the item's share of all baskets; 1 when independent.
        lift: f64,
    },
    /// The item resembles one that was asked about, bought or put into the cart.
    Similar {
        /// That item; of several, the one that carried most of the score.
        to: Id,
        /// The number of customers (or orders, as the model counts) with both.
        count: u64,
        /// The similarity of the two, from 0 to 1.
        similarity: f64,
    },
    /// The item is bought by many.
    Popular {
        /// The number of customers who bought it; an order without a customer counts as one.
        count: u64,
    },
    /// The item is bought by many of a group of customers.
    PopularIn {
        /// The group, such as a country.
        group: String,
        /// The number of the group's customers who bought it.
        count: u64,
        /// The number of the group's customers.
        customers: u64,
    },
    /// The item rises: its share of what is bought lately is above its share of what was bought before.
    Trending {
        /// The number of customers who bought it in the recent days.
        recent: u64,
        /// How many days these are.
        days: f64,
        /// The number of customers who bought it before, each counted once in each span of as many days.
        baseline: u64,
        /// How many times its share before its share is now; `None` where it was not bought in the days compared with.
        rise: Option<f64>,
        /// The rise that is exceeded at the confidence asked for, above 1.
        lower_bound: f64,
    },
    /// The item arrived lately.
    NewArrival {
        /// How many days ago, from 0.
        days: f64,
        /// The number of customers who bought it.
        count: u64,
    },
    /// The item is like one that was asked about, bought or put into the cart, by what the catalogue says of both.
    Alike {
        /// That item; of several, the most similar one.
        to: Id,
        /// The similarity of the two, from 0 to 1.
        similarity: f64,
        /// The path of the rarest category that both stand in or below.
        category: Option<String>,
        /// The brand of both.
        brand: Option<String>,
        /// The tags of both, the rarest first; at most five.
        tags: Vec<String>,
        /// The free attributes with their values that both have, at most five.
        attributes: Vec<String>,
        /// The words that both have in name or description, or pieces of them; the most telling first, at most five.
        words: Vec<String>,
    },
    /// The item is bought some time after another one.
    Sequence {
        /// That other item.
        after: Id,
        /// The number of customers who bought the item after it, in time.
        count: u64,
        /// Their share of the customers who bought that other item, from 0 to 1.
        confidence: f64,
        /// How many days later half of them had bought it.
        median_days: f64,
    },
    /// The item is clicked in sessions like this one.
    Session {
        /// The item of this session that carried most of the score.
        from: Id,
        /// Its share of the score, from 0 to 1.
        share: f64,
        /// The number of neighbouring sessions with the item.
        sessions: u64,
    },
    /// The item is clicked with, or after, the last one of a session.
    Next {
        /// That last item.
        after: Id,
        /// The number of sessions that bear it out.
        sessions: u64,
        /// Their share of the sessions with that last item, from 0 to 1.
        confidence: f64,
    },
    /// The item goes with one that was asked about, bought or put into the cart.
    Complement {
        /// That item; of several, the one that added most to the score.
        to: Id,
        /// The number of baskets with both.
        together: u64,
        /// How many times more often the two are together than by chance, shrunk.
        lift: f64,
    },
    /// The item stands in for one that was asked about, bought or put into the cart.
    Substitute {
        /// That item; of several, the one that added most to the score.
        to: Id,
        /// The number of baskets with both.
        together: u64,
        /// How alike what stands beside them in baskets is, from 0 to 1.
        context: f64,
    },
    /// The customer bought the item before.
    Repeat {
        /// The number of the customer's orders with it.
        orders: u64,
        /// The number of all their orders.
        of: u64,
    },
    /// The item is new to the customer.
    Explore {
        /// The number of customers with it among those most like this one.
        neighbors: u64,
        /// The number of all orders with it.
        orders: u64,
    },
    /// The score is a sum over the items that were asked about, bought or put into the cart; this one added most to it.
    Contribution {
        /// That item.
        from: Id,
        /// What it added.
        weight: f64,
        /// Its share of all that speaks for the item, from 0 to 1; 0 where nothing does.
        share: f64,
    },
}

/// A count with the word for one of what is counted, in its number.
fn n(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { antecedent, count, confidence, lift } => {
                let items = antecedent.iter().map(Id::to_string).collect::<Vec<_>>().join(" + ");
                let share = confidence * 100.0;
                write!(
                    f,
                    "{share:.0} % of the {items} baskets have it too ({}, lift {lift:.1})",
                    n(*count, "basket")
                )
            }
            Self::Similar { to, count, similarity } => {
                write!(f, "bought with {to} by {count} (similarity {similarity:.2})")
            }
            Self::Popular { count } => write!(f, "bought by {count}"),
            Self::PopularIn { group, count, customers } => {
                write!(f, "bought by {count} of {customers} in {group}")
            }
            Self::Trending { recent, days, baseline, rise, lower_bound } => {
                write!(f, "bought by {recent} in {}, ", in_days(format!("{days}")))?;
                match rise {
                    Some(rise) => {
                        write!(f, "{rise:.1} times its share before (at least {lower_bound:.1} times)")
                    }
                    None => write!(f, "{baseline} before (at least {lower_bound:.1} times its share)"),
                }
            }
            Self::NewArrival { days, count } => {
                write!(f, "new for {}, bought by {count}", in_days(format!("{days:.0}")))
            }
            Self::Alike { to, similarity, category, brand, tags, attributes, words } => {
                let one =
                    |what: &str, word: &Option<String>| word.as_ref().map(|word| format!("{what} {word}"));
                let several = |what: &str, words: &[String]| {
                    (!words.is_empty()).then(|| format!("{what}: {}", words.join(" ")))
                };
                let shared = [
                    one("same brand", brand),
                    one("category", category),
                    several("tags", tags),
                    several("attributes", attributes),
                    several("words", words),
                ];
                let shared = shared.into_iter().flatten().collect::<Vec<_>>().join(", ");
                write!(f, "like {to}: {shared} (similarity {similarity:.2})")
            }
            Self::Sequence { after, count, confidence, median_days } => {
                let share = confidence * 100.0;
                write!(
                    f,
                    "{share:.0} % of the customers with {after} bought it later, half of them within {median_days:.1} \
                     days ({})",
                    n(*count, "customer")
                )
            }
            Self::Session { from, share, sessions } => {
                let share = share * 100.0;
                write!(
                    f,
                    "clicked in {} like this one ({share:.0} % of it for {from})",
                    n(*sessions, "session")
                )
            }
            Self::Next { after, sessions, confidence } => {
                let share = confidence * 100.0;
                write!(
                    f,
                    "{share:.0} % of the sessions with {after} go on to it ({})",
                    n(*sessions, "session")
                )
            }
            Self::Complement { to, together, lift } => {
                write!(f, "goes with {to}: {} with both (lift {lift:.1})", n(*together, "basket"))
            }
            Self::Substitute { to, together, context } => {
                write!(f, "stands in for {to}: {} with both (context {context:.2})", n(*together, "basket"))
            }
            Self::Repeat { of: 1, .. } => f.write_str("bought in the customer's only order"),
            Self::Repeat { orders, of } => {
                write!(f, "bought in {orders} of the customer's {}", n(*of, "order"))
            }
            Self::Explore { neighbors: 0, orders } => {
                write!(f, "new to the customer; bought in {}", n(*orders, "order"))
            }
            Self::Explore { neighbors, orders } => {
                let have = if *neighbors == 1 { "has" } else { "have" };
                let (customers, orders) = (n(*neighbors, "customer"), n(*orders, "order"));
                write!(f, "new to the customer; {customers} like this one {have} it ({orders})")
            }
            Self::Contribution { from, weight, share } => {
                let share = share * 100.0;
                write!(f, "{from} gives {share:.0} % of what speaks for it (weight {weight:.3})")
            }
        }
    }
}

fn in_days(days: String) -> String {
    if days == "1" { "1 day".to_owned() } else { days + " days" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_others_are_plural() {
        let told = |count: u64| {
            let (after, to, from) = (Id::from("tea"), Id::from("tea"), Id::from("tea"));
            let antecedent = vec![Id::from("tea")];
            [
                Reason::Rule { antecedent, count, confidence: 0.5, lift: 2.0 },
                Reason::Sequence { after: after.clone(), count, confidence: 0.5, median_days: 3.0 },
                Reason::Session { from, share: 0.5, sessions: count },
                Reason::Next { after, sessions: count, confidence: 0.5 },
                Reason::Complement { to: to.clone(), together: count, lift: 2.0 },
                Reason::Substitute { to, together: count, context: 0.5 },
                Reason::Repeat { orders: 1, of: count },
                Reason::Explore { neighbors: count, orders: count },
                Reason::Explore { neighbors: 0, orders: count },
            ]
            .map(|reason| reason.to_string())
        };
        assert_eq!(
            told(1),
            [
                "50 % of the tea baskets have it too (1 basket, lift 2.0)",
                "50 % of the customers with tea bought it later, half of them within 3.0 days (1 customer)",
                "clicked in 1 session like this one (50 % of it for tea)",
                "50 % of the sessions with tea go on to it (1 session)",
                "goes with tea: 1 basket with both (lift 2.0)",
                "stands in for tea: 1 basket with both (context 0.50)",
                "bought in the customer's only order",
                "new to the customer; 1 customer like this one has it (1 order)",
                "new to the customer; bought in 1 order",
            ]
        );
        assert_eq!(
            told(2),
            [
                "50 % of the tea baskets have it too (2 baskets, lift 2.0)",
                "50 % of the customers with tea bought it later, half of them within 3.0 days (2 customers)",
                "clicked in 2 sessions like this one (50 % of it for tea)",
                "50 % of the sessions with tea go on to it (2 sessions)",
                "goes with tea: 2 baskets with both (lift 2.0)",
                "stands in for tea: 2 baskets with both (context 0.50)",
                "bought in 1 of the customer's 2 orders",
                "new to the customer; 2 customers like this one have it (2 orders)",
                "new to the customer; bought in 2 orders",
            ]
        );
    }
}
