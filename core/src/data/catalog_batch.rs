//! Columns on their way into a catalogue.

use crate::data::batch::{AttributeValues, IdValues, NumberValues, Role, TimeValues, Values};
use crate::data::{Cause, Note};
use crate::error::{IntakeError, Result};

/// Where the categories of items are told.
#[derive(Debug, Clone)]
pub(super) enum CategoryValues<'a> {
    /// A path in one column.
    Paths(Values<'a, &'a str>),
    /// A column for each level, the widest first.
    Levels(Vec<Values<'a, &'a str>>),
}

/// A column of tags, or of other words of which a row may have several.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TagValues<'a> {
    /// The tags of a row in one text, with [`CatalogOptions::tag_separator`](crate::data::CatalogOptions) between them, or
    /// [`CustomersOptions::separator`](crate::data::CustomersOptions).
    Joined(Values<'a, &'a str>),
    /// Those of row `i` are `tags[ends[i - 1]..ends[i]]`, from 0 for the first row.
    Lists {
        /// Where the tags of each row end.
        ends: Vec<usize>,
        /// The tags of all rows.
        tags: Values<'a, &'a str>,
    },
}

impl TagValues<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Joined(values) => values.len(),
            Self::Lists { ends, .. } => ends.len(),
        }
    }

    /// Refuses a column of another number of rows than `n_rows`, or whose lists do not end where the tags do.
    pub(super) fn check(&self, role: &str, n_rows: usize) -> Result<()> {
        let ragged = |expected, found| IntakeError::RaggedColumns { role: role.to_owned(), expected, found };
        if self.len() != n_rows {
            return Err(ragged(n_rows, self.len()).into());
        }
        if let Self::Lists { ends, tags } = self {
            let (expected, found) = (ends.last().copied().unwrap_or(0), tags.len());
            if expected != found || !ends.is_sorted() {
                return Err(ragged(expected, found).into());
            }
        }
        Ok(())
    }

    /// Gives every tag of a row, without the spaces around it; empty ones are left out.
    pub(super) fn each(
        &self,
        row: usize,
        separator: &str,
        mut take: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let filled = |tag: &str| if tag.trim().is_empty() { Ok(()) } else { take(tag.trim()) };
        match self {
            Self::Joined(values) => values.get(row).unwrap_or_default().split(separator).try_for_each(filled),
            Self::Lists { ends, tags } => {
                let start = if row == 0 { 0 } else { ends[row - 1] };
                (start..ends[row]).filter_map(|at| tags.get(at)).try_for_each(filled)
            }
        }
    }
}

/// Columns of the same rows, to be pushed into a [`CatalogBuilder`](crate::data::CatalogBuilder).
///
/// A row tells facts of one item, and an item may have several rows: one for each of its categories, or names in one
/// batch and categories in another.
#[derive(Debug, Clone, Default)]
pub struct CatalogBatch<'a> {
    pub(super) n_rows: usize,
    pub(super) item: Option<IdValues<'a>>,
    pub(super) category: Option<CategoryValues<'a>>,
    pub(super) name: Option<Values<'a, &'a str>>,
    pub(super) brand: Option<Values<'a, &'a str>>,
    pub(super) text: Option<Values<'a, &'a str>>,
    pub(super) price: Option<NumberValues<'a>>,
    pub(super) cost: Option<NumberValues<'a>>,
    pub(super) stock: Option<NumberValues<'a>>,
    pub(super) launched: Option<TimeValues<'a>>,
    pub(super) tags: Option<TagValues<'a>>,
    pub(super) attributes: Vec<(String, AttributeValues<'a>)>,
    /// Why rows already known to be unusable are so.
    pub(super) unusable: Vec<(usize, Cause)>,
    /// What is to be noted of rows that are taken.
    pub(super) notes: Vec<(usize, Note)>,
}

impl<'a> CatalogBatch<'a> {
    /// A batch of `n_rows` rows without columns.
    #[must_use]
    pub fn new(n_rows: usize) -> Self {
        Self { n_rows, ..Self::default() }
    }

    /// Sets the items that the rows tell of.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, [`IntakeError::BadCode`] when a code is not
    /// below the length of its dictionary.
    pub fn items(mut self, values: IdValues<'a>) -> Result<Self> {
        self.same_length(Role::Item.name(), values.len())?;
        values.check_codes(Role::Item)?;
        self.item = Some(values);
        Ok(self)
    }

    /// Sets the categories, as paths such as `Food/Bread`. Takes the place of [`CatalogBatch::levels`].
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn paths(mut self, values: Values<'a, &'a str>) -> Result<Self> {
        self.same_length("category", values.len())?;
        self.category = Some(CategoryValues::Paths(values));
        Ok(self)
    }

    /// Sets the categories, as a column for each level, the widest first. Takes the place of [`CatalogBatch::paths`].
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when the length of one is not the batch's.
    pub fn levels(mut self, columns: Vec<Values<'a, &'a str>>) -> Result<Self> {
        for column in &columns {
            self.same_length("category", column.len())?;
        }
        self.category = Some(CategoryValues::Levels(columns));
        Ok(self)
    }

    /// Sets the names to show.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn names(mut self, values: Values<'a, &'a str>) -> Result<Self> {
        self.same_length("name", values.len())?;
        self.name = Some(values);
        Ok(self)
    }

    /// Sets the brands.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn brands(mut self, values: Values<'a, &'a str>) -> Result<Self> {
        self.same_length("brand", values.len())?;
        self.brand = Some(values);
        Ok(self)
    }

    /// Sets the descriptions.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn texts(mut self, values: Values<'a, &'a str>) -> Result<Self> {
        self.same_length("text", values.len())?;
        self.text = Some(values);
        Ok(self)
    }

    /// Sets the prices of one, from zero.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn prices(mut self, values: NumberValues<'a>) -> Result<Self> {
        self.same_length("price", values.len())?;
        self.price = Some(values);
        Ok(self)
    }

    /// Sets what one costs the shop, from zero.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn costs(mut self, values: NumberValues<'a>) -> Result<Self> {
        self.same_length("cost", values.len())?;
        self.cost = Some(values);
        Ok(self)
    }

    /// Sets how many are in stock.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn stocks(mut self, values: NumberValues<'a>) -> Result<Self> {
        self.same_length("stock", values.len())?;
        self.stock = Some(values);
        Ok(self)
    }

    /// Sets when items were launched.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn launches(mut self, values: TimeValues<'a>) -> Result<Self> {
        self.same_length("launched", values.len())?;
        self.launched = Some(values);
        Ok(self)
    }

    /// Sets the tags.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, or its lists do not end where the tags do.
    pub fn tags(mut self, values: TagValues<'a>) -> Result<Self> {
        values.check("tags", self.n_rows)?;
        self.tags = Some(values);
        Ok(self)
    }

    /// Adds a free attribute: a word an item, such as a colour; a number is taken as the word that it is written as.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn attribute(mut self, name: &str, values: AttributeValues<'a>) -> Result<Self> {
        self.same_length(name, values.len())?;
        self.attributes.push((name.to_owned(), values));
        Ok(self)
    }

    /// The text of a row that could not be read as what it was to be; `None` for other causes.
    pub(super) fn unreadable(&self, row: usize, cause: Cause) -> Option<&'a str> {
        let number = |column: &Option<NumberValues<'a>>| match column {
            Some(NumberValues::Text(values)) => {
                values.get(row).filter(|text| !text.trim().is_empty() && text.trim().parse::<f64>().is_err())
            }
            _ => None,
        };
        match (cause, &self.launched) {
            (Cause::BadTime, Some(TimeValues::Text(values) | TimeValues::NumberText(values, _))) => {
                values.get(row)
            }
            (Cause::BadNumber, _) => [&self.price, &self.cost, &self.stock].into_iter().find_map(number),
            _ => None,
        }
    }

    fn same_length(&self, role: &str, found: usize) -> Result<()> {
        if found == self.n_rows {
            return Ok(());
        }
        Err(IntakeError::RaggedColumns { role: role.to_owned(), expected: self.n_rows, found }.into())
    }
}

/// The normal form of a category path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NormalPath {
    /// Empty where there is no level.
    pub(super) path: String,
    /// Whether an empty level above another was left out.
    pub(super) had_gap: bool,
}

impl CategoryValues<'_> {
    /// The path of a row.
    ///
    /// # Errors
    /// [`Cause::SeparatorInLevel`] for a path that would be read back with other levels.
    pub(super) fn path(&self, row: usize, separator: &str) -> Result<NormalPath, Cause> {
        let (levels, had_gap): (Vec<&str>, bool) = match self {
            Self::Paths(values) => {
                let text = values.get(row).unwrap_or_default();
                let all: Vec<&str> = text.split(separator).map(str::trim).collect();
                // Separators at the ends are a matter of style.
                let first = all.iter().position(|level| !level.is_empty()).unwrap_or(all.len());
                filled(&all[first..])
            }
            Self::Levels(columns) => {
                let all: Vec<&str> =
                    columns.iter().map(|column| column.get(row).unwrap_or_default().trim()).collect();
                filled(&all)
            }
        };
        let path = levels.join(separator);
        if !super::category_tree::levels(&path, separator).eq(levels) {
            return Err(Cause::SeparatorInLevel);
        }
        Ok(NormalPath { path, had_gap })
    }
}

/// The levels that are not empty, and whether an empty one stands above one of them.
fn filled<'a>(levels: &[&'a str]) -> (Vec<&'a str>, bool) {
    let used = levels.iter().rposition(|level| !level.is_empty()).map_or(0, |last| last + 1);
    let kept: Vec<&str> = levels.iter().copied().filter(|level| !level.is_empty()).collect();
    let had_gap = kept.len() < used;
    (kept, had_gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str, separator: &str) -> Result<(String, bool), Cause> {
        let normal = CategoryValues::Paths(Values::new(vec![text])).path(0, separator)?;
        Ok((normal.path, normal.had_gap))
    }

    fn of_levels(levels: &[&str]) -> Result<(String, bool), Cause> {
        let columns = levels.iter().map(|&level| Values::new(vec![level])).collect();
        let normal = CategoryValues::Levels(columns).path(0, "/")?;
        Ok((normal.path, normal.had_gap))
    }

    #[test]
    fn spaces_and_separators_at_the_ends_do_not_matter() {
        for text in ["Food/Bread", " Food / Bread ", "/Food/Bread/", "//Food/Bread//"] {
            assert_eq!(of_text(text, "/"), Ok(("Food/Bread".to_owned(), false)), "{text}");
        }
        assert_eq!(of_text("Food > Dark  bread", " > "), Ok(("Food > Dark  bread".to_owned(), false)));
        for text in ["", "  ", "/", " / /"] {
            assert_eq!(of_text(text, "/"), Ok((String::new(), false)), "{text}");
        }
    }

    #[test]
    fn an_empty_level_in_between_is_left_out_and_told() {
        assert_eq!(of_text("Food//Bread", "/"), Ok(("Food/Bread".to_owned(), true)));
        assert_eq!(of_levels(&["Food", "", "Bread"]), Ok(("Food/Bread".to_owned(), true)));
        assert_eq!(of_levels(&["", "Bread", ""]), Ok(("Bread".to_owned(), true)));
        assert_eq!(of_levels(&["Food", " ", ""]), Ok(("Food".to_owned(), false)));
        assert_eq!(of_levels(&[]), Ok((String::new(), false)));
    }

    #[test]
    fn a_level_that_would_be_read_as_two_is_refused() {
        assert_eq!(of_levels(&["Audio/Video", "TV"]), Err(Cause::SeparatorInLevel));
        assert_eq!(of_text("a/ //b", "//"), Err(Cause::SeparatorInLevel));
    }
}
