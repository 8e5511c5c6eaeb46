//! Laws of audiences: conditions on random logs, beside a plain reckoning over the rows; and, or, not; the present.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "numbers of tests are small"
)]

mod plain;
mod shops;

use kosar::Time;
use kosar::audience::{Audience, Audiences, Condition, Explanation, Measured};
use proptest::prelude::*;

use crate::plain::*;
use crate::shops::*;

/// What was measured must be what decides.
fn is_consistent(why: &Explanation, condition: &Condition) {
    let (test, by_item) = match condition {
        Condition::And(children) | Condition::Or(children) => {
            assert_eq!(why.parts.len(), children.len());
            return why.parts.iter().zip(children).for_each(|(part, child)| is_consistent(part, child));
        }
        Condition::Not(child) => return is_consistent(&why.parts[0], child),
        Condition::Orders(of) => (of.test.as_ref().unwrap(), false),
        Condition::Events(of) => (of.test.as_ref().unwrap(), of.same_item),
        Condition::Sessions(of) => (of.test.as_ref().unwrap(), false),
        _ => unreachable!(),
    };
    let value = match why.value {
        Some(Measured::Number(value)) => Some(value),
        Some(Measured::Unknown) => None,
        _ => unreachable!(),
    };
    // Where no item is measured none passes.
    assert_eq!(why.holds, passes(test, value) && !(by_item && value.is_none()), "{why:?}");
}

fn audiences(shop: &Shop, condition: &Condition) -> Audiences {
    let now = Some(Time::from_micros(shop.now));
    Audiences::new(data(shop), [("asked", condition.clone())], now).unwrap()
}

proptest! {
    #[test]
    fn members_are_those_of_a_plain_reckoning(shop in shops(), condition in trees()) {
        let audiences = audiences(&shop, &condition);
        let members: Vec<String> = audiences.members("asked").unwrap().ids().map(|id| id.to_string()).collect();
        let plain: Vec<String> =
            (0..7).filter(|&customer| holds(&condition, &shop, customer)).map(|customer| customer.to_string()).collect();
        prop_assert_eq!(members, plain, "{}", Audience::new(condition));
    }

    #[test]
    fn one_customer_is_asked_as_all_are_and_explained_as_asked(shop in shops(), condition in trees()) {
        let audiences = audiences(&shop, &condition);
        let members = audiences.members("asked").unwrap();
        for customer in 0_i64..7 {
            let is_in = audiences.contains("asked", customer).unwrap();
            prop_assert_eq!(is_in, members.has(usize::try_from(customer).unwrap()));
            prop_assert_eq!(is_in, !audiences.of(customer).unwrap().is_empty());
            let why = audiences.explain("asked", customer).unwrap();
            prop_assert_eq!(why.holds, is_in);
            is_consistent(&why, &condition);
        }
    }

    #[test]
    fn nothing_at_the_present_or_after_it_counts(shop in shops(), condition in trees()) {
        let mut past = shop.clone();
        past.orders.retain(|order| order.time < shop.now);
        past.events.retain(|event| event.time < shop.now);
        prop_assume!(!past.events.is_empty());
        let members = |shop: &Shop| audiences(shop, &condition).members("asked").unwrap();
        prop_assert_eq!(members(&shop), members(&past));
    }

    #[test]
    fn the_json_form_is_read_as_it_was_written(condition in trees()) {
        let audience = Audience::new(condition);
        let read = Audience::from_json(&audience.to_json()).unwrap();
        prop_assert_eq!(read, audience);
    }

    #[test]
    fn not_and_or_are_what_they_are_called(shop in shops(), a in leaves(), b in leaves()) {
        let both = |a: &Condition, b: &Condition| Condition::And(vec![a.clone(), b.clone()]);
        let not = |a: &Condition| Condition::Not(Box::new(a.clone()));
        let either = Condition::Or(vec![a.clone(), b.clone()]);
        let named = [("a", a.clone()), ("b", b.clone()), ("both", both(&a, &b)), ("either", either),
            ("neither", both(&not(&a), &not(&b))), ("nested", Condition::Not(Box::new(Condition::Audience("either".into()))))];
        let set = Audiences::new(data(&shop), named, Some(Time::from_micros(shop.now))).unwrap();
        let sizes = set.names().map(|name| set.members(name).unwrap().len()).collect::<Vec<_>>();
        prop_assert_eq!(sizes[2] + sizes[3], sizes[0] + sizes[1]);
        prop_assert_eq!(sizes[3] + sizes[4], 7);
        prop_assert_eq!(set.members("neither").unwrap(), set.members("nested").unwrap());
    }
}
