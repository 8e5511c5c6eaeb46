//! Kept columns: what the shop wants to remember of each line beside who, what, when and how much.

use crate::data::id::IdRef;
use crate::data::vocabulary::Interner;
use crate::data::{AttributeValues, IdKind, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::MAX_INDICES;

/// Stands for a missing value in a column of codes.
pub(crate) const NONE: u32 = u32::MAX;

/// A kept column, one value a line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Attribute {
    /// Words.
    Category {
        /// The distinct words.
        words: Vocabulary,
        /// The position of each line's word; `u32::MAX` where missing.
        codes: Vec<u32>,
    },
    /// Numbers; NaN where missing.
    Number(Vec<f64>),
}

impl Attribute {
    /// The word of a line below the number of lines; `None` where missing or where the column holds numbers.
    ///
    /// # Panics
    /// When the line is not below it.
    #[must_use]
    pub fn word(&self, line: usize) -> Option<&str> {
        match self {
            Self::Category { words, codes } if codes[line] != NONE => match words.get(codes[line] as usize) {
                IdRef::Str(word) => Some(word),
                IdRef::Int(_) => None,
            },
            _ => None,
        }
    }

    /// The number of a line's word; `None` where missing or where the column holds numbers.
    pub(crate) fn code(&self, line: usize) -> Option<u32> {
        match self {
            Self::Category { codes, .. } => Some(codes[line]).filter(|&code| code != NONE),
            Self::Number(_) => None,
        }
    }

    /// A line's value as bits that are equal where the values are.
    pub(super) fn bits(&self, line: usize) -> u64 {
        match self {
            Self::Category { codes, .. } => u64::from(codes[line]),
            // Adding zero makes the two zeros one.
            Self::Number(values) => (values[line] + 0.0).to_bits(),
        }
    }

    /// The column at the given lines, in their order; words no longer used are left out.
    pub(super) fn gather(&self, lines: &[u32]) -> Self {
        match self {
            Self::Number(values) => Self::Number(lines.iter().map(|&line| values[line as usize]).collect()),
            Self::Category { words, codes } => {
                let codes: Vec<u32> = lines.iter().map(|&line| codes[line as usize]).collect();
                let (words, codes) = used_only(words, codes);
                Self::Category { words, codes }
            }
        }
    }

    /// The lines of both columns, one behind the other; `None` when they are of different types.
    pub(super) fn concat(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(Self::Number([a.as_slice(), b].concat())),
            (Self::Category { words: a, codes: a_codes }, Self::Category { words: b, codes: b_codes }) => {
                let (words, a_new, b_new) = a.union(b)?;
                let renumber = |codes: &[u32], new: &[u32]| -> Vec<u32> {
                    codes.iter().map(|&code| if code == NONE { NONE } else { new[code as usize] }).collect()
                };
                let codes = [renumber(a_codes, &a_new), renumber(b_codes, &b_new)].concat();
                Some(Self::Category { words, codes })
            }
            _ => None,
        }
    }
}

/// Refuses to join logs that keep different columns.
pub(super) fn same_kept(here: &[(String, Attribute)], there: &[(String, Attribute)]) -> Result<()> {
    if here.iter().map(|(name, _)| name).eq(there.iter().map(|(name, _)| name)) {
        return Ok(());
    }
    let names = |columns: &[(String, Attribute)]| match columns {
        [] => "none".to_owned(),
        _ => columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let why = format!("kept columns are {} and {}", names(here), names(there));
    Err(IntakeError::Append { why }.into())
}

/// Leaves out the ids that no code names; missing codes stay missing.
pub(super) fn used_only(ids: &Vocabulary, mut codes: Vec<u32>) -> (Vocabulary, Vec<u32>) {
    let mut used = vec![false; ids.len()];
    for &code in codes.iter().filter(|&&code| code != NONE) {
        used[code as usize] = true;
    }
    if used.iter().all(|&used| used) {
        return (ids.clone(), codes);
    }
    let subset = ids.subset((0..ids.len()).filter(|&position| used[position]));
    let mut next = 0;
    let new: Vec<u32> = used
        .iter()
        .map(|&used| {
            if used {
                next += 1;
                next - 1
            } else {
                NONE
            }
        })
        .collect();
    for code in codes.iter_mut().filter(|code| **code != NONE) {
        *code = new[*code as usize];
    }
    (subset, codes)
}

/// A kept column while the log is being built.
#[derive(Debug)]
pub(super) enum AttributeBuilder {
    Category { words: Interner, codes: Vec<u32> },
    Number(Vec<f64>),
}

impl AttributeBuilder {
    /// Columns for the first batch.
    pub(super) fn like_all(columns: &[(String, AttributeValues<'_>)]) -> Vec<(String, Self)> {
        columns.iter().map(|(name, values)| (name.clone(), Self::like(values))).collect()
    }

    /// Refuses a batch that has other kept columns, or columns of other types.
    pub(super) fn must_match(
        columns: &[(String, Self)],
        batch: &[(String, AttributeValues<'_>)],
    ) -> Result<()> {
        let changing = |name: &String| IntakeError::ChangingColumns { role: name.clone() };
        let is_known = |name: &String| columns.iter().any(|(other, _)| other == name);
        if let Some((name, _)) = batch.iter().find(|(name, _)| !is_known(name)) {
            return Err(changing(name).into());
        }
        for (name, column) in columns {
            let (_, values) = batch.iter().find(|(other, _)| other == name).ok_or_else(|| changing(name))?;
            if !column.takes(values) {
                return Err(IntakeError::ChangingType { column: name.clone() }.into());
            }
        }
        Ok(())
    }

    /// Appends the values of the given rows of a batch to each column.
    pub(super) fn extend_all(
        columns: &mut [(String, Self)],
        batch: &[(String, AttributeValues<'_>)],
        rows: &[usize],
    ) -> Result<()> {
        for (name, column) in columns {
            if let Some((_, values)) = batch.iter().find(|(other, _)| other == name) {
                column.extend(name, values, rows)?;
            }
        }
        Ok(())
    }

    fn like(values: &AttributeValues<'_>) -> Self {
        match values {
            AttributeValues::Text(_) => {
                Self::Category { words: Interner::new(IdKind::Str), codes: Vec::new() }
            }
            AttributeValues::Number(_) => Self::Number(Vec::new()),
        }
    }

    /// Whether values are of this column's type.
    fn takes(&self, values: &AttributeValues<'_>) -> bool {
        matches!(self, Self::Number(_)) == matches!(values, AttributeValues::Number(_))
    }

    /// Appends the values of the given rows.
    fn extend(&mut self, name: &str, values: &AttributeValues<'_>, rows: &[usize]) -> Result<()> {
        match (self, values) {
            (Self::Number(column), AttributeValues::Number(values)) => {
                // One NaN for all, so that missing values are equal.
                let number =
                    |&row: &usize| values.get(row).filter(|value| !value.is_nan()).unwrap_or(f64::NAN);
                column.extend(rows.iter().map(number));
            }
            (Self::Category { words, codes }, AttributeValues::Text(values)) => {
                for &row in rows {
                    let code = match values.get(row) {
                        None | Some("") => NONE,
                        Some(word) => words.intern(word.into()).ok_or(IntakeError::TooMany {
                            what: "attribute values",
                            max: MAX_INDICES as u64,
                        })?,
                    };
                    codes.push(code);
                }
            }
            _ => return Err(IntakeError::ChangingType { column: name.to_owned() }.into()),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Attribute {
        match self {
            Self::Number(values) => Attribute::Number(values),
            Self::Category { words, mut codes } => {
                let (words, new) = words.finish();
                for code in codes.iter_mut().filter(|code| **code != NONE) {
                    *code = new[*code as usize];
                }
                Attribute::Category { words, codes }
            }
        }
    }
}
