//! Why a customer is in an audience, or is not.

use serde::Serialize;

use crate::audience::about::Found;
use crate::audience::plan::{Asked, Node, Scratch, tag};
use crate::audience::{Audiences, Condition};
use crate::data::IdRef;
use crate::error::Result;

/// A condition of an audience, whether a customer meets it, and what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Where in the tree; `.` is the whole.
    pub path: String,
    /// The condition in words.
    pub condition: String,
    /// Whether the customer meets it.
    pub holds: bool,
    /// What was measured of the customer: a count, a sum, a value; nothing for `and`, `or`, `not` and other audiences.
    pub value: Option<Measured>,
    /// The conditions that it is made of; of another audience its own.
    pub parts: Vec<Explanation>,
}

/// What was measured of a customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// A number.
    Number(f64),
    /// A word or a date.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Nothing is known.
    Unknown,
}

impl From<Found> for Measured {
    fn from(found: Found) -> Self {
        match found {
            Found::Number(value) => Self::Number(value),
            Found::Text(text) => Self::Text(text),
            Found::Flag(flag) => Self::Flag(flag),
            Found::Unknown => Self::Unknown,
        }
    }
}

impl Audiences {
    /// Why a customer is in an audience, or is not: every condition with what was measured of the customer.
    ///
    /// ```
    /// # use kosar::audience::{Audience, AudienceData, Audiences, Measured};
    /// # let log = kosar::datasets::toy::corner_shop().to_log(kosar::data::LogOptions::default())?;
    /// # let data = AudienceData::builder().orders(&log).build()?;
    /// let regulars = Audience::from_json(r#"{"not": {"orders": {"test": {"below": 3}}}}"#)?;
    /// let why = Audiences::new(data, [("regulars", regulars)], None)?.explain("regulars", "ben")?;
    /// assert!(!why.holds);
    /// let orders = &why.parts[0];
    /// assert_eq!((orders.path.as_str(), orders.condition.as_str()), ("not.orders", "fewer than 3 orders"));
    /// assert!(orders.holds && orders.value.is_some());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Audiences::contains`].
    pub fn explain<'a>(&self, name: &str, customer: impl Into<IdRef<'a>>) -> Result<Explanation> {
        let (at, customer) = (self.find(name)?, self.customer(customer.into())?);
        let (condition, node) = (self.audiences[at].condition(), &self.plans[at]);
        Ok(self.explained(".", condition, node, (customer, &mut Scratch::default())))
    }

    fn explained(
        &self,
        path: &str,
        condition: &Condition,
        node: &Node,
        (customer, scratch): (usize, &mut Scratch),
    ) -> Explanation {
        let here = if path == "." { tag(condition).to_owned() } else { format!("{path}.{}", tag(condition)) };
        let parts = match node {
            Node::And(nodes, _) | Node::Or(nodes, _) => nodes
                .iter()
                .zip(condition.children())
                .enumerate()
                .map(|(at, (node, child))| {
                    self.explained(&format!("{here}[{at}]"), child, node, (customer, scratch))
                })
                .collect(),
            Node::Not(node) => {
                let inside = condition.children().first();
                inside
                    .map(|child| self.explained(&here, child, node, (customer, scratch)))
                    .into_iter()
                    .collect()
            }
            Node::In(at) => {
                let (inside, path) = (self.audiences[*at].condition(), format!("'{}'", self.names[*at]));
                vec![self.explained(&path, inside, &self.plans[*at], (customer, scratch))]
            }
            _ => Vec::new(),
        };
        let asked = self.asked();
        Explanation {
            holds: asked.holds(node, customer, scratch),
            value: asked.value(node, customer, scratch),
            path: if path == "." && !parts.is_empty() { ".".to_owned() } else { here },
            condition: condition.to_string(),
            parts,
        }
    }
}

impl Asked<'_> {
    /// What a condition measures of a customer.
    fn value(self, node: &Node, customer: usize, scratch: &mut Scratch) -> Option<Measured> {
        let data = self.data;
        let found = match node {
            Node::And(..) | Node::Or(..) | Node::Not(_) | Node::In(_) => return None,
            Node::About(plan) => plan.found(data, customer),
            Node::Column(plan) => plan.found(data, customer),
            Node::Orders(plan) => {
                let who = (customer, data.zone(customer));
                plan.measure(data.orders.as_ref()?, who, self.clocks, scratch).into()
            }
            Node::Events(plan) => plan.measure(self.who(customer)?, scratch).into(),
            Node::Sessions(plan) => plan.measure(self.who(customer)?).into(),
        };
        Some(found.into())
    }
}
