//! A tree of conditions made ready: names resolved, tests turned into bounds and tables, cheap conditions first.

use crate::audience::about::{AboutPlan, ColumnPlan};
use crate::audience::clock::Clock;
use crate::audience::event_plan::{EventPlan, Who};
use crate::audience::item_choice::{listed, unknown};
use crate::audience::order_plan::OrderPlan;
use crate::audience::session_plan::SessionPlan;
use crate::audience::{Audience, AudienceData, Condition};
use crate::error::AudienceError;
use crate::time::Time;

/// Where the compiler is, and what it knows.
pub(super) struct Place<'a> {
    pub(super) data: &'a AudienceData,
    pub(super) as_of: Time,
    /// The path in the tree.
    pub(super) path: &'a str,
    pub(super) notes: &'a mut Vec<String>,
}

impl Place<'_> {
    /// Remembers what looks like a slip but is none for certain.
    pub(super) fn note(&mut self, path: &str, what: String) {
        self.notes.push(format!("{path}: {what}"));
    }
}

/// Working memory of one thread.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    numbers: Vec<i64>,
    /// Item, time and event of events that pass.
    pub(super) found: Vec<(u32, i64, u32)>,
}

impl Scratch {
    /// How many different numbers there are.
    pub(super) fn distinct(&mut self, numbers: impl Iterator<Item = i64>) -> usize {
        self.numbers.clear();
        self.numbers.extend(numbers);
        self.numbers.sort_unstable();
        self.numbers.dedup();
        self.numbers.len()
    }

    /// The greatest number of rising times that lie within a span.
    pub(super) fn busiest(&mut self, times: impl Iterator<Item = i64>, within: i64) -> usize {
        self.numbers.clear();
        self.numbers.extend(times);
        self.numbers.sort_unstable();
        let (mut first, mut most) = (0, 0);
        for (place, &time) in self.numbers.iter().enumerate() {
            while time.saturating_sub(self.numbers[first]) >= within {
                first += 1;
            }
            most = most.max(place + 1 - first);
        }
        most
    }
}

/// A condition made ready.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// With the order in which to look: what is cheap first.
    And(Vec<Node>, Vec<usize>),
    Or(Vec<Node>, Vec<usize>),
    Not(Box<Node>),
    /// Another audience.
    In(usize),
    About(Box<AboutPlan>),
    Column(Box<ColumnPlan>),
    Orders(Box<OrderPlan>),
    Events(Box<EventPlan>),
    Sessions(Box<SessionPlan>),
}

impl Node {
    /// About how long it takes to look, for the order of looking.
    fn cost(&self) -> u32 {
        match self {
            Self::And(children, _) | Self::Or(children, _) => {
                children.iter().fold(1, |cost, child| cost.saturating_add(child.cost()))
            }
            Self::Not(child) => child.cost(),
            Self::About(_) => 1,
            Self::Column(plan) => plan.cost(),
            Self::Orders(_) => 4,
            Self::Sessions(_) => 5,
            Self::Events(plan) => plan.cost(),
            Self::In(_) => 20,
        }
    }
}

/// Makes a tree ready; audiences are looked up among `names`.
pub(super) fn compile(
    condition: &Condition,
    names: &[String],
    place: &mut Place<'_>,
) -> Result<Node, AudienceError> {
    let here = |tag: &str| if place.path == "." { tag.to_owned() } else { format!("{}.{tag}", place.path) };
    let path = here(tag(condition));
    let inside = |place: &mut Place<'_>, path: &str, child: &Condition| {
        let (data, as_of) = (place.data, place.as_of);
        compile(child, names, &mut Place { data, as_of, path, notes: place.notes })
    };
    let each =
        |place: &mut Place<'_>, children: &[Condition]| -> Result<(Vec<Node>, Vec<usize>), AudienceError> {
            let nodes = children
                .iter()
                .enumerate()
                .map(|(at, child)| inside(place, &format!("{path}[{at}]"), child))
                .collect::<Result<Vec<_>, _>>()?;
            let mut order: Vec<usize> = (0..nodes.len()).collect();
            order.sort_by_key(|&at| nodes[at].cost());
            Ok((nodes, order))
        };
    Ok(match condition {
        Condition::And(children) => {
            let (nodes, order) = each(place, children)?;
            Node::And(nodes, order)
        }
        Condition::Or(children) => {
            let (nodes, order) = each(place, children)?;
            Node::Or(nodes, order)
        }
        Condition::Not(child) => Node::Not(Box::new(inside(place, &path, child)?)),
        Condition::Audience(name) => {
            let known = || listed(names.iter().map(String::as_str));
            let at = names.iter().position(|known| known == name);
            Node::In(at.ok_or_else(|| unknown(&path, "audience", name, known()))?)
        }
        leaf => {
            let (data, as_of) = (place.data, place.as_of);
            let place = &mut Place { data, as_of, path: &path, notes: place.notes };
            match leaf {
                Condition::Orders(of) => Node::Orders(Box::new(OrderPlan::new(of, place)?)),
                Condition::Events(of) => Node::Events(Box::new(EventPlan::new(of, place)?)),
                Condition::Sessions(of) => Node::Sessions(Box::new(SessionPlan::new(of, place)?)),
                other => match AboutPlan::new(other, place)? {
                    Some(plan) => Node::About(Box::new(plan)),
                    None => Node::Column(Box::new(ColumnPlan::new(other, place)?)),
                },
            }
        }
    })
}

/// The key of a condition in its JSON form.
pub(super) fn tag(condition: &Condition) -> &'static str {
    match condition {
        Condition::And(_) => "and",
        Condition::Or(_) => "or",
        Condition::Not(_) => "not",
        Condition::Audience(_) => "audience",
        Condition::Attribute(_) => "attribute",
        Condition::Age(_) => "age",
        Condition::Anniversary(_) => "anniversary",
        Condition::Consent(_) => "consent",
        Condition::Preference(_) => "preference",
        Condition::Orders(_) => "orders",
        Condition::Events(_) => "events",
        Condition::Sessions(_) => "sessions",
        Condition::Segment(_) => "segment",
        Condition::Rfm(_) => "rfm",
        Condition::Stage(_) => "stage",
        Condition::Cluster(_) => "cluster",
        Condition::Affinity(_) => "affinity",
        Condition::Value(_) => "value",
    }
}

/// Refuses audiences that contain themselves; all names are known.
pub(super) fn refuse_cycles(names: &[String], audiences: &[Audience]) -> Result<(), AudienceError> {
    fn named<'a>(condition: &'a Condition, found: &mut Vec<&'a str>) {
        match condition {
            Condition::Audience(name) => found.push(name),
            other => other.children().iter().for_each(|child| named(child, found)),
        }
    }
    let inside: Vec<Vec<usize>> = audiences
        .iter()
        .map(|audience| {
            let mut found = Vec::new();
            named(audience.condition(), &mut found);
            found.iter().filter_map(|name| names.iter().position(|known| known == name)).collect()
        })
        .collect();
    // Audiences of which all that they contain is settled are settled, until none is added.
    let mut settled = vec![false; names.len()];
    loop {
        let ready =
            (0..names.len()).find(|&at| !settled[at] && inside[at].iter().all(|&other| settled[other]));
        match ready {
            Some(at) => settled[at] = true,
            None => break,
        }
    }
    let Some(start) = settled.iter().position(|&settled| !settled) else { return Ok(()) };
    // Every audience that is not settled contains one that is not: walking on comes back sooner or later.
    let mut way = vec![start];
    loop {
        let last = way[way.len() - 1];
        let next = inside[last].iter().copied().find(|&other| !settled[other]).unwrap_or(last);
        if let Some(first) = way.iter().position(|&seen| seen == next) {
            let by_way_of: Vec<&str> =
                way[first..].iter().chain([&next]).map(|&at| names[at].as_str()).collect();
            let path = format!("'{}'", names[next]);
            return Err(AudienceError::Cycle { path, by_way_of: by_way_of.join(" > ") });
        }
        way.push(next);
    }
}

/// What all conditions of a set of audiences are asked with.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) data: &'a AudienceData,
    pub(super) plans: &'a [Node],
    /// The local clock of each time zone.
    pub(super) clocks: &'a [Clock],
}

impl<'a> Asked<'a> {
    /// Whether a customer meets a condition.
    pub(super) fn holds(self, node: &Node, customer: usize, scratch: &mut Scratch) -> bool {
        match node {
            Node::And(children, order) => {
                order.iter().all(|&at| self.holds(&children[at], customer, scratch))
            }
            Node::Or(children, order) => order.iter().any(|&at| self.holds(&children[at], customer, scratch)),
            Node::Not(child) => !self.holds(child, customer, scratch),
            Node::In(at) => self.holds(&self.plans[*at], customer, scratch),
            Node::About(plan) => plan.holds(self.data, customer),
            Node::Column(plan) => plan.holds(self.data, customer),
            Node::Orders(plan) => self.data.orders.as_ref().is_some_and(|table| {
                plan.holds(table, (customer, self.data.zone(customer)), self.clocks, scratch)
            }),
            Node::Events(plan) => self.who(customer).is_some_and(|who| plan.holds(who, scratch)),
            Node::Sessions(plan) => self.who(customer).is_some_and(|who| plan.holds(who)),
        }
    }

    pub(super) fn who(self, customer: usize) -> Option<Who<'a>> {
        let data = self.data;
        let (orders, zone) = (data.orders.as_ref(), data.zone(customer));
        Some(Who { events: data.events.as_ref()?, orders, customer, zone, clocks: self.clocks })
    }
}
