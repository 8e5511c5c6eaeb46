//! Baskets seen otherwise: at a level of the catalogue, with the categories above their items, or customer by customer.

use crate::data::{Baskets, Catalog, Hierarchy, Id, IdRef, Rows, Unplaced, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::{CategoryIx, ItemIx, MAX_INDICES};
use crate::time::Time;

impl Baskets {
    /// The baskets of categories instead of items: each item stands for the categories of depth `depth` that it is in.
    ///
    /// Each path of an item counts by its category of that depth, counted from 1, the widest; a path that does not reach it
    /// by its deepest. The items of the new baskets are the paths of the categories met. Items that are not in the
    /// catalogue, or in none of its categories, are left out, and so are baskets that hold nothing else:
    /// [`Baskets::unplaced`] tells them, and the shares of the rest are of fewer baskets. Owners and times stay.
    ///
    /// Linear in the items of the baskets and their categories, but for sorting each basket.
    ///
    /// ```
    /// use kosar::data::{Baskets, Catalog};
    ///
    /// let catalog = Catalog::from_paths([("rye", "Food/Bread/Dark"), ("bun", "Food/Bread"), ("mug", "Kitchen")])?;
    /// let baskets = Baskets::from_ids([vec!["rye", "bun", "mug"], vec!["bun", "pen"], vec!["pen"]])?;
    /// let level = baskets.at_level(&catalog, 2)?;
    /// assert_eq!(level.items().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["Food/Bread", "Kitchen"]);
    /// assert_eq!(level.rows().len(), 2);
    /// assert_eq!((level.unplaced().items.as_slice(), level.unplaced().baskets), (&["pen".into()][..], 1));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::TooSmall`](crate::ParamError::TooSmall) and [`ParamError::TooLarge`](crate::ParamError::TooLarge) for a
    /// depth that no category has; [`IdError::WrongKind`] when baskets and catalogue have ids of different types.
    pub fn at_level(&self, catalog: &Catalog, depth: usize) -> Result<Self> {
        let tree = catalog.categories();
        tree.check_depth(depth)?;
        let places = Places::find(self, catalog)?;
        let of_items: Rows<CategoryIx> = (0..self.items().len())
            .map(|item| {
                let mut own: Vec<CategoryIx> =
                    places.of(item).iter().map(|&category| tree.at_depth(category, depth)).collect();
                own.sort_unstable();
                own.dedup();
                own
            })
            .collect();
        let (names, new) = named(catalog, of_items.values());
        let rename = |category: &CategoryIx| new[category.as_usize()];
        let of_items: Rows<ItemIx> = of_items.iter().map(|own| own.iter().filter_map(rename)).collect();
        Ok(self.replaced(names, &of_items, None, places.unplaced).with_depth(Some(depth)))
    }

    /// The baskets with every category above their items, items and categories in one vocabulary: what rules across levels
    /// are made from (Srikant and Agrawal 1995, *Mining generalized association rules*, VLDB).
    ///
    /// The vocabulary is one of strings: item ids, integers as decimals, and the paths of the categories above one of the
    /// items. [`Baskets::hierarchy`] knows what stands above what, and gives items back by the ids they came with. Items
    /// that are not in the catalogue, or in none of its categories, stay with nothing above them;
    /// [`Baskets::unplaced`] tells them. Owners and times stay.
    ///
    /// Linear in the items of the baskets and what is above them, but for sorting each basket.
    ///
    /// ```
    /// use kosar::data::{Baskets, Catalog};
    ///
    /// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("bun", "Food/Bread")])?;
    /// let baskets = Baskets::from_ids([vec!["rye", "pen"]])?.with_categories(&catalog)?;
    /// let names: Vec<_> = baskets.items().iter().map(|id| id.to_string()).collect();
    /// assert_eq!(names, ["Food", "Food/Bread", "pen", "rye"]);
    /// assert_eq!(baskets.rows().row(0).len(), 4);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IntakeError::ItemAndCategory`] when a category's path is an item's id too; [`IdError::WrongKind`] when baskets and
    /// catalogue have ids of different types; [`IntakeError::TooMany`] beyond `u32` items and categories.
    pub fn with_categories(&self, catalog: &Catalog) -> Result<Self> {
        let tree = catalog.categories();
        let places = Places::find(self, catalog)?;
        let of_items: Rows<CategoryIx> = (0..self.items().len())
            .map(|item| {
                let own = places.of(item);
                let mut all: Vec<CategoryIx> = own
                    .iter()
                    .flat_map(|&c| tree.above(c).map(|above| above.id))
                    .chain(own.iter().copied())
                    .collect();
                all.sort_unstable();
                all.dedup();
                all
            })
            .collect();
        let (categories, category_place) = named(catalog, of_items.values());
        let items: Vocabulary = self.items().iter().map(|id| Id::Str(id.to_string())).collect();
        if let Some(both) = items.iter().find(|&id| categories.position(id).is_some()) {
            return Err(IntakeError::ItemAndCategory { id: both.to_string() }.into());
        }
        let too_many = IntakeError::TooMany { what: "items and categories", max: MAX_INDICES as u64 };
        let (names, new_items, new_categories) = items.union(&categories).ok_or(too_many)?;

        let category = |of: CategoryIx| {
            let place = category_place[of.as_usize()].expect("every category met has a place");
            ItemIx::from_u32(new_categories[place.as_usize()])
        };
        let mut is_category = vec![false; names.len()];
        let mut ancestors: Vec<Vec<ItemIx>> = vec![Vec::new(); names.len()];
        for met in tree.iter().filter(|met| category_place[met.id.as_usize()].is_some()) {
            is_category[category(met.id).as_usize()] = true;
            ancestors[category(met.id).as_usize()] =
                tree.above(met.id).map(|above| category(above.id)).collect();
        }
        let own_place = |item: usize| -> ItemIx {
            let name = self.items().get(item).to_string();
            let position =
                items.position(IdRef::Str(&name)).expect("every item is in the vocabulary of items");
            ItemIx::from_u32(new_items[position])
        };
        let mut of_baskets = Rows::default();
        for (item, all) in of_items.iter().enumerate() {
            let place = own_place(item);
            ancestors[place.as_usize()] = all.iter().map(|&above| category(above)).collect();
            of_baskets.push(all.iter().map(|&above| category(above)).chain([place]));
        }
        ancestors.iter_mut().for_each(|above| above.sort_unstable());
        let ancestors = ancestors.into_iter().collect();
        let hierarchy = Hierarchy::from_parts(names.clone(), self.items().kind(), is_category, ancestors)
            .expect("a tree's categories stand above each other as a hierarchy's do");
        Ok(self.replaced(names, &of_baskets, Some(hierarchy), places.unplaced))
    }

    /// One basket for each customer, of all that they ever bought: for supports that count customers.
    ///
    /// Baskets come in the order of the customers' ids, then one for each order of nobody known, who is a customer of its
    /// own. Each has the time of the latest.
    ///
    /// ```
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::toy;
    ///
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// // Five customers and somebody unknown.
    /// assert_eq!((log.baskets()?.rows().len(), log.baskets()?.by_owner()?.rows().len()), (9, 6));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) for baskets that did not come from a log with customers.
    pub fn by_owner(&self) -> Result<Self> {
        let owners = self.need_owners("by_owner")?;
        let mut order: Vec<usize> = (0..owners.len()).collect();
        order.sort_unstable_by_key(|&basket| (owners[basket], basket));
        let mut rows = Rows::default();
        let mut all: Vec<ItemIx> = Vec::new();
        let (mut new_owners, mut latest): (Vec<u32>, Vec<Time>) = Default::default();
        for run in order.chunk_by(|&a, &b| owners[a] == owners[b]) {
            all.extend(run.iter().flat_map(|&basket| self.rows().row(basket)));
            all.sort_unstable();
            all.dedup();
            rows.push(all.drain(..));
            new_owners.push(owners[run[0]]);
            latest.extend(self.times().and_then(|times| run.iter().map(|&basket| times[basket]).max()));
        }
        let times = self.times().map(|_| latest);
        Ok(Self::from_sorted_rows(self.items().clone(), rows)
            .with_facts(Some(new_owners), times)
            .with_places(self.hierarchy().cloned(), self.unplaced().clone())
            .with_depth(self.depth()))
    }

    /// Puts for each item what it stands for; baskets left with nothing are left out.
    fn replaced(
        &self,
        names: Vocabulary,
        of_items: &Rows<ItemIx>,
        hierarchy: Option<Hierarchy>,
        mut unplaced: Unplaced,
    ) -> Self {
        let mut rows = Rows::default();
        let mut kept = Vec::with_capacity(self.rows().len());
        let mut basket: Vec<ItemIx> = Vec::new();
        for (number, row) in self.rows().iter().enumerate() {
            basket.extend(row.iter().flat_map(|item| of_items.row(item.as_usize())));
            basket.sort_unstable();
            basket.dedup();
            if basket.is_empty() {
                unplaced.baskets += 1;
            } else {
                rows.push(basket.drain(..));
                kept.push(number);
            }
        }
        let owners = self.owners().map(|owners| kept.iter().map(|&number| owners[number]).collect());
        let times = self.times().map(|times| kept.iter().map(|&number| times[number]).collect());
        Self::from_sorted_rows(names, rows).with_facts(owners, times).with_places(hierarchy, unplaced)
    }
}

/// Where the items of baskets stand in a catalogue.
struct Places<'a> {
    /// The deepest categories of each item.
    categories: Vec<&'a [CategoryIx]>,
    unplaced: Unplaced,
}

impl<'a> Places<'a> {
    fn find(baskets: &Baskets, catalog: &'a Catalog) -> Result<Self> {
        let (expected, found) = (baskets.items().kind(), catalog.items().kind());
        if let Some(id) = catalog.items().iter().next().filter(|_| !baskets.items().is_empty())
            && expected != found
        {
            return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
        }
        let mut places = Self { categories: Vec::new(), unplaced: Unplaced::default() };
        for id in baskets.items().iter() {
            let position = catalog.items().position(id);
            let own = position.map_or(&[][..], |position| catalog.deepest(ItemIx::new(position)));
            if own.is_empty() {
                places.unplaced.items.push(id.to_id());
            }
            places.categories.push(own);
        }
        Ok(places)
    }

    fn of(&self, item: usize) -> &'a [CategoryIx] {
        self.categories[item]
    }
}

/// The paths of the categories met as a vocabulary, and where each category of the catalogue is in it.
fn named(catalog: &Catalog, met: &[CategoryIx]) -> (Vocabulary, Vec<Option<ItemIx>>) {
    let tree = catalog.categories();
    let mut is_met = vec![false; tree.len()];
    met.iter().for_each(|category| is_met[category.as_usize()] = true);
    let paths = || tree.iter().filter(|category| is_met[category.id.as_usize()]);
    let names: Vocabulary = paths().map(|category| Id::from(category.path)).collect();
    let mut places = vec![None; tree.len()];
    for category in paths() {
        places[category.id.as_usize()] = names.position(category.path.into()).map(ItemIx::new);
    }
    (names, places)
}
