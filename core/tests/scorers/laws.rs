//! The laws. Each runs over every scorer and every shop, and names both and the query where it does not hold.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Debug;

use kosar::persist::SaveOptions;
use kosar::rank::{ItemFilter, Recommend, Visitor};
use kosar::{Error, Id, ItemIx, Persist};

use crate::contract::{ALL, Asked, Filters, Found, Query, Scorer, Unknown};
use crate::every;
use crate::shop::{Dice, Shop, shops};

/// A scorer at work in a shop.
struct Case<'a, S: Scorer> {
    shop: &'a Shop,
    model: S::Model,
}

impl<'a, S: Scorer> Case<'a, S> {
    fn of(shop: &'a Shop) -> Self {
        Self { shop, model: S::fit(shop).unwrap() }
    }

    /// What a message begins with.
    fn place(&self, of: &dyn Debug) -> String {
        format!("{}, {}, {of:?}", S::NAME, self.shop.name)
    }

    fn ask(&self, query: &Query, n: usize, filter: &ItemFilter) -> Vec<Found> {
        let answer = S::answer(&self.model, self.shop, query, n, filter);
        answer.unwrap_or_else(|error| panic!("{}: {error}", self.place(query)))
    }

    fn all(&self, query: &Query) -> Vec<Found> {
        self.ask(query, ALL, &ItemFilter::new())
    }

    /// What the model answers to everything, errors included.
    fn told(&self) -> Vec<String> {
        let queries = Query::of(self.shop, S::ASKED);
        let answer = |query| S::answer(&self.model, self.shop, query, ALL, &ItemFilter::new());
        let text = |query| answer(query).map_or_else(|error| error.to_string(), |list| format!("{list:?}"));
        queries.iter().map(text).collect()
    }
}

fn each<S: Scorer>(mut check: impl FnMut(&Case<'_, S>, &Query)) {
    for shop in shops() {
        let case = Case::<S>::of(shop);
        Query::of(shop, S::ASKED).iter().for_each(|query| check(&case, query));
    }
}

fn items(list: &[Found]) -> Vec<&Id> {
    list.iter().map(|one| &one.item).collect()
}

/// Whether two lists are one: bit for bit, or by their order where scores say nothing else.
fn same<S: Scorer>(a: &[Found], b: &[Found]) -> bool {
    let bits = |list: &[Found]| list.iter().map(|one| one.score.to_bits()).collect::<Vec<_>>();
    items(a) == items(b) && (S::ONLY_ORDER || bits(a) == bits(b))
}

#[test]
fn n_are_answered_wherever_n_remain_and_they_are_the_first_of_all() {
    fn law<S: Scorer>() {
        let mut answered = 0;
        each::<S>(|case, query| {
            let all = case.all(query);
            answered += all.len();
            if let Some(candidates) = S::candidates(&case.model, case.shop, query) {
                let found: BTreeSet<Id> = all.iter().map(|one| one.item.clone()).collect();
                assert_eq!(found, candidates, "{}", case.place(query));
            }
            for n in 0..all.len() + 2 {
                let some = case.ask(query, n, &ItemFilter::new());
                let is_head = same::<S>(&some, &all[..n.min(all.len())]);
                assert!(is_head, "{}: {n} are {some:?} of {all:?}", case.place(query));
            }
        });
        assert!(answered > 10, "{} answers nothing", S::NAME);
    }
    every!(law);
}

#[test]
fn what_a_filter_leaves_out_gives_its_place_to_the_next() {
    fn law<S: Scorer>() {
        let mut dice = Dice(3);
        let mut some = |shop: &Shop, n: usize| -> Vec<Id> {
            (0..n).map(|_| shop.items[dice.below(shop.items.len())].clone()).collect()
        };
        each::<S>(|case, query| {
            let (only, out) = (some(case.shop, 7), some(case.shop, 3));
            let filters = [
                (Filters::Exclude, ItemFilter::new().exclude(out.clone())),
                (Filters::Both, ItemFilter::new().only(Some(only.clone()))),
                (Filters::Both, ItemFilter::new().only(Some(only.clone())).exclude(out.clone())),
                (Filters::Both, ItemFilter::new().only(Some(Vec::<Id>::new()))),
            ];
            let takes = |least| S::FILTERS == Filters::Both || S::FILTERS == least;
            for (at, (_, filter)) in filters.iter().enumerate().filter(|(_, (least, _))| takes(*least)) {
                let mut left = case.all(query);
                left.retain(|one| match at {
                    0 => !out.contains(&one.item),
                    1 => only.contains(&one.item),
                    2 => only.contains(&one.item) && !out.contains(&one.item),
                    _ => false,
                });
                for n in [2, ALL] {
                    let found = case.ask(query, n, filter);
                    let place = || format!("{}, {filter:?}: {found:?} of {left:?}", case.place(query));
                    // Scores that only order are made from what is let in, so the order may be another one.
                    if S::ONLY_ORDER {
                        let inside = |one: &Found| items(&left).contains(&&one.item);
                        let is_right = found.len() == left.len().min(n) && found.iter().all(inside);
                        assert!(is_right, "{}", place());
                    } else {
                        assert!(same::<S>(&found, &left[..n.min(left.len())]), "{}", place());
                    }
                }
            }
        });
    }
    every!(law);
}

#[test]
fn each_is_answered_once_by_falling_scores_and_ties_go_by_count_and_id() {
    fn law<S: Scorer>() {
        each::<S>(|case, query| {
            let all = case.all(query);
            let place = || format!("{}: {all:?}", case.place(query));
            assert!(all.iter().all(|one| one.score.is_finite()), "{}", place());
            assert_eq!(items(&all).into_iter().collect::<BTreeSet<_>>().len(), all.len(), "{}", place());
            let falls = |a: &Found, b: &Found| {
                let by_tie = || b.tie.cmp(&a.tie).then_with(|| a.item.cmp(&b.item));
                b.score
                    .total_cmp(&a.score)
                    .then_with(|| if S::ONLY_ORDER { Ordering::Equal } else { by_tie() })
                    .is_le()
            };
            assert!(all.is_sorted_by(falls), "{}", place());
        });
    }
    every!(law);
}

#[test]
fn unknown_ids_are_refused_or_passed_over_and_ids_of_the_other_type_are_refused() {
    fn law<S: Scorer>() {
        each::<S>(|case, query| {
            let is_text = matches!(case.shop.items[0], Id::Str(_));
            let mut dice = Dice(99);
            let mut with = |is_text: bool| -> Option<Query> {
                let id = dice.id(is_text);
                Some(match query {
                    Query::Items(items) if S::ASKED == Asked::Items => {
                        Query::Items(items.iter().cloned().chain([id]).collect())
                    }
                    Query::Items(_) => Query::Items(vec![id]),
                    Query::Customer(_) => Query::Customer(id),
                    Query::Nothing => return None,
                })
            };
            let ask =
                |query: &Query, filter: &ItemFilter| S::answer(&case.model, case.shop, query, ALL, filter);
            let free = ItemFilter::new();
            if let (Some(unknown), Some(another), Some(other)) =
                (with(is_text), with(is_text), with(!is_text))
            {
                let refused = ask(&other, &free);
                assert!(matches!(refused, Err(Error::Id(_))), "{}: {refused:?}", case.place(&other));
                let answer = ask(&unknown, &free);
                let place = || format!("{}: {answer:?}", case.place(&unknown));
                match (S::UNKNOWN, S::ASKED) {
                    (Unknown::Refused, _) => assert!(matches!(answer, Err(Error::Id(_))), "{}", place()),
                    (_, Asked::Items) => {
                        assert_eq!(answer.as_ref().unwrap(), &case.all(query), "{}", place());
                    }
                    _ => assert_eq!(answer.as_ref().unwrap(), &ask(&another, &free).unwrap(), "{}", place()),
                }
            }
            if S::FILTERS != Filters::None {
                let unknown = ItemFilter::new().exclude([dice.id(is_text)]);
                assert!(
                    same::<S>(&case.ask(query, ALL, &unknown), &case.all(query)),
                    "{}",
                    case.place(query)
                );
                let refused = ask(query, &ItemFilter::new().exclude([dice.id(!is_text)]));
                assert!(matches!(refused, Err(Error::Id(_))), "{}: {refused:?}", case.place(query));
            }
        });
    }
    every!(law);
}

#[test]
fn many_at_once_are_answered_as_one_after_the_other() {
    fn law<S: Scorer>() {
        for shop in shops() {
            let case = Case::<S>::of(shop);
            for n in [1, 3, 20] {
                for (query, row) in S::batch(&case.model, shop, n).unwrap() {
                    let one = case.ask(&query, n, &ItemFilter::new());
                    let one: Vec<(Id, f64)> = one.into_iter().map(|one| (one.item, one.score)).collect();
                    assert_eq!(row, one, "{}, {n}", case.place(&query));
                }
            }
            if let Some(recommend) = S::recommend(&case.model) {
                check_visitors(&case, recommend);
            }
        }
    }
    fn check_visitors<S: Scorer>(case: &Case<'_, S>, recommend: &dyn Recommend) {
        let nobody = Dice(5).id(matches!(case.shop.items[0], Id::Str(_)));
        let queries = Query::of(case.shop, S::ASKED);
        let known = |query: &Query| -> (Id, Vec<ItemIx>) {
            let (customer, has) = match query {
                Query::Customer(customer) => (customer, case.shop.owned(customer)),
                _ => (&nobody, query.set()),
            };
            (customer.clone(), has.iter().filter_map(|item| recommend.find_item(item.as_ref())).collect())
        };
        let known: Vec<(Id, Vec<ItemIx>)> = queries.iter().map(known).collect();
        let repeats = S::ASKED == Asked::Customer;
        let visitors: Vec<Visitor<'_>> = known
            .iter()
            .map(|known| Visitor { customer: known.0.as_ref(), history: &known.1, repeats })
            .collect();
        let rows = recommend.recommend_each(&visitors, 5).unwrap();
        assert_eq!(rows.len(), queries.len());
        for (row, query) in rows.iter().zip(&queries) {
            let row: Vec<Id> =
                row.iter().map(|item| recommend.items().get(item.as_usize()).to_id()).collect();
            let one = case.ask(query, 5, &ItemFilter::new());
            assert_eq!(row.iter().collect::<Vec<_>>(), items(&one), "{}", case.place(query));
        }
    }
    every!(law);
}

#[test]
fn a_file_gives_the_same_answers_and_the_same_model_the_same_file() {
    fn law<S: Scorer>() {
        for shop in shops() {
            let case = Case::<S>::of(shop);
            let bytes = case.model.to_bytes().unwrap();
            let place = case.place(&"file");
            assert!(case.model.to_bytes().unwrap() == bytes, "{place}: another file of the same model");
            let read = Case::<S> { shop, model: S::Model::from_bytes(&bytes).unwrap() };
            assert_eq!(read.told(), case.told(), "{place}");
            assert!(read.model.to_bytes().unwrap() == bytes, "{place}: another file of the model read");
            let again = Case::<S>::of(&shop.reversed()).model.to_bytes().unwrap();
            assert!(again == bytes, "{place}: another file of the same rows in another order");
        }
    }
    every!(law);
}

/// Whether bytes hold an id, or a quarter of a string.
fn has(bytes: &[u8], id: &Id) -> bool {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    match id {
        Id::Int(value) => {
            let digits = value.to_string();
            [&value.to_le_bytes()[..], &value.to_be_bytes(), digits.as_bytes()].into_iter().any(holds)
        }
        Id::Str(text) => text.as_bytes().windows(6).any(holds),
    }
}

#[test]
fn who_is_forgotten_was_never_there() {
    fn law<S: Scorer>() {
        for shop in shops() {
            let case = Case::<S>::of(shop);
            for customer in shop.customers.iter().take(2) {
                let place = case.place(customer);
                let left = shop.without(customer);
                let refit = Case::<S>::of(&left);
                let bytes = refit.model.to_bytes().unwrap();
                assert!(!has(&bytes, customer), "{place} is in the file of a fit without them");
                let of_logs = S::fit(&shop.forgot(customer)).unwrap();
                assert!(of_logs.to_bytes().unwrap() == bytes, "{place}: logs that forgot give another model");
                let Some(forgot) = S::forget(&case.model, customer) else { continue };
                let forgot = Case::<S> { shop: &left, model: forgot.unwrap() };
                let forgot_bytes = forgot.model.to_bytes().unwrap();
                assert!(!has(&forgot_bytes, customer), "{place} is in the file");
                assert!(forgot_bytes == bytes, "{place}: the file is not that of a refit");
                assert_eq!(forgot.told(), refit.told(), "{place}");
                let whole = case.model.to_bytes().unwrap();
                assert!(has(&whole, customer), "{place}: the search would find nobody");
            }
        }
    }
    every!(law);
}

#[test]
fn a_file_that_only_serves_names_no_customer() {
    fn law<S: Scorer>() {
        for shop in &shops()[..6] {
            let case = Case::<S>::of(shop);
            // Models of nothing but histories refuse.
            if let Ok(bytes) = case.model.to_bytes_with(SaveOptions::serving()) {
                for customer in &shop.customers {
                    assert!(!has(&bytes, customer), "{}", case.place(customer));
                }
            }
        }
    }
    every!(law);
}

#[test]
fn a_hostile_n_is_refused_or_gives_what_there_is() {
    fn law<S: Scorer>() {
        for shop in &shops()[..4] {
            let case = Case::<S>::of(shop);
            // Room for so many would be more than any machine has.
            for n in [usize::MAX, usize::MAX / 2, 1 << 48, 1 << 40] {
                for query in Query::of(shop, S::ASKED) {
                    let found = case.ask(&query, n, &ItemFilter::new());
                    assert!(same::<S>(&found, &case.all(&query)), "{}, {n}", case.place(&query));
                }
                match S::batch(&case.model, shop, n) {
                    Ok(rows) => assert_eq!(rows, S::batch(&case.model, shop, ALL).unwrap(), "{}", S::NAME),
                    Err(error) => assert!(matches!(error, Error::Param(_)), "{}: {error}", S::NAME),
                }
            }
            if let Some(recommend) = S::recommend(&case.model) {
                let customer = shop.customers[0].as_ref();
                let visitor = Visitor { customer, history: &[ItemIx::new(0)], repeats: true };
                let [few, many] = [ALL, usize::MAX].map(|n| recommend.recommend_each(&[visitor], n).unwrap());
                assert_eq!(few, many, "{}", S::NAME);
            }
        }
    }
    every!(law);
}
