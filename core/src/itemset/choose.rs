//! From parameters to a search: which baskets it sees, who searches, and what becomes of the sets found.

use std::ops::Range;

use rayon::prelude::*;

use super::budget::{Allowance, Meter, Partial, Until};
use super::columns::Columns;
use super::condense::Condense;
use super::eclat::Eclat;
use super::families::Families;
use super::fp_growth::FpGrowth;
use super::fp_tree::FpTree;
use super::gather::gather;
use super::generators::Generators;
use super::guard::Guard;
use super::head::Head;
use super::item_order::ItemOrder;
use super::kind::{Kind, Miner};
use super::mine::{Outcome, search, search_all, search_block};
use super::narrow::{Narrowed, narrow};
use super::params::FrequentItemsetsParams;
use super::prepare::{self, AnyLists};
use super::search::{Ask, Database, Search, Stop};
use super::sink::{Collect, Part, Sink, Tally};
use super::top_k::search_best;
use crate::data::{Baskets, Hierarchy, Id, Rows};
use crate::error::{ParamError, Result};
use crate::fit::Control;
use crate::index::ItemIx;

/// What each basket weighs, 0 for one left out, and what a whole basket weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights<'a> {
    pub(super) of_baskets: &'a [u32],
    pub(super) unit: u32,
}

/// Sets, why some are missing, and the number of baskets that they were looked for in.
#[derive(Debug)]
pub(super) struct Mined<S> {
    pub(super) sets: S,
    pub(super) partial: Option<Partial>,
    pub(super) n_baskets: u64,
}

/// Finds the sets that are asked for, until some time, and puts them in order: by falling count, then rising length, then
/// items.
pub(super) fn mine(
    baskets: &Baskets,
    params: &FrequentItemsetsParams,
    weights: Option<Weights<'_>>,
    until: Option<Until>,
    control: &Control,
) -> Result<Mined<(Rows<ItemIx>, Vec<u32>)>> {
    let mut problem = Problem::new(baskets, params, weights, params.allowance(until), control)?;
    if params.top_k_sets().is_none() && problem.joined.is_empty() && problem.db.order.has_bits() {
        let (sets, partial) = problem.all::<Families>(params, control)?;
        let sets = sets.in_order(&problem.db.order);
        return Ok(Mined { sets, partial, n_baskets: problem.n_baskets });
    }
    let (mut sets, partial) = match params.top_k_sets() {
        None => {
            problem.all::<Collect>(params, control).map(|(sets, partial)| (sets.into_parts(), partial))?
        }
        Some(k) => problem.best(k, params, control).map(|(sets, partial)| (vec![sets], partial))?,
    };
    if !problem.joined.is_empty() {
        sets.iter_mut().for_each(|part| part.join(&problem.joined));
    }
    let in_order = gather(&sets, baskets.items().len());
    // Giving memory back takes time too.
    sets.into_par_iter().for_each(drop);
    Ok(Mined { sets: in_order, partial, n_baskets: problem.n_baskets })
}

/// Counts the sets that are asked for, by length from 0 on.
pub(super) fn count(
    baskets: &Baskets,
    params: &FrequentItemsetsParams,
    control: &Control,
) -> Result<Mined<Vec<u64>>> {
    let allowance = params.allowance(params.until());
    let mut problem = Problem::new(baskets, params, None, allowance, control)?;
    problem.allowance.itemsets = usize::MAX;
    let (mut by_len, partial) = match params.top_k_sets() {
        None => {
            let (tally, partial) = problem.all::<Tally>(params, control)?;
            (tally.by_len(&problem.db), partial)
        }
        Some(k) => {
            let (sets, partial) = problem.best(k, params, control)?;
            let mut by_len = Vec::new();
            for row in sets.rows.iter() {
                by_len.resize(by_len.len().max(row.len() + 1), 0);
                by_len[row.len()] += 1;
            }
            (by_len, partial)
        }
    };
    if !by_len.is_empty() {
        by_len.splice(0..0, problem.joined.iter().map(|_| 0));
    }
    Ok(Mined { sets: by_len, partial, n_baskets: problem.n_baskets })
}

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finder {
    Eclat,
    FpGrowth,
    Closed,
    Maximal,
    Generators,
}

impl Finder {
    /// Searches below some codes side by side; the outcomes are those of the greatest code first.
    pub(super) fn block<S: Sink>(
        self,
        db: &Database,
        codes: Range<u32>,
        left: Allowance,
        control: &Control,
    ) -> Result<Vec<Outcome<S>>> {
        let tasks: Vec<Range<u32>> = codes.rev().map(|code| code..code + 1).collect();
        match self {
            Self::Eclat => search_block::<Eclat<'_>, S>(db, &tasks, left, control),
            Self::FpGrowth => search_block::<FpGrowth<'_>, S>(db, &tasks, left, control),
            Self::Closed => search_block::<Condense<'_, false>, S>(db, &tasks, left, control),
            Self::Maximal => search_block::<Condense<'_, true>, S>(db, &tasks, left, control),
            Self::Generators => search_block::<Generators<'_>, S>(db, &tasks, left, control),
        }
    }

    /// Searches below one code, whatever others do.
    pub(super) fn alone<S: Sink>(
        self,
        db: &Database,
        code: u32,
        left: Allowance,
        control: &Control,
    ) -> Result<Outcome<S>> {
        fn alone<'a, M: Search<'a>, S: Sink>(
            db: &'a Database,
            code: u32,
            left: Allowance,
            control: &Control,
        ) -> Result<Outcome<S>> {
            search(&mut M::new(db), code..code + 1, left, None, control)
        }
        match self {
            Self::Eclat => alone::<Eclat<'_>, S>(db, code, left, control),
            Self::FpGrowth => alone::<FpGrowth<'_>, S>(db, code, left, control),
            Self::Closed => alone::<Condense<'_, false>, S>(db, code, left, control),
            Self::Maximal => alone::<Condense<'_, true>, S>(db, code, left, control),
            Self::Generators => alone::<Generators<'_>, S>(db, code, left, control),
        }
    }

    /// Searches below every code.
    fn all<S: Sink>(
        self,
        db: &Database,
        params: &FrequentItemsetsParams,
        left: Allowance,
        control: &Control,
    ) -> Result<(S, Option<Partial>)> {
        match self {
            Self::Eclat => search_all::<Eclat<'_>, S>(db, params, left, control),
            Self::FpGrowth => search_all::<FpGrowth<'_>, S>(db, params, left, control),
            Self::Closed => search_all::<Condense<'_, false>, S>(db, params, left, control),
            Self::Maximal => search_all::<Condense<'_, true>, S>(db, params, left, control),
            Self::Generators => search_all::<Generators<'_>, S>(db, params, left, control),
        }
    }

    fn new(
        params: &FrequentItemsetsParams,
        is_weighted: bool,
        has_hierarchy: bool,
    ) -> Result<Self, ParamError> {
        let (kind, miner) = params.finder();
        let with = match (is_weighted, has_hierarchy) {
            (false, false) => None,
            (true, _) => Some("baskets that differ in weight"),
            (false, true) => Some("baskets that hold categories"),
        };
        let refused = |name, allowed, with| Err(ParamError::NotWith { name, allowed, with });
        match (kind, miner, with) {
            (Kind::Closed, _, None) => Ok(Self::Closed),
            (Kind::Maximal, _, None) => Ok(Self::Maximal),
            (Kind::Generators, _, None) => Ok(Self::Generators),
            (Kind::All, Miner::Auto | Miner::Eclat, None) => Ok(Self::Eclat),
            (Kind::All, Miner::FpGrowth, None) | (Kind::All, Miner::Auto | Miner::FpGrowth, Some(_)) => {
                Ok(Self::FpGrowth)
            }
            (Kind::All, Miner::Eclat, Some(with)) => refused("miner", "auto or fp_growth", with),
            (_, _, Some(with)) => refused("kind", "all", with),
        }
    }
}

/// A search made ready.
struct Problem {
    finder: Finder,
    db: Database,
    /// The items that join every set found.
    joined: Vec<ItemIx>,
    allowance: Allowance,
    n_baskets: u64,
    /// What is sure beforehand: that there is no set, or that `joined` alone is one, with this count.
    has_none: bool,
    joined_alone: Option<u32>,
}

impl Problem {
    fn new(
        baskets: &Baskets,
        params: &FrequentItemsetsParams,
        weights: Option<Weights<'_>>,
        allowance: Allowance,
        control: &Control,
    ) -> Result<Self> {
        control.check()?;
        let hierarchy = baskets.hierarchy();
        let finder = Finder::new(params, weights.is_some(), hierarchy.is_some())?;
        let (include, exclude) = params.include_exclude();
        let find = |ids: &[Id]| baskets.names().find_all(ids.iter().map(Id::as_ref));
        let (include, mut left_out) = (find(include)?, find(exclude)?);
        let related = |hierarchy: &Hierarchy, a: ItemIx| {
            include.iter().any(|&b| hierarchy.are_related(a, b)) && !include.contains(&a)
        };
        let mut has_none = false;
        if let Some(hierarchy) = hierarchy.filter(|_| !include.is_empty()) {
            left_out.extend((0..baskets.items().len()).map(ItemIx::new).filter(|&a| related(hierarchy, a)));
            has_none = include.iter().any(|&a| include.iter().any(|&b| hierarchy.are_related(a, b)));
        }
        let (of_baskets, unit) = (weights, weights.map_or(1, |weights| weights.unit));
        let weights = weights.map(|weights| weights.of_baskets);
        // Whether a set is a generator shows in baskets without what is to be included.
        let joined = if finder == Finder::Generators { Vec::new() } else { include.clone() };
        let narrowed = narrow(baskets, weights, &joined, &left_out)?;
        let n_baskets = match weights {
            None => baskets.rows().len() as u64,
            Some(weights) => weights.iter().map(|&weight| u64::from(weight)).sum(),
        };
        let min_count = params.min_count(n_baskets, u64::from(unit))?;
        // No count reaches a minimum above u32, so there is no item left to search then.
        let min_count = u32::try_from(min_count).unwrap_or(u32::MAX);
        // Each customer stands behind a set with a basket at least. What is maximal depends on the minimum asked for.
        let fewest =
            if weights.is_none() { u32::try_from(params.customers()).unwrap_or(u32::MAX) } else { 1 };
        let min_count = if finder == Finder::Maximal { min_count } else { min_count.max(fewest) };
        let (min_len, max_len) = params.lengths();
        let joint = narrowed.total;
        has_none |= max_len < joined.len() || joint < min_count || joint == 0;
        let ask = Ask {
            n_baskets: joint,
            min_count,
            min_len: min_len.saturating_sub(joined.len()),
            max_len: max_len.saturating_sub(joined.len()),
        };
        let mut db = build(finder, &narrowed, ask, hierarchy, control)?;
        db.worth = db.worth.max(fewest);
        if finder == Finder::Generators {
            let codes = (0_u32..).take(db.order.len());
            db.must = codes.filter(|&code| include.contains(&db.order.item(code))).collect();
            has_none |= db.must.len() < include.len();
        }
        if params.customers() > 1 {
            db.guard = Some(Guard::new(baskets, of_baskets, joined.clone(), params.customers())?);
        }
        let joined_alone =
            (!joined.is_empty() && ask.min_len == 0 && !has_none && is_kind_of(finder, &db)).then_some(joint);
        let allowance = Allowance { more_items: joined.len(), ..allowance };
        Ok(Self { finder, db, joined, allowance, n_baskets, has_none, joined_alone })
    }

    /// Finds all, without the items that join them.
    fn all<S: Sink>(
        &mut self,
        params: &FrequentItemsetsParams,
        control: &Control,
    ) -> Result<(S, Option<Partial>)> {
        let (mut sets, mut partial) = self.first::<S>(params, control)?;
        if partial.is_none() && !self.is_done() {
            let (found, why) = self.finder.all::<S>(&self.db, params, self.allowance, control)?;
            sets.append(found);
            partial = why;
        }
        Ok((sets, partial))
    }

    /// Finds the first `k`, without the items that join them.
    fn best(
        &mut self,
        k: usize,
        params: &FrequentItemsetsParams,
        control: &Control,
    ) -> Result<(Part, Option<Partial>)> {
        let whole = self.allowance;
        let (sets, mut partial) = self.first::<Collect>(params, control)?;
        let mut best = Part::default();
        best.append(sets);
        if partial.is_none() && !self.is_done() {
            partial = search_best(self.finder, &mut self.db, k, &mut best, params, whole, control)?;
        }
        Ok((best, partial))
    }

    /// The items to include, where they are a set of their own.
    fn first<S: Sink>(
        &mut self,
        params: &FrequentItemsetsParams,
        control: &Control,
    ) -> Result<(S, Option<Partial>)> {
        let mut sets = S::default();
        let Some(count) = self.joined_alone else { return Ok((sets, None)) };
        let mut meter = Meter::new(self.allowance, None, control);
        let taken = sets.take(&self.db, &[], &[], count, &mut meter);
        match taken.and_then(|()| Ok(meter.finish()?)) {
            Ok(used) => {
                self.allowance.take(used);
                Ok((sets, None))
            }
            Err(Stop::Limit(limit)) => {
                Ok((S::default(), Some(params.partial(limit, 0, self.db.order.len()))))
            }
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn is_done(&self) -> bool {
        self.has_none || self.db.max_len == 0
    }
}

/// The baskets in the form in which the finder wants them.
fn build(
    finder: Finder,
    narrowed: &Narrowed<'_>,
    ask: Ask,
    hierarchy: Option<&Hierarchy>,
    control: &Control,
) -> Result<Database> {
    let (baskets, weights) = (&narrowed.baskets, narrowed.weights.as_deref());
    let chunks = prepare::chunks(baskets);
    let counts = match weights {
        None => prepare::count(baskets, &chunks),
        Some(weights) => {
            let mut counts = vec![0; baskets.items().len()];
            for (row, weight) in baskets.rows().iter().zip(weights) {
                row.iter().for_each(|item| counts[item.as_usize()] += weight);
            }
            counts
        }
    };
    let order = ItemOrder::new(&counts, u64::from(ask.min_count));
    control.check()?;
    if finder == Finder::FpGrowth {
        let tree = FpTree::new(&order, baskets.rows(), baskets.items().len(), weights, hierarchy)?;
        let mut db = ask.database(order, AnyLists::none());
        db.tree = Some(tree);
        return Ok(db);
    }
    let head = (finder == Finder::Eclat)
        .then(|| Head::size(&order, baskets.rows().len()))
        .filter(|&size| size > 0)
        .map(|size| (size, Head::new(baskets, &order, size, &chunks)));
    let lists = match head {
        Some((size, _)) if size == order.len() => AnyLists::none(),
        _ => prepare::recode(baskets, &order, &chunks),
    };
    let mut db = ask.database(order, lists);
    db.head = head.map(|(_, head)| head);
    if finder != Finder::Eclat {
        db.columns = Columns::new(db.tids(), db.baskets().len());
    }
    Ok(db)
}

/// Whether the items that all baskets of a search hold besides those in it are a set of the kind looked for.
fn is_kind_of(finder: Finder, db: &Database) -> bool {
    let mut codes = (0_u32..).take(db.order.len());
    match finder {
        Finder::Eclat | Finder::FpGrowth => true,
        Finder::Closed => codes.all(|code| db.order.count(code) < db.n_baskets),
        Finder::Maximal => codes.next().is_none(),
        Finder::Generators => false,
    }
}
