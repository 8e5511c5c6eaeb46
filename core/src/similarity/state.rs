//! The state of the model: histories alone. Everything else is computed from them.

use std::cmp::Ordering;

use crate::data::{Facts, IdRef, Interactions, OrderLog, Rows, Unit};
use crate::error::{Error, IdError, IntakeError, Result};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::time::Time;

/// No customer: the owner of an anonymous order.
pub(crate) const NOBODY: u32 = u32::MAX;

/// What customers bought, and the baskets where these are counted.
///
/// Its form depends on what was bought and returned alone, not on how it came together: items are those in it (those of a
/// matrix are all of its columns), and baskets are sorted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    /// Items are those of the baskets too. Without a customer where the log had none.
    pub(crate) matrix: Interactions,
    pub(crate) has_customers: bool,
    /// Whether items that nobody has are known too, as the columns of a matrix are.
    pub(crate) keeps_items: bool,
    pub(crate) orders: Option<Orders>,
}

/// The baskets, by owner, time and items.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Orders {
    pub(crate) rows: Rows<ItemIx>,
    /// Customers, or [`NOBODY`].
    pub(crate) owners: Vec<u32>,
    pub(crate) times: Option<Vec<Time>>,
}

impl State {
    /// That of a log, for pairs counted by customer or by order; `needed_by` names the model in errors.
    pub(crate) fn of_log(log: &OrderLog, unit: Unit, needed_by: &'static str) -> Result<Self> {
        let items = log.need_items(needed_by)?;
        let has_customers = log.customers().is_some();
        if unit == Unit::Customer {
            log.need_customers("ItemSimilarity with unit 'customer'")?;
        }
        let matrix = if has_customers {
            // With what was returned only: a log with its purchase may follow.
            Interactions::from_histories(log.pairs(|_| true)?, log.span().is_some())
        } else {
            Interactions { items: items.clone(), ..Interactions::empty(items.kind(), items.kind()) }
        };
        let orders =
            if unit == Unit::Order { Some(Orders::of_log(log, matrix.n_customers())?) } else { None };
        Ok(Self { matrix, has_customers, keeps_items: false, orders }.in_form())
    }

    /// That of a matrix.
    pub(crate) fn of_matrix(matrix: &Interactions) -> Self {
        Self { matrix: matrix.clone(), has_customers: true, keeps_items: true, orders: None }
    }

    /// Whether it is what [`State::in_form`] makes.
    pub(crate) fn is_in_form(&self) -> bool {
        let mut is_used = vec![self.keeps_items; self.matrix.items.len()];
        let baskets = self.orders.iter().flat_map(|orders| orders.rows.values());
        self.matrix.rows.values().iter().chain(baskets).for_each(|item| is_used[item.as_usize()] = true);
        let knows_nothing = !self.matrix.rows.values().is_empty() || self.matrix.facts == Facts::default();
        !is_used.contains(&false) && knows_nothing && self.orders.as_ref().is_none_or(Orders::is_in_form)
    }

    /// Only the items that somebody bought or returned, and the baskets sorted.
    pub(crate) fn in_form(mut self) -> Self {
        let n = self.matrix.items.len();
        let mut is_used = vec![false; n];
        let baskets = self.orders.iter().flat_map(|orders| orders.rows.values());
        self.matrix.rows.values().iter().chain(baskets).for_each(|item| is_used[item.as_usize()] = true);
        if !self.keeps_items && is_used.contains(&false) {
            self.matrix.items = self.matrix.items.subset((0..n).filter(|&item| is_used[item]));
            let mut next = 0;
            let new: Vec<u32> = is_used
                .iter()
                .map(|&used| {
                    next += u32::from(used);
                    next - u32::from(used)
                })
                .collect();
            self.renumber_items(&new);
        }
        // Where there is nothing, nothing is known of it.
        if self.matrix.rows.values().is_empty() {
            self.matrix.facts = Facts::default();
        }
        if let Some(orders) = &mut self.orders {
            orders.sort();
            orders.times = orders.times.take().filter(|times| !times.is_empty());
        }
        self
    }

    /// Gives items other numbers, in the same order.
    pub(crate) fn renumber_items(&mut self, new: &[u32]) {
        self.matrix.rows = renumbered(&self.matrix.rows, new);
        if let Some(orders) = &mut self.orders {
            orders.rows = renumbered(&orders.rows, new);
        }
    }

    /// Both together; the orders of the second are other orders than those of the first.
    pub(crate) fn merged(mut self, mut new: Self) -> Result<Self> {
        let refuse = |why: &str| -> Error { IntakeError::Append { why: why.to_owned() }.into() };
        if self.has_customers != new.has_customers {
            return Err(refuse("only one of them has customers"));
        }
        let (items, old_items, new_items) = self
            .matrix
            .items
            .union(&new.matrix.items)
            .ok_or_else(|| refuse("item ids are strings in one and integers in the other"))?;
        self.renumber_items(&old_items);
        new.renumber_items(&new_items);
        let (customers, old_customers, new_customers) = self
            .matrix
            .customers
            .union(&new.matrix.customers)
            .ok_or_else(|| refuse("customer ids are strings in one and integers in the other"))?;
        let (rows, facts) = merge_rows(
            customers.len(),
            (&self.matrix.rows, &self.matrix.facts, &old_customers),
            (&new.matrix.rows, &new.matrix.facts, &new_customers),
        );
        let orders = match (self.orders, new.orders) {
            (Some(mut old), Some(new)) => {
                old.renumber_owners(&old_customers);
                let owner =
                    |&owner: &u32| if owner == NOBODY { NOBODY } else { new_customers[owner as usize] };
                old.owners.extend(new.owners.iter().map(owner));
                // An empty part has no say in what is known.
                old.times = match (old.rows.is_empty(), new.rows.is_empty()) {
                    (true, _) => new.times,
                    (_, true) => old.times,
                    _ => old.times.zip(new.times).map(|(old, new)| [old, new].concat()),
                };
                new.rows.iter().for_each(|row| old.rows.push(row.iter().copied()));
                Some(old)
            }
            _ => None,
        };
        let anonymous_orders = self.matrix.anonymous_orders.saturating_add(new.matrix.anonymous_orders);
        let matrix = Interactions { customers, items, rows, facts, anonymous_orders };
        let keeps_items = self.keeps_items || new.keeps_items;
        Ok(Self { matrix, orders, has_customers: self.has_customers, keeps_items }.in_form())
    }

    /// All but what a customer bought.
    pub(crate) fn without(&self, customer: IdRef<'_>) -> Result<Self> {
        if !self.has_customers {
            return Err(IdError::NoHistories { role: "customer" }.into());
        }
        let matrix = &self.matrix;
        let gone = matrix.customers.find("customer", customer)?;
        let keep = |position: &usize| *position != gone;
        let range = matrix.rows.offsets()[gone]..matrix.rows.offsets()[gone + 1];
        let entries: Vec<usize> = (0..matrix.n_pairs()).filter(|entry| !range.contains(entry)).collect();
        let stays = (0..matrix.n_customers()).filter(keep);
        let matrix = Interactions {
            customers: matrix.customers.subset(stays.clone()),
            items: matrix.items.clone(),
            rows: stays.map(|customer| matrix.rows.row(customer).iter().copied()).collect(),
            facts: matrix.facts.pick(&entries),
            anonymous_orders: matrix.anonymous_orders,
        };
        let orders = self.orders.as_ref().map(|orders| orders.without(gone));
        Ok(Self { matrix, orders, has_customers: true, keeps_items: self.keeps_items }.in_form())
    }

    /// The baskets, of a state that has them.
    pub(crate) fn need_orders(&self) -> &Orders {
        self.orders.as_ref().expect("a state of orders keeps its baskets")
    }

    /// The entries of a customer.
    pub(crate) fn entries(&self, customer: usize) -> impl Iterator<Item = (ItemIx, bool)> {
        let start = self.matrix.rows.offsets()[customer];
        let left = self.matrix.facts.quantities.as_deref();
        let is_owned = move |entry: usize| left.is_none_or(|left| left[entry] > Quantity::ZERO);
        let row = self.matrix.rows.row(customer);
        (start..).zip(row).map(move |(entry, &item)| (item, is_owned(entry)))
    }

    /// The items that a customer bought and did not return, rising.
    pub(crate) fn owned(&self, customer: usize) -> impl Iterator<Item = ItemIx> {
        self.entries(customer).filter(|&(_, is_owned)| is_owned).map(|(item, _)| item)
    }
}

impl Orders {
    fn of_log(log: &OrderLog, n_customers: usize) -> Result<Self> {
        let baskets = log.baskets()?;
        let owner = |&owner: &u32| if (owner as usize) < n_customers { owner } else { NOBODY };
        let owners = baskets.owners().map(|owners| owners.iter().map(owner).collect());
        Ok(Self {
            owners: owners.unwrap_or_else(|| vec![NOBODY; baskets.rows().len()]),
            times: baskets.times().map(<[Time]>::to_vec),
            rows: baskets.rows().clone(),
        })
    }

    fn sort(&mut self) {
        let mut sorted: Vec<usize> = (0..self.rows.len()).collect();
        sorted.sort_by(|&a, &b| self.compare(a, b));
        *self = self.pick(&sorted);
    }

    /// By owner, time and items.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let time = |order: usize| self.times.as_ref().map(|times| times[order]);
        let key = |order: usize| (self.owners[order], time(order));
        key(a).cmp(&key(b)).then_with(|| self.rows.row(a).cmp(self.rows.row(b)))
    }

    pub(crate) fn is_in_form(&self) -> bool {
        self.times.as_ref().is_none_or(|times| !times.is_empty())
            && (1..self.rows.len()).all(|order| self.compare(order - 1, order).is_le())
    }

    fn pick(&self, orders: &[usize]) -> Self {
        Self {
            rows: orders.iter().map(|&order| self.rows.row(order).iter().copied()).collect(),
            owners: orders.iter().map(|&order| self.owners[order]).collect(),
            times: self.times.as_ref().map(|times| orders.iter().map(|&order| times[order]).collect()),
        }
    }

    fn without(&self, customer: usize) -> Self {
        let is_theirs = |order: usize| self.owners[order] as usize == customer;
        let stays: Vec<usize> = (0..self.rows.len()).filter(|&order| !is_theirs(order)).collect();
        let mut left = self.pick(&stays);
        for owner in &mut left.owners {
            *owner -= u32::from(*owner != NOBODY && *owner as usize > customer);
        }
        left
    }

    fn renumber_owners(&mut self, new: &[u32]) {
        for owner in self.owners.iter_mut().filter(|owner| **owner != NOBODY) {
            *owner = new[*owner as usize];
        }
    }
}

fn renumbered(rows: &Rows<ItemIx>, new: &[u32]) -> Rows<ItemIx> {
    let values = rows.values().iter().map(|item| ItemIx::from_u32(new[item.as_usize()])).collect();
    Rows::from_parts(rows.offsets().to_vec(), values).expect("the same rows with other numbers")
}

/// Rows with their facts, and the new position of each.
type Part<'a> = (&'a Rows<ItemIx>, &'a Facts, &'a [u32]);

/// Adds the rows of two parts up: orders and quantities are summed, the later time stays. A fact that one of them does not
/// have is gone.
fn merge_rows(n: usize, a: Part<'_>, b: Part<'_>) -> (Rows<ItemIx>, Facts) {
    let at = |part: &Part<'_>| {
        let mut row_of = vec![None; n];
        part.2.iter().enumerate().for_each(|(old, &new)| row_of[new as usize] = Some(old));
        row_of
    };
    let (a_rows, b_rows) = (at(&a), at(&b));
    let range = |part: &Part<'_>, row: Option<usize>| {
        row.map_or(0..0, |row| part.0.offsets()[row]..part.0.offsets()[row + 1])
    };
    let mut rows = Rows::default();
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    for row in 0..n {
        let (mut left, mut right) = (range(&a, a_rows[row]).peekable(), range(&b, b_rows[row]).peekable());
        let mut items = Vec::new();
        loop {
            let (x, y) = (left.peek().copied(), right.peek().copied());
            let item_a = x.map(|entry| a.0.values()[entry]);
            let item_b = y.map(|entry| b.0.values()[entry]);
            let Some(item) = item_a.into_iter().chain(item_b).min() else { break };
            let pair = (x.filter(|_| item_a == Some(item)), y.filter(|_| item_b == Some(item)));
            left.next_if(|_| pair.0.is_some());
            right.next_if(|_| pair.1.is_some());
            items.push(item);
            pairs.push(pair);
        }
        rows.push(items);
    }
    fn column<T: Copy>(
        a: Option<&Vec<T>>,
        b: Option<&Vec<T>>,
        pairs: &[(Option<usize>, Option<usize>)],
        add: impl Fn(T, T) -> T,
    ) -> Option<Vec<T>> {
        let (a, b) = a.zip(b)?;
        let of = |&(x, y): &(Option<usize>, Option<usize>)| match (x.map(|x| a[x]), y.map(|y| b[y])) {
            (Some(x), Some(y)) => add(x, y),
            (x, y) => x.or(y).expect("an entry comes from one of both"),
        };
        Some(pairs.iter().map(of).collect())
    }
    // An empty part has no say in which facts there are.
    let (fa, fb) = match (a.0.values().is_empty(), b.0.values().is_empty()) {
        (true, _) => (b.1, b.1),
        (_, true) => (a.1, a.1),
        _ => (a.1, b.1),
    };
    let sum =
        |x: Quantity, y: Quantity| Quantity::from_millionths(x.millionths().saturating_add(y.millionths()));
    let facts = Facts {
        orders: column(fa.orders.as_ref(), fb.orders.as_ref(), &pairs, u32::saturating_add),
        quantities: column(fa.quantities.as_ref(), fb.quantities.as_ref(), &pairs, sum),
        times: column(fa.times.as_ref(), fb.times.as_ref(), &pairs, Ord::max),
    };
    (rows, facts)
}
