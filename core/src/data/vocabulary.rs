//! The only place where outside ids meet dense indices.
//!
//! An [`Interner`] numbers ids as they come; [`Interner::finish`] sorts them into a [`Vocabulary`], where position and
//! order of ids are one: no hash table is kept, a look-up is a binary search, and a saved vocabulary loads as it lies.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::data::id::{Id, IdKind, IdRef};
use crate::error::IdError;
use crate::index::MAX_INDICES;

/// Distinct ids of one kind in a row of storage: integers as they are, strings end to end in one buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ids {
    Int(Vec<i64>),
    /// `ends[i]` is where id `i` ends in `text`; it begins where the one before ends.
    Str {
        text: String,
        ends: Vec<usize>,
    },
}

impl Ids {
    fn new(kind: IdKind) -> Self {
        match kind {
            IdKind::Int => Self::Int(Vec::new()),
            IdKind::Str => Self::Str { text: String::new(), ends: Vec::new() },
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Str { ends, .. } => ends.len(),
        }
    }

    fn kind(&self) -> IdKind {
        match self {
            Self::Int(_) => IdKind::Int,
            Self::Str { .. } => IdKind::Str,
        }
    }

    fn get(&self, position: usize) -> IdRef<'_> {
        match self {
            Self::Int(values) => IdRef::Int(values[position]),
            Self::Str { text, ends } => {
                let start = if position == 0 { 0 } else { ends[position - 1] };
                IdRef::Str(&text[start..ends[position]])
            }
        }
    }

    fn push(&mut self, id: IdRef<'_>) {
        match (self, id) {
            (Self::Int(values), IdRef::Int(value)) => values.push(value),
            (Self::Str { text, ends }, IdRef::Str(id)) => {
                text.push_str(id);
                ends.push(text.len());
            }
            _ => unreachable!("an interner is asked for ids of its own kind only"),
        }
    }
}

/// Distinct ids, sorted; an id's position is its index.
///
/// A clone shares the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    ids: Arc<Ids>,
}

impl From<Ids> for Vocabulary {
    fn from(ids: Ids) -> Self {
        Self { ids: Arc::new(ids) }
    }
}

impl Vocabulary {
    /// A vocabulary without ids.
    #[must_use]
    pub fn empty(kind: IdKind) -> Self {
        Ids::new(kind).into()
    }

    /// Builds a vocabulary of integers; `None` unless they rise strictly.
    #[must_use]
    pub fn from_sorted_ints(values: Vec<i64>) -> Option<Self> {
        (values.len() < MAX_INDICES && values.is_sorted_by(|a, b| a < b)).then(|| Ids::Int(values).into())
    }

    /// Builds a vocabulary of strings laid end to end, `ends[i]` where string `i` ends; `None` unless the ends rise,
    /// fall between characters, reach the end of the text, and the strings rise strictly by bytes.
    #[must_use]
    pub fn from_sorted_text(text: String, ends: Vec<usize>) -> Option<Self> {
        let mut start = 0;
        let mut previous: Option<&str> = None;
        for &end in &ends {
            let id = text.get(start..end)?;
            if previous.is_some_and(|previous| previous >= id) {
                return None;
            }
            previous = Some(id);
            start = end;
        }
        (start == text.len() && ends.len() < MAX_INDICES).then(|| Ids::Str { text, ends }.into())
    }

    /// Distinct ids, sorted, of ids that may come in any order and more than once.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] where they are of two types; it names `role`.
    pub fn of(role: &'static str, ids: impl IntoIterator<Item = Id>) -> Result<Self, IdError> {
        let ids: Vec<Id> = ids.into_iter().collect();
        let expected = ids.first().map_or(IdKind::Str, |id| id.as_ref().kind());
        match ids.iter().map(Id::as_ref).find(|id| id.kind() != expected) {
            Some(other) => {
                Err(IdError::WrongKind { role, expected, found: other.kind(), id: other.quoted() })
            }
            None => Ok(ids.into_iter().collect()),
        }
    }

    /// The number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the ids.
    #[must_use]
    pub fn kind(&self) -> IdKind {
        self.ids.kind()
    }

    /// The id at a position below [`Vocabulary::len`].
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn get(&self, position: usize) -> IdRef<'_> {
        self.ids.get(position)
    }

    /// The ids in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = IdRef<'_>> {
        (0..self.len()).map(|position| self.get(position))
    }

    /// The position of an id, by binary search; `None` when it is absent or of the other type.
    #[must_use]
    pub fn position(&self, id: IdRef<'_>) -> Option<usize> {
        match (&*self.ids, id) {
            (Ids::Int(values), IdRef::Int(id)) => values.binary_search(&id).ok(),
            (Ids::Str { ends, .. }, IdRef::Str(_)) => {
                let position = partition_point(ends.len(), |middle| self.get(middle) < id);
                (position < ends.len() && self.get(position) == id).then_some(position)
            }
            _ => None,
        }
    }

    /// The position of an id that may be unknown: `None` then, and where nothing is known at all.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type; it names `role`.
    pub fn look_up(&self, role: &'static str, id: IdRef<'_>) -> Result<Option<usize>, IdError> {
        match self.find(role, id) {
            Ok(position) => Ok(Some(position)),
            Err(IdError::WrongKind { .. }) if self.is_empty() => Ok(None),
            Err(IdError::Unknown { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The position of an id that must be there.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type, [`IdError::Unknown`] for one that is absent; both name `role`.
    pub fn find(&self, role: &'static str, id: IdRef<'_>) -> Result<usize, IdError> {
        if id.kind() != self.kind() {
            return Err(IdError::WrongKind {
                role,
                expected: self.kind(),
                found: id.kind(),
                id: id.quoted(),
            });
        }
        self.position(id).ok_or_else(|| IdError::Unknown { role, id: id.quoted() })
    }

    /// The integers, where the ids are integers.
    #[must_use]
    pub fn as_ints(&self) -> Option<&[i64]> {
        match &*self.ids {
            Ids::Int(values) => Some(values),
            Ids::Str { .. } => None,
        }
    }

    /// The strings end to end, and where each ends, where the ids are strings.
    #[must_use]
    pub fn as_text(&self) -> Option<(&str, &[usize])> {
        match &*self.ids {
            Ids::Str { text, ends } => Some((text, ends)),
            Ids::Int(_) => None,
        }
    }

    /// The ids of both, and the new positions of the ids of each; `None` when they are of different types or too many.
    ///
    /// An empty vocabulary joins any other.
    #[must_use]
    pub(crate) fn union(&self, other: &Self) -> Option<(Self, Vec<u32>, Vec<u32>)> {
        // Of two without ids the first says of which type they would be.
        let kind = if self.is_empty() && !other.is_empty() { other.kind() } else { self.kind() };
        if !other.is_empty() && other.kind() != kind {
            return None;
        }
        let mut ids = Ids::new(kind);
        let (mut a_new, mut b_new) = (Vec::with_capacity(self.len()), Vec::with_capacity(other.len()));
        let (mut a, mut b) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let (first, in_a, in_b) = match (a.peek(), b.peek()) {
                (None, None) => return Some((ids.into(), a_new, b_new)),
                (Some(&id), None) => (id, true, false),
                (None, Some(&id)) => (id, false, true),
                (Some(&x), Some(&y)) => (x.min(y), x <= y, y <= x),
            };
            let position = u32::try_from(ids.len()).ok().filter(|&position| position < u32::MAX)?;
            ids.push(first);
            if in_a {
                a.next();
                a_new.push(position);
            }
            if in_b {
                b.next();
                b_new.push(position);
            }
        }
    }

    /// Lets go of the ids, and writes over them if nobody else has them.
    pub(crate) fn wipe(mut self) {
        match Arc::get_mut(&mut self.ids) {
            Some(Ids::Int(values)) => values.fill(0),
            Some(Ids::Str { text, .. }) => {
                let mut bytes = std::mem::take(text).into_bytes();
                bytes.fill(0);
                std::hint::black_box(&bytes);
            }
            None => {}
        }
        std::hint::black_box(&self.ids);
    }

    /// A vocabulary of the ids at the given rising positions.
    #[must_use]
    pub(crate) fn subset(&self, positions: impl Iterator<Item = usize>) -> Self {
        let mut ids = Ids::new(self.kind());
        positions.for_each(|position| ids.push(self.get(position)));
        ids.into()
    }
}

fn partition_point(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Numbers ids in the order in which they first come.
#[derive(Debug, Clone)]
pub(crate) struct Interner {
    ids: Ids,
    table: HashTable<u32>,
    /// The numbers of small integers, which shops count their items by, at themselves; `u32::MAX` for none.
    small: Vec<u32>,
    hasher: FixedState,
    last: Option<u32>,
}

/// Integers from 0 to below this are looked up without a hash.
const SMALL: usize = 1 << 20;

impl Interner {
    pub(crate) fn new(kind: IdKind) -> Self {
        Self {
            ids: Ids::new(kind),
            table: HashTable::new(),
            small: Vec::new(),
            hasher: FixedState::default(),
            last: None,
        }
    }

    pub(crate) fn kind(&self) -> IdKind {
        self.ids.kind()
    }

    /// The number of an id of this interner's kind, a new one for a new id; `None` when there is no number left.
    pub(crate) fn intern(&mut self, id: IdRef<'_>) -> Option<u32> {
        // Lines of an order follow each other, so the last id is often the next one.
        if let Some(last) = self.last
            && self.ids.get(last as usize) == id
        {
            return Some(last);
        }
        if let IdRef::Int(value) = id
            && let Ok(value) = usize::try_from(value)
            && value < SMALL
        {
            let number = self.intern_small(value, id)?;
            self.last = Some(number);
            return Some(number);
        }
        let hash = hash_id(&self.hasher, id);
        let number = match self.table.find(hash, |&number| self.ids.get(number as usize) == id) {
            Some(&number) => number,
            None => {
                if self.ids.len() >= MAX_INDICES {
                    return None;
                }
                let number = u32::try_from(self.ids.len()).ok()?;
                self.ids.push(id);
                let (ids, hasher) = (&self.ids, &self.hasher);
                self.table.insert_unique(hash, number, |&n| hash_id(hasher, ids.get(n as usize)));
                number
            }
        };
        self.last = Some(number);
        Some(number)
    }

    /// A new number for an id that is known to be new, by whoever keeps their own table; `None` when there is none left.
    pub(crate) fn add_new(&mut self, id: IdRef<'_>) -> Option<u32> {
        if self.ids.len() >= MAX_INDICES {
            return None;
        }
        let number = u32::try_from(self.ids.len()).ok()?;
        self.ids.push(id);
        Some(number)
    }

    /// The number of an integer, for an interner of integers.
    #[inline]
    pub(crate) fn intern_int(&mut self, value: i64) -> Option<u32> {
        // As a number without sign, one below 0 is beyond the end.
        #[allow(clippy::cast_sign_loss, reason = "meant so")]
        match usize::try_from(value as u64).ok().and_then(|value| self.small.get(value)) {
            Some(&number) if number != u32::MAX => Some(number),
            _ => self.intern(IdRef::Int(value)),
        }
    }

    fn intern_small(&mut self, value: usize, id: IdRef<'_>) -> Option<u32> {
        if value >= self.small.len() {
            self.small.resize((value + 1).next_power_of_two(), u32::MAX);
        }
        if self.small[value] == u32::MAX {
            if self.ids.len() >= MAX_INDICES {
                return None;
            }
            self.small[value] = u32::try_from(self.ids.len()).ok()?;
            self.ids.push(id);
        }
        Some(self.small[value])
    }

    /// Sorts the ids; the second value gives the new number of each old one.
    pub(crate) fn finish(self) -> (Vocabulary, Vec<u32>) {
        let n = u32::try_from(self.ids.len()).expect("intern refuses more ids than u32 can number");
        let mut by_id: Vec<u32> = (0..n).collect();
        match &self.ids {
            Ids::Int(values) if values.is_sorted() => {}
            Ids::Int(values) => by_id.sort_unstable_by_key(|&number| values[number as usize]),
            Ids::Str { .. } => by_id.sort_unstable_by_key(|&number| self.ids.get(number as usize)),
        }
        let mut renumbered = vec![0; by_id.len()];
        for (new, &old) in (0..n).zip(&by_id) {
            renumbered[old as usize] = new;
        }
        let mut ids = Ids::new(self.ids.kind());
        by_id.iter().for_each(|&number| ids.push(self.ids.get(number as usize)));
        (ids.into(), renumbered)
    }
}

fn hash_id(hasher: &FixedState, id: IdRef<'_>) -> u64 {
    match id {
        IdRef::Int(value) => hasher.hash_one(value),
        IdRef::Str(text) => hasher.hash_one(text),
    }
}

/// Collects distinct ids, sorted.
///
/// # Panics
/// When the ids are of two kinds.
impl FromIterator<Id> for Vocabulary {
    fn from_iter<I: IntoIterator<Item = Id>>(ids: I) -> Self {
        let mut sorted: Vec<Id> = ids.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut ids = Ids::new(sorted.first().map_or(IdKind::Str, |id| id.as_ref().kind()));
        sorted.iter().for_each(|id| ids.push(id.as_ref()));
        ids.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interned(ids: &[&str]) -> (Vocabulary, Vec<u32>) {
        let mut interner = Interner::new(IdKind::Str);
        ids.iter().for_each(|&id| assert!(interner.intern(id.into()).is_some()));
        interner.finish()
    }

    #[test]
    fn strings_are_sorted_by_bytes() {
        let (vocabulary, renumbered) = interned(&["pear", "apple", "", "äpfel", "pear"]);
        let ids: Vec<_> = vocabulary.iter().map(|id| id.to_string()).collect();
        assert_eq!(ids, ["", "apple", "pear", "äpfel"]);
        assert_eq!(renumbered, [2, 1, 0, 3]);
    }

    #[test]
    fn ids_of_two_types_are_refused() {
        let ids = |ids: &[Id]| Vocabulary::of("customer", ids.to_vec());
        assert_eq!(ids(&[Id::from(3), Id::from(1), Id::from(3)]).unwrap().as_ints(), Some(&[1, 3][..]));
        assert!(ids(&[]).unwrap().is_empty());
        let error = ids(&[Id::from(3), Id::from("a")]).unwrap_err();
        assert_eq!(error.to_string(), "customer ids are integer here, got the string 'a'");
    }

    #[test]
    fn integers_are_sorted_by_value() {
        let mut interner = Interner::new(IdKind::Int);
        for id in [10, -1, i64::MAX, 9, 10] {
            interner.intern(id.into()).unwrap();
        }
        let (vocabulary, renumbered) = interner.finish();
        assert_eq!(vocabulary.as_ints(), Some(&[-1, 9, 10, i64::MAX][..]));
        assert_eq!(renumbered, [2, 0, 3, 1]);
    }

    #[test]
    fn every_id_is_found_where_it_is() {
        let (vocabulary, _) = interned(&["b", "a", "ab", "c", ""]);
        for (position, id) in vocabulary.iter().enumerate() {
            assert_eq!(vocabulary.position(id), Some(position));
        }
        assert_eq!(vocabulary.position("aa".into()), None);
        assert_eq!(vocabulary.position("z".into()), None);
    }

    #[test]
    fn errors_name_the_id_and_both_types() {
        let (vocabulary, _) = interned(&["a"]);
        let unknown = vocabulary.find("item", "b".into()).unwrap_err();
        assert_eq!(unknown.to_string(), "unknown item 'b'");
        let wrong = vocabulary.find("item", 7.into()).unwrap_err();
        assert_eq!(wrong.to_string(), "item ids are string here, got the integer 7");
    }

    #[test]
    fn a_union_says_where_every_id_went() {
        let (a, _) = interned(&["b", "d"]);
        let (b, _) = interned(&["a", "b", "e"]);
        let (both, a_new, b_new) = a.union(&b).unwrap();
        assert_eq!(both.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["a", "b", "d", "e"]);
        assert_eq!((a_new, b_new), (vec![1, 2], vec![0, 1, 3]));
        let ints = Vocabulary::from_sorted_ints(vec![1]).unwrap();
        assert!(a.union(&ints).is_none());
        assert_eq!(Vocabulary::empty(IdKind::Str).union(&ints).unwrap().0, ints);
    }

    #[test]
    fn stored_ids_must_rise() {
        assert!(Vocabulary::from_sorted_ints(vec![1, 2, 3]).is_some());
        assert!(Vocabulary::from_sorted_ints(vec![1, 1]).is_none());
        assert!(Vocabulary::from_sorted_text("ab".into(), vec![1, 2]).is_some());
        assert!(Vocabulary::from_sorted_text("ba".into(), vec![1, 2]).is_none());
        assert!(Vocabulary::from_sorted_text("ab".into(), vec![1]).is_none());
        assert!(Vocabulary::from_sorted_text("ä".into(), vec![1, 2]).is_none());
        assert!(Vocabulary::from_sorted_text("ab".into(), vec![2, 1]).is_none());
    }
}
