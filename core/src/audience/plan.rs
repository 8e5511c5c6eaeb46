//! A tree of conditions made ready: names resolved, tests turned into bounds and tables, cheap conditions first.

use std::collections::HashMap;

use crate::audience::about::AboutPlan;
use crate::audience::clock::Clock;
use crate::audience::definition::{MAX_DEPTH, too_deep};
use crate::audience::event_plan::{EventPlan, Who};
use crate::audience::figures::ColumnPlan;
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
    /// Whether the present was given, or follows from the data.
    pub(super) is_told: bool,
    /// The path in the tree.
    pub(super) path: &'a str,
    pub(super) notes: &'a mut Vec<String>,
}

impl Place<'_> {
    /// Refuses a condition on the calendar where nothing tells the present.
    pub(super) fn needs_present(&self) -> Result<(), AudienceError> {
        if self.is_told {
            return Ok(());
        }
        Err(AudienceError::Missing {
            path: self.path.to_owned(),
            needed: "as_of, or orders or events to take it from",
        })
    }

    /// Remembers that the figures of a model are not of the present.
    pub(super) fn note_taken(&mut self, model: &str, taken: Option<Time>) {
        if let Some(taken) =
            taken.filter(|&taken| self.is_told && taken.floor_day() != self.as_of.floor_day())
        {
            let note = format!("{model} was taken at {taken}, the audience is asked for at {}", self.as_of);
            self.note(self.path, &note);
        }
    }

    /// Remembers what looks like a slip but is none for certain.
    pub(super) fn note(&mut self, path: &str, what: &str) {
        self.notes.push(format!("{path}: {what}"));
    }
}

/// Working memory of one thread.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    numbers: Vec<i64>,
    /// Which other audiences the customer is known to be in, or not.
    members: Vec<Option<bool>>,
    /// Item, time and event of events that pass.
    pub(super) found: Vec<(u32, i64, u32)>,
}

impl Scratch {
    /// Forgets what is known of the customer before.
    pub(super) fn next_customer(&mut self) {
        self.members.clear();
    }

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
    /// The other audiences that this names.
    fn references(&self, found: &mut Vec<usize>) {
        match self {
            Self::And(children, _) | Self::Or(children, _) => {
                children.iter().for_each(|child| child.references(found));
            }
            Self::Not(child) => child.references(found),
            Self::In(at) => found.push(*at),
            _ => (),
        }
    }

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

/// The numbers of audiences by their names.
pub(super) struct Names<'a> {
    names: &'a [String],
    numbers: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    /// Of names of which none comes twice; or else the one that does.
    pub(super) fn new(names: &'a [String]) -> Result<Self, &'a str> {
        let mut numbers = HashMap::with_capacity(names.len());
        for (number, name) in names.iter().enumerate() {
            if numbers.insert(name.as_str(), number).is_some() {
                return Err(name);
            }
        }
        Ok(Self { names, numbers })
    }

    fn find(&self, name: &str, path: &str) -> Result<usize, AudienceError> {
        let known = || listed(self.names.iter().map(String::as_str));
        self.numbers.get(name).copied().ok_or_else(|| unknown(path, "audience", name, known()))
    }
}

/// Makes a tree ready; audiences are looked up among `names`.
pub(super) fn compile(
    condition: &Condition,
    names: &Names<'_>,
    place: &mut Place<'_>,
) -> Result<Node, AudienceError> {
    let path = if place.path == "." {
        tag(condition).to_owned()
    } else {
        format!("{}.{}", place.path, tag(condition))
    };
    let mut inside = |path: &str, child: &Condition| {
        compile(child, names, &mut Place { path, notes: &mut *place.notes, ..*place })
    };
    let mut each = |children: &[Condition]| -> Result<(Vec<Node>, Vec<usize>), AudienceError> {
        let nodes = children
            .iter()
            .enumerate()
            .map(|(at, child)| inside(&format!("{path}[{at}]"), child))
            .collect::<Result<Vec<_>, _>>()?;
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&at| nodes[at].cost());
        Ok((nodes, order))
    };
    Ok(match condition {
        Condition::And(children) => {
            let (nodes, order) = each(children)?;
            Node::And(nodes, order)
        }
        Condition::Or(children) => {
            let (nodes, order) = each(children)?;
            Node::Or(nodes, order)
        }
        Condition::Not(child) => Node::Not(Box::new(inside(&path, child)?)),
        Condition::Audience(name) => Node::In(names.find(name, &path)?),
        leaf => {
            let place = &mut Place { path: &path, notes: &mut *place.notes, ..*place };
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

/// Refuses audiences that contain themselves, and those so deep, with all that they contain, that walking them could exhaust
/// the stack.
pub(super) fn refuse_cycles_and_depths(
    names: &[String],
    audiences: &[Audience],
    plans: &[Node],
) -> Result<(), AudienceError> {
    let inside: Vec<Vec<usize>> = plans
        .iter()
        .map(|plan| {
            let mut found = Vec::new();
            plan.references(&mut found);
            found.sort_unstable();
            found.dedup();
            found
        })
        .collect();
    let mut containing = vec![Vec::new(); names.len()];
    for (outer, inner) in inside.iter().enumerate() {
        inner.iter().for_each(|&inner| containing[inner].push(outer));
    }
    // Audiences of which all that they contain is settled are settled.
    let mut open: Vec<usize> = inside.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..names.len()).filter(|&at| open[at] == 0).collect();
    let mut depths = vec![0; names.len()];
    while let Some(at) = ready.pop() {
        let below = inside[at].iter().map(|&inner| depths[inner]).max().unwrap_or(0);
        depths[at] = below + audiences[at].depth();
        if depths[at] > MAX_DEPTH {
            return Err(too_deep(&format!("'{}'", names[at])));
        }
        for &outer in &containing[at] {
            open[outer] -= 1;
            if open[outer] == 0 {
                ready.push(outer);
            }
        }
    }
    let Some(start) = open.iter().position(|&open| open > 0) else { return Ok(()) };
    // Every audience that is not settled contains one that is not: walking on comes back sooner or later.
    let mut way = vec![start];
    loop {
        let last = way[way.len() - 1];
        let next = inside[last].iter().copied().find(|&other| open[other] > 0).unwrap_or(last);
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
    /// Whether a customer meets a condition, as the first thing that is asked of them.
    pub(super) fn meets(self, node: &Node, customer: usize, scratch: &mut Scratch) -> bool {
        scratch.next_customer();
        self.holds(node, customer, scratch)
    }

    /// Whether a customer meets a condition.
    pub(super) fn holds(self, node: &Node, customer: usize, scratch: &mut Scratch) -> bool {
        match node {
            Node::And(children, order) => {
                order.iter().all(|&at| self.holds(&children[at], customer, scratch))
            }
            Node::Or(children, order) => order.iter().any(|&at| self.holds(&children[at], customer, scratch)),
            Node::Not(child) => !self.holds(child, customer, scratch),
            Node::In(at) => {
                // Audiences that several contain are looked at once.
                if let Some(&Some(known)) = scratch.members.get(*at) {
                    return known;
                }
                let holds = self.holds(&self.plans[*at], customer, scratch);
                scratch.members.resize(self.plans.len(), None);
                scratch.members[*at] = Some(holds);
                holds
            }
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
