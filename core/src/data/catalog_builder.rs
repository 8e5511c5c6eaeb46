//! From rows to a catalogue: every row is taken or set aside with its cause.

use std::collections::BTreeSet;

use crate::data::batch::IdValues;
use crate::data::catalog_columns::{FactColumns, RowNumbers};
use crate::data::category_tree;
use crate::data::owner_columns::{WordColumn, owners};
use crate::data::vocabulary::Interner;
use crate::data::{Attribute, Catalog, CatalogBatch, CategoryTree, Cause, IdKind, IntakeReport, Note};
use crate::error::{IntakeError, ParamError, Result};
use crate::index::{CategoryIx, MAX_INDICES};
use crate::time::Time;

/// The greatest number of levels of a category path. What stands above an item goes with it into each of its baskets, and
/// a path of more names than that is a text cut apart at the wrong places.
const MAX_DEPTH: usize = 64;

/// How the rows of a catalogue are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogOptions {
    /// What stands between the names of a category path, at least one character; `/` by default.
    pub separator: String,
    /// Whether item ids that come as text are integers; no by default. They must be of the type that the log has.
    pub integer_ids: bool,
    /// What stands between tags in one text, at least one character; `,` by default.
    pub tag_separator: String,
    /// The strptime format of launch times that come as text; ISO 8601 without it.
    pub time_format: Option<String>,
}

impl Default for CatalogOptions {
    fn default() -> Self {
        let (separator, tag_separator) = ("/".to_owned(), ",".to_owned());
        Self { separator, integer_ids: false, tag_separator, time_format: None }
    }
}

/// Collects rows in batches and builds a [`Catalog`].
///
/// A category path is read level by level, the widest first. Spaces around a level's name do not matter, nor do separators
/// at the ends of a path; upper and lower case do. An empty level is left out: where another level follows it, the report
/// says so. A name that holds the separator, in a column of its own, would be read back as two levels, so its row is set
/// aside. An item without a category is taken, and the report names it.
///
/// Rows of one item add up: it has every category and every tag that one of them names, and its other facts. A category that
/// another one of the item's goes on from is said already and adds nothing. Of several names, brands, texts or values of an
/// attribute the first by bytes stays, of several prices, costs, stocks or launches the smallest, and the report says so. A
/// row with a number or a time that cannot be read, or a price or cost below zero, is set aside. No result depends on the
/// order of the rows.
///
/// ```
/// use kosar::data::{CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, Values};
///
/// let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
/// builder.push(
///     &CatalogBatch::new(3)
///         .items(IdValues::Int(Values::new(&[7, 7, 9][..])))?
///         .levels(vec![Values::new(&["Food", "Gifts", "Food"][..]), Values::new(&["Bread", "", ""][..])])?
///         .names(Values::new(&["Rye loaf", "Rye loaf", "Hamper"][..]))?,
/// )?;
/// let catalog = builder.finish()?;
/// assert_eq!(catalog.categories_of(7)?, ["Food/Bread", "Gifts"]);
/// assert_eq!(catalog.name(9)?, Some("Hamper"));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug)]
pub struct CatalogBuilder {
    options: CatalogOptions,
    items: Option<Interner>,
    paths: Interner,
    names: WordColumn,
    facts: FactColumns,
    item_paths: Vec<(u32, u32)>,
    report: IntakeReport,
}

impl CatalogBuilder {
    /// An empty builder.
    ///
    /// # Errors
    /// [`ParamError::EmptyText`] for a separator without a character; [`ParamError::TimeFormat`] for a format that does
    /// not tell a date.
    pub fn new(options: CatalogOptions) -> Result<Self> {
        for (name, text) in [("separator", &options.separator), ("tag_separator", &options.tag_separator)] {
            if text.is_empty() {
                return Err(ParamError::EmptyText { name }.into());
            }
        }
        if let Some(format) = &options.time_format {
            Time::check_format(format)?;
        }
        Ok(Self {
            options,
            items: None,
            paths: Interner::new(IdKind::Str),
            names: WordColumn::default(),
            facts: FactColumns::default(),
            item_paths: Vec::new(),
            report: IntakeReport::default(),
        })
    }

    /// Takes the rows of a batch. On an error nothing of it is taken, except with [`IntakeError::TooMany`], which ends the
    /// builder's use. Linear in the rows.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] without items, [`IdError::WrongKind`](crate::IdError::WrongKind) when their type differs from the first batch's,
    /// [`IntakeError::TooMany`] beyond `u32` items or words. Single bad rows are no error: they are set aside.
    pub fn push(&mut self, batch: &CatalogBatch<'_>) -> Result<()> {
        let ids = batch.item.as_ref().ok_or(IntakeError::NoColumns { needed: "an item column" })?;
        let declared = self.options.integer_ids;
        let items = owners(&mut self.items, "item", ids, declared)?;
        self.facts.learn(batch);
        let mut unusable = batch.unusable.iter().copied().peekable();
        let first_row = self.report.rows();
        let mut is_taken = vec![false; batch.n_rows];
        for (row, is_taken) in is_taken.iter_mut().enumerate() {
            let number = first_row + row as u64;
            let known = unusable.next_if(|&(bad, _)| bad == row).map(|(_, cause)| cause);
            let id = match known.map_or_else(|| ids.checked(row, declared, Cause::MissingItem), Err) {
                Ok(id) => id,
                Err(cause) => {
                    self.report.set_row_aside(cause, number, None);
                    continue;
                }
            };
            let path = match batch.category.as_ref().map(|c| c.path(row, &self.options.separator)) {
                Some(Err(cause)) => {
                    self.report.set_row_aside(cause, number, None);
                    continue;
                }
                Some(Ok(path)) => Some(path),
                None => None,
            };
            let numbers = match RowNumbers::read(batch, row, self.options.time_format.as_deref()) {
                Ok(numbers) => numbers,
                Err(cause) => {
                    self.report.set_row_aside(cause, number, batch.unreadable(row, cause));
                    continue;
                }
            };
            let too_many = |what| IntakeError::TooMany { what, max: MAX_INDICES as u64 };
            let item = items.intern(id).ok_or(too_many("items"))?;
            if let Some(path) = &path {
                if path.had_gap {
                    self.report.note_row(Note::EmptyLevel, number);
                }
                if !path.path.is_empty() {
                    let path = self.paths.intern((&path.path).into()).ok_or(too_many("categories"))?;
                    self.item_paths.push((item, path));
                }
            }
            self.names.take("names", item, batch.name.as_ref().and_then(|names| names.get(row)))?;
            self.facts.take(batch, row, item, &numbers, &self.options.tag_separator)?;
            if matches!(ids, IdValues::Float(_)) {
                self.report.note_row(Note::FloatIds, number);
            }
            *is_taken = true;
            self.report.take(1);
        }
        for &(row, note) in batch.notes.iter().filter(|&&(row, _)| is_taken[row]) {
            self.report.note_row(note, first_row + row as u64);
        }
        Ok(())
    }

    /// Builds the catalogue.
    ///
    /// Sorts items, categories and names.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed, [`IntakeError::TooMany`] beyond `u32` categories,
    /// [`IntakeError::TooDeep`] for a category path of more than 64 levels.
    pub fn finish(self) -> Result<Catalog> {
        let Self { options, items, paths, names, facts, item_paths, mut report } = self;
        let items = items.ok_or(IntakeError::NoColumns { needed: "an item column" })?;
        let (items, new_items) = items.finish();

        let (paths, new_paths) = paths.finish();
        let paths: Vec<String> = paths.iter().map(|path| path.to_string()).collect();
        let levels = |path: &String| category_tree::levels(path, &options.separator).count();
        if let Some(path) = paths.iter().find(|path| levels(path) > MAX_DEPTH) {
            let begin = category_tree::levels(path, &options.separator).take(3).collect::<Vec<_>>();
            let (begin, levels) = (begin.join(&options.separator), levels(path));
            return Err(IntakeError::TooDeep { begin, levels, max: MAX_DEPTH }.into());
        }
        let levels: usize = paths.iter().map(levels).sum();
        if levels >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "categories", max: MAX_INDICES as u64 }.into());
        }
        let (tree, numbers) = CategoryTree::new(&options.separator, &paths);
        let mut placed: Vec<(u32, CategoryIx)> = item_paths
            .iter()
            .map(|&(item, path)| (new_items[item as usize], numbers[new_paths[path as usize] as usize]))
            .collect();
        placed.sort_unstable();
        placed.dedup();
        let mut categories: Vec<Vec<CategoryIx>> = vec![Vec::new(); items.len()];
        for (item, category) in placed {
            let own = &mut categories[item as usize];
            // What is below a category comes right behind it.
            if own.last().is_some_and(|&last| tree.is_below(category, last)) {
                own.pop();
            }
            own.push(category);
        }
        for (item, _) in categories.iter().enumerate().filter(|(_, own)| own.is_empty()) {
            report.note_id(Note::NoCategory, items.get(item).to_string());
        }

        let (mut renamed, mut several) = (BTreeSet::new(), BTreeSet::new());
        let (words, codes) = names.finish(&new_items, &mut renamed);
        let names = Attribute::Category { words, codes };
        let facts = facts.finish(&new_items, &mut several);
        for (note, found) in [(Note::SeveralNames, renamed), (Note::SeveralValues, several)] {
            for item in found {
                report.note_id(note, items.get(item as usize).to_string());
            }
        }
        Ok(Catalog::from_parts(items, names, facts, tree, categories.into_iter().collect(), report))
    }
}
