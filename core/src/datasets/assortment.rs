//! What draws customers to products: popularity, and the planted complements and substitutes.

use super::catalog::Catalog;
use super::draw::{Weighted, exp, ln, shuffle};
use super::shop_params::ShopParams;
use super::words::CATEGORIES;
use crate::random::Random;

/// Flattens the head of the Zipf distribution (Mandelbrot's offset), so that no product is in every other basket.
const RANK_OFFSET: f64 = 5.0;

/// Popularity and planted relations of the items, by their positions in the catalogue.
pub(super) struct Assortment {
    /// The items, most popular first, with their weights.
    overall: Shelf,
    /// The same for each category.
    by_category: Vec<Shelf>,
    /// What goes with each item.
    companions: Vec<Vec<usize>>,
    /// What is bought in place of each item.
    substitute: Vec<Option<usize>>,
    /// The pairs that go together, in the order of planting.
    pub(super) complements: Vec<(usize, usize)>,
    /// The pairs of which one is bought in place of the other, in the order of planting.
    pub(super) substitutes: Vec<(usize, usize)>,
}

/// Items to choose from by popularity.
struct Shelf {
    items: Vec<usize>,
    weights: Weighted,
}

impl Shelf {
    fn new(items: &[usize], weight: impl Fn(usize) -> f64) -> Self {
        let weights: Vec<f64> = items.iter().map(|&item| weight(item)).collect();
        Self { items: items.to_vec(), weights: Weighted::new(&weights) }
    }

    fn pick(&self, random: &mut Random) -> usize {
        self.items[self.weights.pick(random)]
    }
}

impl Assortment {
    /// Ranks the items by chance and plants the relations among the items of middling popularity.
    pub(super) fn new(catalog: &Catalog, params: &ShopParams, random: &mut Random) -> Self {
        let mut ranked: Vec<usize> = (0..catalog.len()).collect();
        shuffle(random, &mut ranked);
        let mut weights = vec![0.0; ranked.len()];
        let mut rank = RANK_OFFSET;
        for &item in &ranked {
            rank += 1.0;
            weights[item] = exp(-params.zipf * ln(rank));
        }
        let by_category = (0..CATEGORIES.len())
            .map(|category| {
                let items: Vec<usize> =
                    ranked.iter().copied().filter(|&item| catalog.category[item] == category).collect();
                Shelf::new(&items, |item| weights[item])
            })
            .collect();
        let mut assortment = Self {
            overall: Shelf::new(&ranked, |item| weights[item]),
            by_category,
            companions: vec![Vec::new(); ranked.len()],
            substitute: vec![None; ranked.len()],
            complements: Vec::new(),
            substitutes: Vec::new(),
        };
        assortment.plant(&ranked, catalog, params, random);
        assortment
    }

    /// Every other pair of complements is within a category, the rest are across; the first ones get a substitute.
    fn plant(&mut self, ranked: &[usize], catalog: &Catalog, params: &ShopParams, random: &mut Random) {
        // Above this band items are in so many baskets that no partner can lift them far; below, in too few to count.
        let band = ranked.len() / 20..ranked.len() * 2 / 5;
        let mut free: Vec<(usize, usize)> = band.map(|rank| (rank, ranked[rank])).collect();
        shuffle(random, &mut free);
        let mut with_rank = Vec::new();
        for number in 0..params.n_complements() {
            let Some((rank, first)) = free.pop() else { break };
            let within = number % 2 == 0;
            let fits = |other: usize| (catalog.category[first] == catalog.category[other]) == within;
            let Some(at) = free.iter().rposition(|&(_, other)| fits(other)) else { continue };
            let (_, second) = free.remove(at);
            self.complement(first, second);
            with_rank.push((rank, first, second));
        }
        for (rank, first, companion) in with_rank {
            if self.substitutes.len() == params.n_substitutes() {
                break;
            }
            let alike = |&(_, &(_, other)): &(usize, &(usize, usize))| {
                catalog.category[first] == catalog.category[other]
            };
            let nearest =
                free.iter().enumerate().filter(alike).min_by_key(|(_, (other, _))| other.abs_diff(rank));
            let Some((at, _)) = nearest else { continue };
            let (_, second) = free.remove(at);
            self.complement(second, companion);
            self.substitutes.push((first, second));
            self.substitute[first] = Some(second);
            self.substitute[second] = Some(first);
        }
    }

    fn complement(&mut self, first: usize, second: usize) {
        self.complements.push((first, second));
        self.companions[first].push(second);
        self.companions[second].push(first);
    }

    /// The number of items.
    pub(super) fn len(&self) -> usize {
        self.companions.len()
    }

    /// The items, most popular first.
    pub(super) fn ranked(&self) -> &[usize] {
        &self.overall.items
    }

    /// Whether another item is bought in place of this one.
    pub(super) fn has_substitute(&self, item: usize) -> bool {
        self.substitute[item].is_some()
    }

    /// An item by popularity, of one category or of all.
    pub(super) fn pick(&self, category: Option<usize>, random: &mut Random) -> usize {
        category.map_or(&self.overall, |category| &self.by_category[category]).pick(random)
    }

    /// One of the planted companions of an item.
    pub(super) fn companion(&self, item: usize, random: &mut Random) -> Option<usize> {
        let companions = &self.companions[item];
        (!companions.is_empty()).then(|| companions[random.below(companions.len())])
    }

    /// Whether an item may join a basket: neither it nor its substitute is in there.
    pub(super) fn fits(&self, item: usize, basket: &[usize]) -> bool {
        let substitute = self.substitute[item];
        basket.iter().all(|&other| other != item && Some(other) != substitute)
    }
}
