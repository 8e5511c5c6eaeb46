//! The products of a generated shop: ids, names, categories, prices.

use super::draw::{exp, ln, normal};
use super::words::{CATEGORIES, COLOURS};
use crate::random::Random;

/// The largest catalogue.
pub(super) const MAX_ITEMS: usize = 1_000_000;

/// The smallest catalogue in which every category has products.
pub(super) const MIN_ITEMS: usize = 40;

/// A product of a generated shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The item id, such as `KIT-0001`; the letters stand for the category.
    pub id: String,
    /// The name in English, such as `Oak serving board`; no two products share one.
    pub name: String,
    /// The category, such as `Kitchen`.
    pub category: &'static str,
    /// The price of one, before a wholesaler's discount: positive, two decimals.
    pub price: f64,
}

/// A catalogue with what the generator needs beside it.
pub(super) struct Catalog {
    /// The products, in the order of their ids.
    pub(super) products: Vec<Product>,
    /// The price of each, in hundredths.
    pub(super) cents: Vec<i32>,
    /// The position in [`CATEGORIES`] of each.
    pub(super) category: Vec<usize>,
}

impl Catalog {
    /// A catalogue of `items` products. Ids and names depend on `items` alone, prices on the random numbers as well.
    pub(super) fn new(items: usize, random: &mut Random) -> Self {
        let mut catalog = Self { products: Vec::new(), cents: Vec::new(), category: Vec::new() };
        let mut share = 0;
        for (category, words) in CATEGORIES.iter().enumerate() {
            let first = items * share / 100;
            share += words.share;
            let n = items * share / 100 - first;
            // As many digits for all, so that ids sort by number.
            let digits = n.max(1_000).ilog10() as usize + 1;
            for number in 0..n {
                let cents = price_in_cents(words.median_price, words.spread, random);
                catalog.products.push(Product {
                    id: format!("{}-{:0digits$}", words.code, number + 1),
                    name: name(&words.materials, &words.nouns, number),
                    category: words.name,
                    price: f64::from(cents) / 100.0,
                });
                catalog.cents.push(cents);
                catalog.category.push(category);
            }
        }
        catalog
    }

    /// The number of products.
    pub(super) fn len(&self) -> usize {
        self.products.len()
    }
}

/// The name of the product with a number in its category: each pair of material and noun once, then in each colour, then all
/// of that in a second series, and so on.
fn name(materials: &[&str; 12], nouns: &[&str; 16], number: usize) -> String {
    let (pair, variant) = (number % (12 * 16), number / (12 * 16));
    let (series, variant) = (variant / (COLOURS.len() + 1), variant % (COLOURS.len() + 1));
    let noun = pair % 16;
    let plain = format!("{} {}", materials[(pair / 16 + noun) % 12], nouns[noun]);
    let coloured = if variant == 0 { plain } else { format!("{plain}, {}", COLOURS[variant - 1]) };
    if series == 0 { coloured } else { format!("{coloured}, series {}", series + 1) }
}

/// A log-normal price, from 0.10 to 10,000.00.
#[allow(clippy::cast_possible_truncation, reason = "clamped to a million before the cast")]
fn price_in_cents(median: f64, spread: f64, random: &mut Random) -> i32 {
    let price = exp(ln(median) + spread * normal(random));
    (price * 100.0).round().clamp(10.0, 1e6) as i32
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_product_of_the_largest_catalogue_has_its_own_name_and_id() {
        // In the first of these no category needs a second series or a fifth digit.
        for n in [20_000, MAX_ITEMS] {
            let catalog = Catalog::new(n, &mut Random::new(1, 0));
            assert_eq!(catalog.len(), n);
            let names: HashSet<&str> = catalog.products.iter().map(|product| product.name.as_str()).collect();
            assert_eq!(names.len(), n);
            assert!(catalog.products.is_sorted_by(|a, b| a.id < b.id));
        }
    }

    #[test]
    fn the_smallest_catalogue_has_every_category() {
        let catalog = Catalog::new(MIN_ITEMS, &mut Random::new(1, 0));
        let categories: HashSet<&str> = catalog.products.iter().map(|product| product.category).collect();
        assert_eq!(categories.len(), CATEGORIES.len());
        assert_eq!(CATEGORIES.iter().map(|category| category.share).sum::<usize>(), 100);
    }

    #[test]
    fn half_of_the_prices_of_a_category_are_above_its_median() {
        let catalog = Catalog::new(10_000, &mut Random::new(1, 0));
        let kitchen = catalog.products.iter().filter(|product| product.category == "Kitchen");
        let (n, above) = kitchen.fold((0, 0), |(n, above), p| (n + 1, above + usize::from(p.price > 12.0)));
        assert!((650..850).contains(&above) && n == 1500, "{above} of {n}");
    }
}
