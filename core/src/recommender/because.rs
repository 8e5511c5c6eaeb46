//! Why an item is answered: numbers that can be reckoned again, a sentence, and a query that does it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::{Id, Returns};
use crate::time::Time;

/// Why an item is answered; never carries a customer's id. Numbers of customers below `min_customers` do not occur.
///
/// [`Because::sql`] gives a query that reckons the counts again, over a table `orders` of columns `customer`, `"order"`,
/// `item`, `time` and `quantity`, one row an order line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Because {
    /// A rule of the shop put it there.
    Pinned,
    /// It was given in a list, at this place from 1 on.
    Given {
        /// The place.
        position: usize,
        /// What the visitor's history adds, from 0 to 1.
        affinity: f64,
    },
    /// It resembles an item asked about: it has many buyers in common with it.
    Similar {
        /// That item; of several, the one that gave most.
        to: Id,
        /// The buyers of both.
        customers: u32,
        /// The buyers of that item who were looked at.
        of: u32,
        /// All buyers of the answered item.
        item_customers: u32,
        /// The cosine of both, from 0 to 1.
        similarity: f64,
        /// From when on purchases of that item were looked at; `None` for all.
        since: Option<Time>,
        /// Buyers of more items than this were not looked at.
        max_items: usize,
    },
    /// It is bought with an item asked about, in one order.
    Together {
        /// That item; of several, the one that gave most.
        with: Id,
        /// The buyers of both in one order.
        customers: u32,
        /// The buyers of that item who were looked at.
        of: u32,
        /// How many times the share among all buyers theirs is.
        lift: f64,
        /// From when on purchases of that item were looked at; `None` for all.
        since: Option<Time>,
        /// Buyers of more items than this were not looked at.
        max_items: usize,
    },
    /// By what the catalogue says, it is like an item asked about.
    Alike {
        /// That item; of several, the most similar one.
        to: Id,
        /// The similarity of the two, from 0 to 1.
        similarity: f64,
    },
    /// It is looked at in sessions like this one.
    Session {
        /// The number of these among the nearest.
        sessions: u32,
    },
    /// It is bought by customers like this one.
    Customers {
        /// The number of these among the nearest.
        customers: u32,
    },
    /// The customer bought it before.
    Repeat {
        /// The number of their orders with it.
        orders: u32,
        /// The number of all their orders, those of returns alone left out.
        of: u32,
        /// The last of these.
        last: Time,
    },
    /// Many of the customer's segment bought it.
    Segment {
        /// The segment.
        segment: String,
        /// How many of it bought it.
        customers: u32,
        /// How many the segment has.
        of: u32,
    },
    /// Many bought it, in a category at hand.
    Category {
        /// The path of the category.
        category: String,
        /// Its buyers.
        customers: u32,
    },
    /// It rises: its share of what is bought lately is above its share before.
    Trending {
        /// The buyers of the recent days.
        recent: u32,
        /// How many days these are.
        days: u32,
        /// When the recent days end.
        end: Time,
        /// The buyers before, each counted once in each span of as many days; `None` for fewer than `min_customers`.
        baseline: Option<u32>,
        /// How many spans that are.
        spans: u32,
        /// The rise that is exceeded at the confidence asked for, above 1.
        lower_bound: f64,
    },
    /// Many bought it.
    Popular {
        /// Its buyers; an order without a customer counts as one.
        customers: u32,
    },
    /// It is new in the catalogue.
    New {
        /// When it was launched.
        launched: Time,
    },
    /// It is in the catalogue, and nothing else is known of it.
    Catalogue,
    /// Chance put it there, so that something is learnt of it.
    Explored,
    /// The visitor looked at it.
    Viewed {
        /// How often, since it was bought last.
        views: u32,
        /// When last.
        last: Time,
        /// Whether it was left in the cart.
        in_cart: bool,
    },
}

/// The buyers: customers, and orders that nobody known stands behind, each as one. Where returns are kept, every line is a purchase.
fn bought(returns: Returns) -> String {
    let only = if returns == Returns::Keep { "" } else { " WHERE quantity > 0" };
    format!(
        "WITH bought AS (SELECT coalesce(CAST(customer AS VARCHAR), 'order ' || CAST(\"order\" AS VARCHAR)) AS buyer, \"order\", item, \
         time FROM orders{only}) "
    )
}

fn quoted(id: &Id) -> String {
    match id {
        Id::Int(value) => value.to_string(),
        Id::Str(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

impl Because {
    /// A query that gives the reason's count again, for the item that was answered and the log's way of counting returns; `None` where
    /// there is no count, or where it is taken among the nearest of a visitor or in a segment. [`Answer::sql`](super::Answer::sql)
    /// knows both.
    #[must_use]
    pub fn sql(&self, item: &Id, returns: Returns) -> Option<String> {
        let (item, bought) = (quoted(item), bought(returns));
        let pair = |other: &Id, since: Option<Time>, max_items: usize, on: &str| {
            // Who bought the other one since then, whenever they bought both.
            let from = since.map_or_else(String::new, |since| {
                let other = quoted(other);
                format!(" AND a.buyer IN (SELECT buyer FROM bought WHERE item = {other} AND time >= TIMESTAMP '{since}')")
            });
            format!(
                "{bought}SELECT count(DISTINCT a.buyer) FROM bought a JOIN bought b ON {on} WHERE a.item = {} AND b.item = \
                 {item}{from} AND a.buyer NOT IN (SELECT buyer FROM bought GROUP BY buyer HAVING count(DISTINCT item) > \
                 {max_items})",
                quoted(other)
            )
        };
        match self {
            Self::Similar { to, since, max_items, .. } => {
                Some(pair(to, *since, *max_items, "a.buyer = b.buyer"))
            }
            Self::Together { with, since, max_items, .. } => {
                Some(pair(with, *since, *max_items, "a.buyer = b.buyer AND a.\"order\" = b.\"order\""))
            }
            Self::Popular { .. } | Self::Category { .. } => {
                Some(format!("{bought}SELECT count(DISTINCT buyer) FROM bought WHERE item = {item}"))
            }
            Self::Trending { days, end, .. } => Some(format!(
                "{bought}SELECT count(DISTINCT buyer) FROM bought WHERE item = {item} AND time < TIMESTAMP '{end}' AND time >= \
                 TIMESTAMP '{end}' - INTERVAL {days} DAY"
            )),
            _ => None,
        }
    }
}

fn n(count: u32, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The day (UTC) from which on purchases were looked at, where not all were.
fn from(since: Option<Time>) -> String {
    since.map_or_else(String::new, |since| format!(" since {}", since.floor_day()))
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pinned => f.write_str("put there by a rule of the shop"),
            Self::Given { position, affinity } => {
                write!(f, "given at place {position} (affinity {affinity:.2})")
            }
            Self::Similar { to, customers, of, similarity, since, .. } => write!(
                f,
                "{customers} of {} of {to}{} bought it too (similarity {similarity:.2})",
                n(*of, "buyer"),
                from(*since)
            ),
            Self::Together { with, customers, of, lift, since, .. } => write!(
                f,
                "{customers} of {} of {with}{} took both in one order (lift {lift:.1})",
                n(*of, "buyer"),
                from(*since)
            ),
            Self::Alike { to, similarity } => {
                write!(f, "like {to} by the catalogue (similarity {similarity:.2})")
            }
            Self::Session { sessions } => write!(f, "looked at in {} like this one", n(*sessions, "session")),
            Self::Customers { customers } => {
                write!(f, "bought by {} like this one", n(*customers, "customer"))
            }
            Self::Repeat { orders, of, .. } => {
                write!(f, "bought in {orders} of the customer's {}", n(*of, "order"))
            }
            Self::Segment { segment, customers, of } => {
                write!(f, "bought by {customers} of {of} in {segment}")
            }
            Self::Category { category, customers } => {
                write!(f, "bought by {}, in {category}", n(*customers, "customer"))
            }
            Self::Trending { recent, days, lower_bound, .. } => write!(
                f,
                "bought by {} in {}, at least {lower_bound:.1} times its share before",
                n(*recent, "customer"),
                n(*days, "day")
            ),
            Self::Popular { customers } => write!(f, "bought by {}", n(*customers, "customer")),
            Self::New { launched } => write!(f, "new since {launched}"),
            Self::Catalogue => f.write_str("from the catalogue"),
            Self::Explored => f.write_str("chosen by chance"),
            Self::Viewed { views, in_cart, .. } => {
                write!(f, "viewed {}{}", n(*views, "time"), if *in_cart { ", left in the cart" } else { "" })
            }
        }
    }
}
