//! Profiles: what is bought beside an item, and how alike that is for two of them.

use crate::data::Rows;
use crate::index::ItemIx;

/// An item of a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beside {
    pub(super) item: ItemIx,
    /// The logarithm of the lift, above 0.
    pub(super) weight: f32,
}

/// The profiles of all items, each with its items rising.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profiles {
    pub(super) rows: Rows<Beside>,
    /// The square of the length of each.
    squares: Vec<f64>,
}

impl Profiles {
    pub(super) fn new(rows: Rows<Beside>) -> Self {
        let square = |row: &[Beside]| row.iter().map(|own| f64::from(own.weight).powi(2)).sum();
        Self { squares: rows.iter().map(square).collect(), rows }
    }

    /// The cosine of two profiles, each without the other item; 0 where one has nothing else.
    pub(super) fn context(&self, a: ItemIx, b: ItemIx) -> f64 {
        let mut product = 0.0;
        let mut rest = self.rows.row(b.as_usize()).iter().peekable();
        for own in self.rows.row(a.as_usize()) {
            while rest.next_if(|other| other.item < own.item).is_some() {}
            if let Some(other) = rest.next_if(|other| other.item == own.item) {
                product += f64::from(own.weight) * f64::from(other.weight);
            }
        }
        self.cosine(product, a, b)
    }

    /// The cosine from the scalar product; no profile has its own item, so the product leaves both out already.
    pub(super) fn cosine(&self, product: f64, a: ItemIx, b: ItemIx) -> f64 {
        let square = self.square_without(a, b) * self.square_without(b, a);
        if product > 0.0 && square > 0.0 { (product / square.sqrt()).min(1.0) } else { 0.0 }
    }

    fn square_without(&self, of: ItemIx, without: ItemIx) -> f64 {
        let row = self.rows.row(of.as_usize());
        let own = row.binary_search_by_key(&without, |own| own.item);
        let square = self.squares[of.as_usize()] - own.map_or(0.0, |at| f64::from(row[at].weight).powi(2));
        // What is left of a sum by taking the only part of it away.
        if square < 1e-12 { 0.0 } else { square }
    }
}
