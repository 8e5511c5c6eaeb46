//! Tests with everything looked up that they name, so that many items can be held against them.

use super::goods::Goods;
use super::item_test::{ItemTest, PriceRange};
use crate::index::{CategoryIx, ItemIx};
use crate::money::{Money, Quantity};
use crate::recommender::state::Items;
use crate::time::MICROS_PER_DAY;

/// A test against the items and the catalogue of one version.
#[derive(Debug)]
pub(in crate::recommender) enum Resolved<'t> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// Slots, rising, each once.
    Items(Vec<u32>),
    /// `None` where there is no such category.
    Category(Option<CategoryIx>),
    /// Launched within so many days before an instant, in days since 1970.
    Launched {
        within: f64,
        today: i64,
    },
    /// What is asked of the catalogue as it stands.
    Fact(&'t ItemTest),
}

impl ItemTest {
    /// Looks up what is named; `today` is the instant of the latest order, in days since 1970.
    pub(in crate::recommender) fn resolved<'t>(
        &'t self,
        items: &Items,
        goods: &Goods,
        today: i64,
    ) -> Resolved<'t> {
        let each = |tests: &'t [Self]| tests.iter().map(|test| test.resolved(items, goods, today)).collect();
        match self {
            Self::All(tests) => Resolved::All(each(tests)),
            Self::Any(tests) => Resolved::Any(each(tests)),
            Self::Not(test) => Resolved::Not(Box::new(test.resolved(items, goods, today))),
            Self::Item(ids) => {
                let found = ids.iter().filter_map(|id| items.find(id.as_ref()).ok().flatten());
                let mut slots: Vec<u32> = found.collect();
                slots.sort_unstable();
                slots.dedup();
                Resolved::Items(slots)
            }
            Self::Category(path) => {
                Resolved::Category(goods.catalog().and_then(|catalog| catalog.categories().find(path).ok()))
            }
            Self::LaunchedWithinDays(within) => Resolved::Launched { within: *within, today },
            fact => Resolved::Fact(fact),
        }
    }
}

impl Resolved<'_> {
    /// Whether an item is like this.
    pub(in crate::recommender) fn holds(&self, item: u32, goods: &Goods) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(item, goods)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(item, goods)),
            Self::Not(test) => !test.holds(item, goods),
            Self::Items(slots) => slots.binary_search(&item).is_ok(),
            Self::Category(above) => above.zip(goods.catalog()).is_some_and(|(above, catalog)| {
                let own = goods.position(item).map_or(&[][..], |at| catalog.deepest(ItemIx::new(at)));
                own.iter().any(|&own| own == above || catalog.categories().is_below(own, above))
            }),
            Self::Launched { within, today } => goods.launched(item).is_some_and(|launched| {
                #[allow(clippy::cast_precision_loss, reason = "days are few")]
                let age = *today as f64 - launched.micros() as f64 / MICROS_PER_DAY as f64;
                (0.0..=*within).contains(&age)
            }),
            Self::Fact(test) => is_fact(test, item, goods),
        }
    }

    /// The slots of a test that names items and nothing else.
    pub(in crate::recommender) fn named(&self) -> Option<&[u32]> {
        match self {
            Self::Items(slots) => Some(slots),
            _ => None,
        }
    }
}

fn is_within(value: f64, range: &PriceRange) -> bool {
    range.min.is_none_or(|min| value >= min) && range.max.is_none_or(|max| value <= max)
}

fn is_fact(test: &ItemTest, item: u32, goods: &Goods) -> bool {
    let facts = || goods.catalog().zip(goods.position(item));
    match test {
        ItemTest::Brand(brand) => facts().and_then(|(catalog, at)| catalog.brand_at(at)) == Some(brand),
        ItemTest::Tag(tag) => facts().is_some_and(|(catalog, at)| catalog.tags_at(at).any(|own| own == tag)),
        ItemTest::Attribute(name, value) => facts().is_some_and(|(catalog, at)| {
            catalog.attributes_at(at).any(|(own, word)| own == name && word == value)
        }),
        ItemTest::Price(range) => goods.price(item).is_some_and(|price| is_within(price.to_f64(), range)),
        ItemTest::Margin(range) => {
            let both = goods.price(item).zip(goods.cost(item)).filter(|&(price, _)| price > Money::ZERO);
            both.is_some_and(|(price, cost)| {
                is_within((price.to_f64() - cost.to_f64()) / price.to_f64(), range)
            })
        }
        ItemTest::InStock(expected) => {
            goods.stock(item).is_some_and(|stock| (stock > Quantity::ZERO) == *expected)
        }
        // Whatever names something was looked up.
        _ => false,
    }
}
