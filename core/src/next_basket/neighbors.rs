//! The customers nearest to a vector, exactly, through the items in common.

use std::cmp::Ordering;

use crate::index::ItemIx;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::vectors::Entry;
use crate::rank::TopK;

/// Customers are looked at one after the other where there are at most so many of them for each product of two weights;
/// where products are fewer, only those that share an item.
const CUSTOMERS_PER_PRODUCT: usize = 8;

/// Customers whose nearness is compared at a time.
const LANES: usize = 8;

/// A customer and how near they are: twice the product of the vectors less the square of theirs, which is minus the squared
/// Euclidean distance but for the square that all have in common. The nearest is the greatest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub(super) nearness: f64,
    pub(super) customer: u32,
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nearness.total_cmp(&other.nearness).then_with(|| other.customer.cmp(&self.customer))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Near {}

/// Working memory of a search.
#[derive(Debug)]
pub(super) struct Search {
    /// The product with each customer's vector; 0 between searches.
    dots: Vec<f64>,
    touched: Vec<u32>,
    top: TopK<Near>,
    /// The neighbours found, by id.
    near: Vec<u32>,
}

impl Search {
    pub(super) fn new(n_customers: usize) -> Self {
        Self { dots: vec![0.0; n_customers], touched: Vec::new(), top: TopK::new(0), near: Vec::new() }
    }

    /// The neighbours found last, by id.
    pub(super) fn near(&self) -> &[u32] {
        &self.near
    }

    /// Knows of no neighbours.
    pub(super) fn forget(&mut self) {
        self.near.clear();
    }

    /// Finds the `k` customers nearest to a vector but for `me`; ties to the smaller id. Whoever has no basket is nobody's
    /// neighbour.
    ///
    /// Time: the customers of the vector's items, and where these are many all customers. A product is summed by item, in
    /// double precision, so it is the same in both ways.
    pub(super) fn find(&mut self, crowd: &Crowd, vector: &[Entry<ItemIx>], me: Option<usize>, k: usize) {
        let products: usize = vector.iter().map(|own| crowd.by_item.row(own.at.as_usize()).len()).sum();
        let me = me.and_then(|me| u32::try_from(me).ok());
        self.top.reset(k.min(crowd.customers.len()));
        if products >= crowd.customers.len() / CUSTOMERS_PER_PRODUCT {
            self.look_at_all(crowd, vector, me);
        } else {
            self.look_at_some(crowd, vector, me, k);
        }
        self.near.clear();
        let found = self.top.drain().filter(|near| near.nearness > f64::NEG_INFINITY);
        self.near.extend(found.map(|near| near.customer));
        self.near.sort_unstable();
    }

    /// How many of the neighbours found are in each of some lists of customers.
    pub(super) fn count_in<'a>(
        &mut self,
        lists: impl Iterator<Item = Option<&'a [Entry<u32>]>>,
    ) -> Vec<Option<u64>> {
        let Self { dots, near, .. } = self;
        near.iter().for_each(|&customer| dots[customer as usize] = 1.0);
        let is_near = |entry: &&Entry<u32>| dots[entry.at as usize] > 0.0;
        let count = |list: &[Entry<u32>]| list.iter().filter(is_near).count() as u64;
        let counts = lists.map(|list| list.map(count)).collect();
        near.iter().for_each(|&customer| dots[customer as usize] = 0.0);
        counts
    }

    fn look_at_all(&mut self, crowd: &Crowd, vector: &[Entry<ItemIx>], me: Option<u32>) {
        let Self { dots, top, .. } = self;
        for own in vector {
            let weight = f64::from(own.weight);
            for other in crowd.by_item.row(own.at.as_usize()) {
                dots[other.at as usize] += weight * f64::from(other.weight);
            }
        }
        let mut floor = f64::NEG_INFINITY;
        let blocks = dots.chunks_mut(LANES).zip(crowd.squares.chunks(LANES));
        for (first, (dots, squares)) in (0_u32..).step_by(LANES).zip(blocks) {
            let mut nearness = [f64::NEG_INFINITY; LANES];
            for (nearness, (dot, square)) in nearness.iter_mut().zip(dots.iter().zip(squares)) {
                *nearness = 2.0 * *dot - square;
            }
            dots.fill(0.0);
            if !nearness.iter().fold(false, |any, &nearness| any | (nearness >= floor)) {
                continue;
            }
            for (customer, nearness) in (first..).zip(nearness).take(squares.len()) {
                if Some(customer) != me {
                    top.push(Near { nearness, customer });
                }
            }
            floor = top.floor().map_or(floor, |floor| floor.nearness);
        }
    }

    /// Whoever shares no item is the nearer the shorter, so that of those only the shortest `k` are looked at.
    fn look_at_some(&mut self, crowd: &Crowd, vector: &[Entry<ItemIx>], me: Option<u32>, k: usize) {
        let Self { dots, touched, top, .. } = self;
        touched.clear();
        for own in vector {
            for other in crowd.by_item.row(own.at.as_usize()) {
                touched.push(other.at);
                dots[other.at as usize] += f64::from(own.weight) * f64::from(other.weight);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for &customer in touched.iter() {
            let at = customer as usize;
            if Some(customer) != me {
                top.push(Near { nearness: 2.0 * dots[at] - crowd.squares[at], customer });
            }
            dots[at] = 0.0;
        }
        let is_apart = |&&customer: &&u32| Some(customer) != me && touched.binary_search(&customer).is_err();
        for &customer in crowd.shortest.iter().filter(is_apart).take(k) {
            top.push(Near { nearness: -crowd.squares[customer as usize], customer });
        }
    }
}
