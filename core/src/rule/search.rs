//! Which itemsets are searched for, for the rules that are asked for: no more than these need.

use super::params::AssociationRulesParams;
use super::side::Side;
use crate::data::Baskets;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::itemset::{FrequentItemsets, FrequentItemsetsParams, Until, fit_reaching, fit_until};
use crate::params::{Checked, Params};

/// What the limits of both sides leave to be searched.
#[derive(Debug)]
pub(super) struct Search {
    params: FrequentItemsetsParams,
    /// Every rule holds an item of each of these groups.
    groups: Vec<Vec<bool>>,
}

impl Search {
    /// Items that neither side allows are left out, and sets longer than both sides together may be; and of what is left,
    /// rules need the sets that hold an item of each group and the parts of these.
    pub(super) fn new(params: &AssociationRulesParams, baskets: &Baskets) -> Result<Self> {
        let names = baskets.names();
        let sides = params.sides(names)?;
        let items = || (0..names.len()).map(ItemIx::new);
        let is_out = |&item: &ItemIx| !sides.iter().any(|side| side.allows(item));
        let mut itemsets = params.itemsets().exclude(items().filter(is_out).map(|item| names.id(item)));
        // A side holds no more items than it is allowed.
        let longest = |side: &Side| side.max_len.min(items().filter(|&item| side.allows(item)).count());
        let longest = longest(&sides[0]).saturating_add(longest(&sides[1])).max(1);
        if longest < itemsets.longest() && longest < names.len() {
            itemsets = itemsets.max_len(Some(longest));
        }
        let mut groups = Vec::new();
        for side in &sides {
            let allowed: Vec<bool> = items().map(|item| side.allows(item)).collect();
            groups.extend(allowed.contains(&false).then_some(allowed));
            groups.extend(side.needs().map(|any_of| items().map(|item| any_of.has(item)).collect()));
        }
        Ok(Self { params: itemsets, groups })
    }

    /// What is searched for in baskets that differ in weight.
    pub(super) fn params(&self) -> Result<Checked<FrequentItemsetsParams>> {
        Ok(self.params.clone().check()?)
    }

    /// The itemsets of baskets, all that the rules asked for are made of, whose count is at least some.
    pub(super) fn itemsets(
        &self,
        baskets: &Baskets,
        min_count: Option<u64>,
        until: Option<Until>,
        control: &Control,
    ) -> Result<FrequentItemsets> {
        let params = self.params.clone();
        let params = min_count.map_or(params.clone(), |min_count| params.min_count_of(min_count)).check()?;
        if self.groups.is_empty() {
            return fit_until(&params, baskets, until, control);
        }
        fit_reaching(&params, baskets, &self.groups, until, control)
    }
}
