//! Rules against what a shop has: what they name and nothing has is refused, items that are not known are told.

use super::goods::Goods;
use super::{GroupBy, ItemTest, Rules, refuse};
use crate::data::Id;
use crate::error::Result;
use crate::note::Note;
use crate::recommender::placement::Placement;
use crate::recommender::state::Items;

/// Placements that show what was given or viewed: nothing is put in or held back there.
const SHOWN_WHOLE: [Placement; 2] = [Placement::RecentlyViewed, Placement::Rerank];

impl Rules {
    /// The tests of filters and boosts with their paths.
    fn tests(&self) -> impl Iterator<Item = (String, &ItemTest)> {
        let filters = self.filters.iter().enumerate();
        let filters = filters.map(|(at, filter)| (format!("filters[{at}].only"), &filter.only));
        let boosts = self.boosts.iter().enumerate();
        filters.chain(boosts.map(|(at, boost)| (format!("boosts[{at}].items"), &boost.items)))
    }

    /// Refuses what would never act.
    pub(super) fn acts(&self) -> Result<()> {
        for (path, test) in self.tests() {
            test.refuse_empty(&path)?;
        }
        for (at, boost) in self.boosts.iter().enumerate() {
            acts_in(&format!("boosts[{at}]"), &boost.placements, &[Placement::RecentlyViewed])?;
        }
        for (at, pin) in self.pins.iter().enumerate() {
            acts_in(&format!("pins[{at}]"), &pin.placements, &SHOWN_WHOLE)?;
        }
        for (at, cap) in self.caps.iter().enumerate() {
            acts_in(&format!("caps[{at}]"), &cap.placements, &SHOWN_WHOLE)?;
        }
        if self.cool_down_after.is_some() && self.cool_down_days <= 0.0 {
            return Err(refuse("cool_down_after".to_owned(), "it needs cool_down_days above 0"));
        }
        Ok(())
    }

    /// Checks rules that somebody sets, against items and catalogue.
    ///
    /// # Errors
    /// A [`RuleError`](crate::error::RuleError) for a value out of its range, for what would never act, for a name or a fact that the
    /// catalogue does not have, and for an id of the other type.
    pub(in crate::recommender) fn check(&self, items: &Items, goods: &Goods) -> Result<()> {
        self.validate()?;
        self.fit_to(items, goods)
    }

    /// Checks rules that hold already against another catalogue: those of a file hold on, whatever a later release refuses.
    ///
    /// # Errors
    /// A [`RuleError`](crate::error::RuleError) for a name or a fact that the catalogue does not have, and for an id of the other type.
    pub(in crate::recommender) fn fit_to(&self, items: &Items, goods: &Goods) -> Result<()> {
        for (path, test) in self.tests() {
            test.each_leaf(&path, &mut |path, leaf| leaf.check(path, items, goods))?;
        }
        for (at, id) in self.blocked.iter().enumerate() {
            of_kind(format!("blocked[{at}]"), id, items)?;
        }
        for (at, pin) in self.pins.iter().enumerate() {
            of_kind(format!("pins[{at}].item"), &pin.item, items)?;
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

/// Refuses an id of the other type.
pub(super) fn of_kind(path: String, id: &Id, items: &Items) -> Result<()> {
    items.find(id.as_ref()).map(|_| ()).map_err(|error| refuse(path, error.to_string()))
}

/// Refuses a placement in which a rule does nothing.
fn acts_in(path: &str, placements: &[Placement], idle: &[Placement]) -> Result<()> {
    let Some(at) = placements.iter().position(|placement| idle.contains(placement)) else { return Ok(()) };
    let allowed = Placement::ALL.into_iter().filter(|placement| !idle.contains(placement));
    let allowed: Vec<&str> = allowed.map(Placement::name).collect();
    let why = format!("it does nothing in '{}'; allowed are {}", placements[at], allowed.join(", "));
    Err(refuse(format!("{path}.placements[{at}]"), why))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::Catalog;

    #[test]
    fn rules_of_a_file_may_do_nothing_and_are_still_within_their_bounds() {
        let idle = r#"{"cool_down_after": 2, "filters": [{"only": {"any": []}}],
            "caps": [{"by": "brand", "max": 1, "placements": ["rerank"]}]}"#;
        assert!(Rules::from_json(idle).is_err());
        assert_eq!(Rules::of_file(idle).unwrap().cool_down_after, Some(2));
        // With another catalogue they hold on; who sets them is refused.
        let catalog = Catalog::from_paths([(1, "Tea")]).unwrap();
        let items = Items::new(catalog.items().clone());
        let goods = Goods::new(Some(Arc::new(catalog)), &items, 1);
        let plain = Rules::of_file(r#"{"cool_down_after": 2}"#).unwrap();
        assert!(plain.fit_to(&items, &goods).is_ok() && plain.check(&items, &goods).is_err());
        assert!(Rules::of_file(r#"{"pins": [{"item": 1, "position": 0}]}"#).is_err());
    }
}
