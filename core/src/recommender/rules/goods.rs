//! What the catalogue says of items, by slot.

use std::sync::Arc;

use crate::data::{Catalog, Rows};
use crate::index::{CategoryIx, ItemIx};
use crate::money::{Money, Quantity};
use crate::recommender::state::{Items, NONE};
use crate::time::Time;

/// A catalogue beside the items of a state.
#[derive(Debug, Clone, Default)]
pub(in crate::recommender) struct Goods {
    catalog: Option<Arc<Catalog>>,
    /// The catalogue's position of each slot; `NONE` for what it does not have.
    positions: Arc<[u32]>,
    price: Arc<[Option<Money>]>,
    cost: Arc<[Option<Money>]>,
    stock: Arc<[Option<Quantity>]>,
    launched: Arc<[Option<Time>]>,
    /// The category of each slot at the depth that answers go by; `NONE` for none.
    category: Arc<[u32]>,
    /// What has a launch, the latest first, then by id.
    by_launch: Arc<[u32]>,
    /// The slots of each category, rising.
    members: Arc<Rows<u32>>,
}

impl Goods {
    pub(in crate::recommender) fn new(catalog: Option<Arc<Catalog>>, items: &Items, depth: usize) -> Self {
        let Some(catalog) = catalog else { return Self::default() };
        let n = u32::try_from(items.len()).expect("slots are bounded to u32");
        let position = |slot: u32| {
            let place = catalog.items().position(items.get(slot));
            place.map_or(NONE, |place| u32::try_from(place).expect("vocabularies are bounded to u32"))
        };
        let positions: Arc<[u32]> = (0..n).map(position).collect();
        fn by_slot<T: Clone>(positions: &[u32], at: impl Fn(usize) -> Option<T>) -> Arc<[Option<T>]> {
            let value = |&place: &u32| if place == NONE { None } else { at(place as usize) };
            positions.iter().map(value).collect()
        }
        let launches = catalog.launches();
        let mut goods = Self {
            price: by_slot(&positions, |at| catalog.price_at(at)),
            cost: by_slot(&positions, |at| catalog.cost_at(at)),
            stock: by_slot(&positions, |at| catalog.stock_at(at)),
            launched: by_slot(&positions, |at| launches[at]),
            positions,
            catalog: Some(catalog),
            ..Self::default()
        };
        goods.category = (0..n).map(|slot| goods.category_at(slot, depth)).collect();
        let n_categories = goods.catalog.as_ref().map_or(0, |catalog| catalog.categories().len());
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); n_categories];
        for (slot, &category) in (0..).zip(goods.category.iter()) {
            if category != NONE {
                members[category as usize].push(slot);
            }
        }
        let mut by_launch: Vec<u32> = items.sorted();
        by_launch.retain(|&slot| goods.launched(slot).is_some());
        by_launch.sort_by_key(|&slot| std::cmp::Reverse(goods.launched(slot)));
        goods.by_launch = by_launch.into();
        goods.members = Arc::new(members.into_iter().collect());
        goods
    }

    pub(in crate::recommender) fn catalog_arc(&self) -> Option<Arc<Catalog>> {
        self.catalog.clone()
    }

    /// The same, for a state with more items; what is in stock stays.
    pub(in crate::recommender) fn grown(&self, catalog: Arc<Catalog>, items: &Items, depth: usize) -> Self {
        let mut grown = Self::new(Some(catalog), items, depth);
        let mut stock = grown.stock.to_vec();
        stock[..self.stock.len()].copy_from_slice(&self.stock);
        grown.stock = stock.into();
        grown
    }

    /// With what is in stock of others, for items of the catalogue that it says nothing of.
    pub(in crate::recommender) fn with_stock_of(mut self, others: &Self) -> Self {
        let mut stock = self.stock.to_vec();
        for (item, (own, other)) in (0..).zip(stock.iter_mut().zip(others.stock.iter())) {
            if own.is_none() && self.position(item).is_some() {
                *own = *other;
            }
        }
        self.stock = stock.into();
        self
    }

    pub(in crate::recommender) fn catalog(&self) -> Option<&Catalog> {
        self.catalog.as_deref()
    }

    /// Where the catalogue has an item; `None` for one that it does not have.
    pub(in crate::recommender) fn position(&self, item: u32) -> Option<usize> {
        self.positions.get(item as usize).filter(|&&place| place != NONE).map(|&place| place as usize)
    }

    /// Whether any item has a price.
    pub(super) fn has_prices(&self) -> bool {
        self.price.iter().any(Option::is_some)
    }

    /// Whether any item has a price and a cost.
    pub(super) fn has_margins(&self) -> bool {
        self.price.iter().zip(self.cost.iter()).any(|(price, cost)| price.is_some() && cost.is_some())
    }

    /// Whether it is known of any item how many are in stock.
    pub(super) fn has_stocks(&self) -> bool {
        self.stock.iter().any(Option::is_some)
    }

    pub(in crate::recommender) fn price(&self, item: u32) -> Option<Money> {
        self.price.get(item as usize).copied().flatten()
    }

    pub(in crate::recommender) fn cost(&self, item: u32) -> Option<Money> {
        self.cost.get(item as usize).copied().flatten()
    }

    pub(in crate::recommender) fn stock(&self, item: u32) -> Option<Quantity> {
        self.stock.get(item as usize).copied().flatten()
    }

    pub(in crate::recommender) fn launched(&self, item: u32) -> Option<Time> {
        self.launched.get(item as usize).copied().flatten()
    }

    /// What is in stock, by the catalogue's positions; `None` where nothing ever said so.
    pub(in crate::recommender) fn stock_by_position(
        &self,
        n: usize,
        was_given: bool,
    ) -> Option<Vec<Option<Quantity>>> {
        let mut stock = vec![None; n];
        for (&place, &quantity) in
            self.positions.iter().zip(self.stock.iter()).filter(|&(&place, _)| place != NONE)
        {
            stock[place as usize] = quantity;
        }
        (was_given || stock.iter().any(Option::is_some)).then_some(stock)
    }

    /// Items with a launch, the latest first, then by id.
    pub(in crate::recommender) fn by_launch(&self) -> &[u32] {
        &self.by_launch
    }

    /// Changes what is in stock.
    pub(in crate::recommender) fn set_stock(&mut self, stocks: &[(u32, Quantity)]) {
        let mut stock = self.stock.to_vec();
        for &(item, quantity) in stocks {
            if stock.len() <= item as usize {
                stock.resize(item as usize + 1, None);
            }
            stock[item as usize] = Some(quantity);
        }
        self.stock = stock.into();
    }

    /// The first of an item's categories, at a depth or above it; `NONE` for none.
    pub(in crate::recommender) fn category_at(&self, item: u32, depth: usize) -> u32 {
        let first = self.catalog.as_ref().zip(self.position(item)).and_then(|(catalog, at)| {
            let deepest = *catalog.deepest(ItemIx::new(at)).first()?;
            Some(catalog.categories().at_depth(deepest, depth).as_u32())
        });
        first.unwrap_or(NONE)
    }

    /// The category that answers go by; `NONE` for none.
    #[inline]
    pub(in crate::recommender) fn category(&self, item: u32) -> u32 {
        self.category.get(item as usize).copied().unwrap_or(NONE)
    }

    /// The items of a category that answers go by, rising.
    pub(in crate::recommender) fn members(&self, category: u32) -> &[u32] {
        if (category as usize) < self.members.len() { self.members.row(category as usize) } else { &[] }
    }

    pub(in crate::recommender) fn path(&self, category: u32) -> Option<&str> {
        let tree = self.catalog.as_ref()?.categories();
        ((category as usize) < tree.len()).then(|| tree.get(CategoryIx::from_u32(category)).path)
    }

    /// The code of an item's word in a free attribute; `NONE` for none.
    pub(super) fn attribute_code(&self, item: u32, name: &str) -> u32 {
        let code = self
            .catalog
            .as_ref()
            .zip(self.position(item))
            .and_then(|(catalog, at)| catalog.attribute_code(name, at));
        code.unwrap_or(NONE)
    }

    /// The code of an item's brand; `NONE` for none.
    pub(in crate::recommender) fn brand_code(&self, item: u32) -> u32 {
        self.catalog
            .as_ref()
            .zip(self.position(item))
            .and_then(|(catalog, at)| catalog.brand_code(at))
            .unwrap_or(NONE)
    }
}
