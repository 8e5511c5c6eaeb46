//! Customers who turn out to be one: what each is called when some are joined into others.

use std::collections::HashMap;

use crate::data::{IdRef, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::MAX_INDICES;

/// Joins customers, one pair of a customer and whom to join them into after the other: the ids of old and new, and the new
/// position of each old one. Ids that a pair names and the vocabulary does not have are passed over; whom others are joined
/// into may be new.
///
/// # Errors
/// [`IdError::WrongKind`] for an id of another type than those of the vocabulary, unless that is empty.
pub(super) fn joined<'a>(
    ids: &Vocabulary,
    pairs: impl IntoIterator<Item = (IdRef<'a>, IdRef<'a>)>,
) -> Result<(Vocabulary, Vec<u32>)> {
    let pairs: Vec<(IdRef<'a>, IdRef<'a>)> = pairs.into_iter().collect();
    if let Some(&id) =
        pairs.iter().flat_map(|(customer, into)| [customer, into]).find(|id| id.kind() != ids.kind())
        && !ids.is_empty()
    {
        let (expected, found) = (ids.kind(), id.kind());
        return Err(IdError::WrongKind { role: "customer", expected, found, id: id.quoted() }.into());
    }
    // From the last pair to the first, so that whom a pair joins into has their own last name already.
    let mut names: HashMap<IdRef<'a>, IdRef<'a>> = HashMap::new();
    for &(customer, into) in pairs.iter().rev() {
        let last = names.get(&into).copied().unwrap_or(into);
        names.insert(customer, last);
    }
    let renamed = ids.iter().filter_map(|id| names.get(&id));
    let new: Vocabulary = renamed.map(|id| id.to_id()).collect();
    let too_many = || IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
    let (all, mut places, _) = ids.union(&new).ok_or_else(too_many)?;
    for (id, place) in ids.iter().zip(&mut places) {
        if let Some(position) = names.get(&id).and_then(|&last| all.position(last)) {
            *place = u32::try_from(position).expect("collections are bounded to u32 when they are built");
        }
    }
    Ok((all, places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Id, IdKind};

    fn names(ids: &[i64], pairs: &[(i64, i64)]) -> Vec<String> {
        let ids: Vocabulary = ids.iter().map(|&id| Id::Int(id)).collect();
        let (all, places) = joined(&ids, pairs.iter().map(|&(a, b)| (a.into(), b.into()))).unwrap();
        places.into_iter().map(|place| all.get(place as usize).to_string()).collect()
    }

    #[test]
    fn pairs_are_followed_one_after_the_other() {
        assert_eq!(names(&[1, 2, 3], &[(1, 2), (2, 9)]), ["9", "9", "3"]);
        assert_eq!(names(&[1, 2, 3], &[(2, 9), (1, 2)]), ["2", "9", "3"]);
        assert_eq!(names(&[1, 2, 3], &[(1, 2), (2, 1)]), ["1", "1", "3"]);
        // By way of somebody who is not there.
        assert_eq!(names(&[1, 3], &[(1, 7), (7, 3), (4, 1)]), ["3", "3"]);
        assert_eq!(names(&[1], &[(1, 1)]), ["1"]);
        assert_eq!(names(&[], &[(1, 2)]), [""; 0]);
        let nobody = Vocabulary::empty(IdKind::Int);
        assert_eq!(joined(&nobody, [(1.into(), 2.into())]).unwrap().0, nobody);
    }

    #[test]
    fn ids_of_the_other_type_are_refused() {
        let ids: Vocabulary = [Id::Int(1)].into_iter().collect();
        let error = joined(&ids, [(IdRef::Int(1), IdRef::Str("a"))]).unwrap_err();
        assert_eq!(error.to_string(), "customer ids are integer here, got the string 'a'");
    }
}
