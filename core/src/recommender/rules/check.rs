//! Rules against what a shop has: what they name and nothing has is refused, items that are not known are told.

use super::goods::Goods;
use super::{GroupBy, ItemTest, Rules, refuse};
use crate::data::Id;
use crate::error::Result;
use crate::note::Note;
use crate::recommender::state::Items;

impl Rules {
    /// The tests of filters and boosts with their paths.
    fn tests(&self) -> impl Iterator<Item = (String, &ItemTest)> {
        let filters = self.filters.iter().enumerate();
        let filters = filters.map(|(at, filter)| (format!("filters[{at}].only"), &filter.only));
        let boosts = self.boosts.iter().enumerate();
        filters.chain(boosts.map(|(at, boost)| (format!("boosts[{at}].items"), &boost.items)))
    }

    /// Checks rules against items and catalogue.
    ///
    /// Not for those of a file, which hold on whatever a later release refuses.
    ///
    /// # Errors
    /// A [`RuleError`](crate::error::RuleError) for a value out of its range, for a name or a fact that the catalogue does not have,
    /// and for an id of the other type.
    pub(in crate::recommender) fn check(&self, items: &Items, goods: &Goods) -> Result<()> {
        self.validate()?;
        let of_kind = |path: String, id: &Id| match items.find(id.as_ref()) {
            Ok(_) => Ok(()),
            Err(error) => Err(refuse(path, error.to_string())),
        };
        for (path, test) in self.tests() {
            test.each_leaf(&path, &mut |path, leaf| {
                if let ItemTest::Item(ids) = leaf {
                    let mut each = ids.iter().enumerate();
                    each.try_for_each(|(at, id)| of_kind(format!("{path}.item[{at}]"), id))?;
                }
                leaf.check(path, goods)
            })?;
        }
        for (at, id) in self.blocked.iter().enumerate() {
            of_kind(format!("blocked[{at}]"), id)?;
        }
        for (at, pin) in self.pins.iter().enumerate() {
            of_kind(format!("pins[{at}].item"), &pin.item)?;
        }
        for (at, cap) in self.caps.iter().enumerate() {
            check_group(&format!("caps[{at}].by"), &cap.by, goods)?;
        }
        for (at, rebuy) in self.rebuy.iter().enumerate() {
            let Some(category) = &rebuy.category else { continue };
            let path = || format!("rebuy[{at}].category");
            let Some(catalog) = goods.catalog() else {
                return Err(refuse(path(), "there is no catalogue to look it up in"));
            };
            catalog.categories().find(category).map_err(|error| refuse(path(), error.to_string()))?;
        }
        if let Some(upsell) = &self.upsell {
            check_depth("upsell.same_category".to_owned(), upsell.same_category, goods)?;
            if !goods.has_prices() {
                return Err(refuse("upsell".to_owned(), "no item of the catalogue has a price"));
            }
        }
        self.cross_sell.map_or(Ok(()), |depth| check_depth("cross_sell".to_owned(), depth, goods))
    }

    /// What of the rules hardly was meant: items that are neither sold nor in the catalogue. They may come, or have gone.
    pub(in crate::recommender) fn notes(&self, items: &Items) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note = |path: String, ids: &mut dyn Iterator<Item = &Id>| {
            let mut unknown = ids.filter(|id| !matches!(items.find(id.as_ref()), Ok(Some(_))));
            if let Some(first) = unknown.next() {
                let example = first.as_ref().quoted();
                notes.push(Note::UnknownItems { path, items: 1 + unknown.count(), example });
            }
        };
        for (path, test) in self.tests() {
            let told = test.each_leaf(&path, &mut |path, leaf| {
                if let ItemTest::Item(ids) = leaf {
                    note(format!("{path}.item"), &mut ids.iter());
                }
                Ok(())
            });
            told.expect("nothing is refused here");
        }
        note("blocked".to_owned(), &mut self.blocked.iter());
        for (at, pin) in self.pins.iter().enumerate() {
            note(format!("pins[{at}].item"), &mut std::iter::once(&pin.item));
        }
        notes
    }
}

fn check_group(path: &str, by: &GroupBy, goods: &Goods) -> Result<()> {
    let Some(catalog) = goods.catalog() else {
        return Err(refuse(path.to_owned(), "there is no catalogue to look it up in"));
    };
    match by {
        GroupBy::Category(depth) => check_depth(format!("{path}.category"), *depth, goods),
        GroupBy::Brand if catalog.brands().next().is_none() => {
            Err(refuse(path.to_owned(), "no item of the catalogue has a brand"))
        }
        GroupBy::Attribute(name) if !catalog.attribute_names().any(|known| known == name) => {
            Err(refuse(format!("{path}.attribute"), format!("the catalogue has no attribute '{name}'")))
        }
        _ => Ok(()),
    }
}

/// Checks a depth of categories.
fn check_depth(path: String, depth: usize, goods: &Goods) -> Result<()> {
    let Some(catalog) = goods.catalog() else {
        return Err(refuse(path, "there is no catalogue to look categories up in"));
    };
    match catalog.categories().depth() {
        0 => Err(refuse(path, "no item of the catalogue has a category")),
        deepest if depth > deepest => {
            let why = format!("it must be at most {deepest}, the depth of the catalogue's tree, is {depth}");
            Err(refuse(path, why))
        }
        _ => Ok(()),
    }
}
