//! Sessions against their definitions: answers, appending, the order of rows, and what is refused.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers are small"
)]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Batch, Click, EventKind, EventLogBuilder, EventOptions, IdValues, Role, Sessions, TimeValues, Values,
};
use kosar::rank::{ItemFilter, Reason};
use kosar::session::{
    Decay, SequentialRules, SessionKnn, SessionKnnParams, SessionOptions, StepWeight, WhyEmpty,
};
use kosar::{
    Control, Error, Fit, Id, IntakeError, MICROS_PER_DAY, ParamError, Params, Persist, Time, TimeUnit,
};
use proptest::prelude::*;

/// Session, item, half days, kind.
type Row = (i64, i64, i64, u8);

const KIND_WEIGHTS: [f64; 3] = [1.0, 2.5, 0.0];

fn sessions(rows: &[Row]) -> Sessions {
    let click = |&(session, item, time, kind): &Row| {
        Click::new(session, item, Time::from_micros(time * MICROS_PER_DAY / 2)).of_kind(kind)
    };
    Sessions::from_clicks(rows.iter().map(click)).unwrap()
}

/// The clicks of each session in order.
fn grouped(rows: &[Row]) -> Vec<Vec<Row>> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|&(session, item, time, kind)| (session, time, item, kind));
    rows.chunk_by(|a, b| a.0 == b.0).map(<[Row]>::to_vec).collect()
}

#[derive(Debug, Clone, Copy)]
struct Setting {
    m: usize,
    k: usize,
    last: usize,
    match_idf: f64,
    forward: f64,
    backward: f64,
    half_life: Option<f64>,
    own: f64,
    min_sessions: usize,
}

impl Setting {
    fn params(self) -> SessionKnnParams {
        SessionKnn::params()
            .sessions_per_item(self.m)
            .neighbors(self.k)
            .last_items(self.last)
            .match_idf(self.match_idf)
            .forward(self.forward)
            .backward(self.backward)
            .half_life_days(self.half_life)
            .last_item_weight(self.own)
            .kind_weights(KIND_WEIGHTS)
            .min_sessions(self.min_sessions)
    }
}

/// The definition, word for word: item, score and neighbours with it, in the order of the answer.
fn by_definition(rows: &[Row], s: Setting, asked: &[(i64, u8)]) -> Vec<(i64, f64, u64)> {
    let weight = |kind: u8| KIND_WEIGHTS[usize::from(kind)];
    let mut all: Vec<(i64, Vec<i64>, Vec<u8>)> = Vec::new();
    for clicks in grouped(rows) {
        let time = clicks.last().unwrap().2;
        let (mut items, mut kinds) = (Vec::new(), Vec::new());
        for &(_, item, _, kind) in clicks.iter().filter(|click| weight(click.3) > 0.0) {
            match items.iter().position(|&known| known == item) {
                Some(at) => kinds[at] = if weight(kind) > weight(kinds[at]) { kind } else { kinds[at] },
                None => (items.push(item), kinds.push(kind)).0,
            }
        }
        if !items.is_empty() {
            all.push((time, items, kinds));
        }
    }
    all.sort();
    let n_of = |item: i64| all.iter().filter(|session| session.1.contains(&item)).count() as f64;
    let n = all.len() as f64;
    let known: Vec<(i64, u8)> = asked.iter().copied().filter(|&(item, _)| n_of(item) > 0.0).collect();
    let mut wanted: Vec<(i64, u64)> = Vec::new();
    for (back, &(item, kind)) in known.iter().rev().enumerate() {
        if wanted.len() < s.last && wanted.iter().all(|known| known.0 != item) {
            let idf = (((n + 1.0) / n_of(item)).ln() / (n + 1.0).ln()).powf(s.match_idf);
            wanted
                .push((item, (1.0 / (1.0 + back as f64) * weight(kind) * idf * 16_777_216.0).round() as u64));
        }
    }
    let in_common = |items: &[i64]| wanted.iter().filter(|w| items.contains(&w.0)).map(|w| w.1).sum::<u64>();
    let mut found: Vec<(u64, usize)> =
        (0..all.len()).map(|at| (in_common(&all[at].1), at)).filter(|found| found.0 > 0).collect();
    found.drain(..found.len().saturating_sub(s.m));
    let newest = found.last().map_or(0, |found| all[found.1].0);
    for (weight, at) in &mut found {
        let age = (newest - all[*at].0) as f64 / 2.0;
        *weight = s.half_life.map_or(*weight, |h| (*weight as f64 * (-age / h).exp2()).round() as u64);
    }
    found.sort_by_key(|&found| std::cmp::Reverse(found));
    let mut sums: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for &(weighs, at) in found.iter().take(s.k) {
        let (_, items, kinds) = &all[at];
        let anchor =
            wanted.iter().filter(|w| w.1 > 0).find_map(|w| items.iter().position(|i| *i == w.0)).unwrap();
        for (place, (&item, &kind)) in items.iter().zip(kinds).enumerate() {
            let steps = i32::try_from(place.abs_diff(anchor)).unwrap();
            let step =
                if place < anchor { s.backward.powi(steps) } else { s.forward.powi((steps - 1).max(0)) };
            let part = (weighs as f64 * step * weight(kind)).round() as u64;
            let sum = sums.entry(item).or_default();
            *sum = (sum.0 + part, sum.1 + u64::from(part > 0));
        }
    }
    let last = wanted.first().map(|w| w.0);
    let score = |item: i64, sum: u64| {
        let own = if Some(item) == last { s.own } else { 1.0 };
        sum as f64 / 16_777_216.0 * own * (1.0 + (n / n_of(item)).ln())
    };
    let mut list: Vec<(i64, f64, u64)> =
        sums.iter().map(|(&item, &(sum, n))| (item, score(item, sum), n)).collect();
    list.retain(|found| found.1 > 0.0 && found.2 >= s.min_sessions as u64);
    list.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
    list
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_i64..14, 0_i64..9, 0_i64..12, 0_u8..3), 0..60)
}

fn setting() -> impl Strategy<Value = Setting> {
    let sizes = (1_usize..8, 1_usize..6, 1_usize..5, 1_usize..3);
    let idf = prop::sample::select(vec![0.0, 1.0, 2.0]);
    let step = || prop::sample::select(vec![0.0, 0.5, 0.8, 1.0]);
    let half_life = prop::sample::select(vec![None, Some(1.0), Some(30.0)]);
    (sizes, idf, step(), step(), half_life, prop::sample::select(vec![0.0, 0.5, 1.0])).prop_map(
        |((m, k, last, min_sessions), match_idf, forward, backward, half_life, own)| Setting {
            m,
            k,
            last,
            match_idf,
            forward,
            backward,
            half_life,
            own,
            min_sessions,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nearest_sessions_answer_as_defined(
        rows in rows(), s in setting(), asked in prop::collection::vec((0_i64..11, 0_u8..3), 0..7),
    ) {
        let model = s.params().fit(&sessions(&rows)).unwrap();
        let kinds = asked.iter().map(|click| click.1).collect();
        let options = SessionOptions::new().kinds(Some(kinds));
        let answer = model.recommend_with(asked.iter().map(|click| click.0), 50, &options).unwrap();
        let found: Vec<(i64, f64, u64)> = answer.recommendations.iter().map(|found| {
            let Id::Int(item) = found.item else { panic!("integers went in") };
            let Reason::Session { sessions, share, .. } = found.reason else { panic!("{:?}", found.reason) };
            assert!((0.0..=1.0).contains(&share));
            (item, found.score, sessions)
        }).collect();
        prop_assert_eq!(&found, &by_definition(&rows, s, &asked));
        prop_assert_eq!(answer.empty.is_some(), found.is_empty());
        let fewer = model.recommend_with(asked.iter().map(|click| click.0), 2, &options).unwrap();
        prop_assert_eq!(&fewer.recommendations[..], &answer.recommendations[..found.len().min(2)]);
    }

    #[test]
    fn appending_is_fitting_on_all_and_rows_come_in_any_order(
        rows in rows(), s in setting(), first in 0_i64..14, second in 0_i64..14,
    ) {
        let part = |from: i64, to: i64| -> Vec<Row> {
            rows.iter().copied().filter(|row| (from..to).contains(&row.0)).collect()
        };
        let (low, high) = (first.min(second), first.max(second));
        let mut backwards = rows.clone();
        backwards.reverse();
        prop_assert_eq!(sessions(&rows), sessions(&backwards));
        let parts = [part(low, high), part(0, low), part(high, 14)].map(|rows| sessions(&rows));
        let whole = s.params().fit(&sessions(&rows)).unwrap();
        let model = s.params().fit(&parts[0]).unwrap();
        let model = model.append(&parts[1]).unwrap().append(&parts[2]).unwrap();
        prop_assert_eq!(&model, &whole);
        prop_assert_eq!(model.to_bytes().unwrap(), whole.to_bytes().unwrap());
        prop_assert_eq!(&SessionKnn::from_bytes(&whole.to_bytes().unwrap()).unwrap(), &whole);
        prop_assert!(whole.n_kept() <= s.m * whole.items().len());

        for params in [SequentialRules::params().repeats(true), SequentialRules::association()] {
            let params = params.kind_weights(KIND_WEIGHTS);
            let whole = params.fit(&sessions(&rows)).unwrap();
            let model = params.fit(&parts[0]).unwrap();
            let model = model.append(&parts[1]).unwrap().append(&parts[2]).unwrap();
            prop_assert_eq!(&model, &whole);
            prop_assert_eq!(&SequentialRules::from_bytes(&model.to_bytes().unwrap()).unwrap(), &whole);
        }
    }

    #[test]
    fn rules_are_sums_over_pairs_of_clicks(
        rows in rows(), steps in 1_usize..5, both_ways: bool, repeats: bool, item in 0_i64..9, min_sessions in 1_usize..3,
        step_weight in prop::sample::select(vec![StepWeight::Same, StepWeight::Inverse, StepWeight::InverseSquare]),
    ) {
        let mut sums: BTreeMap<i64, (u64, BTreeSet<i64>)> = BTreeMap::new();
        for clicks in grouped(&rows) {
            let clicks: Vec<Row> = clicks.into_iter().filter(|click| KIND_WEIGHTS[usize::from(click.3)] > 0.0).collect();
            for (a, from) in clicks.iter().enumerate().filter(|(_, click)| click.1 == item) {
                for (b, to) in clicks.iter().enumerate() {
                    let counts = a != b && a.abs_diff(b) <= steps && (b > a || both_ways) && (repeats || from.1 != to.1);
                    if counts {
                        let sum = sums.entry(to.1).or_default();
                        let weight = step_weight.weight(a.abs_diff(b)) * KIND_WEIGHTS[usize::from(to.3)];
                        sum.0 += (weight * 1_048_576.0).round() as u64;
                        sum.1.insert(to.0);
                    }
                }
            }
        }
        let mut list: Vec<(f64, u64, i64)> =
            sums.iter().map(|(&to, sum)| (sum.0 as f64 / 1_048_576.0, sum.1.len() as u64, to)).collect();
        list.retain(|rule| rule.1 >= min_sessions as u64);
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
        let params = SequentialRules::params().step_weight(step_weight).max_steps(steps).both_ways(both_ways);
        let params = params.repeats(repeats).kind_weights(KIND_WEIGHTS).min_sessions(min_sessions);
        let model = params.fit(&sessions(&rows)).unwrap();
        let answer = model.recommend([item], 50).unwrap();
        let found: Vec<(f64, u64, i64)> = answer.recommendations.iter().map(|found| {
            let (Id::Int(to), Reason::Next { sessions, confidence, .. }) = (&found.item, &found.reason) else { panic!() };
            assert!(*confidence > 0.0 && *confidence <= 1.0);
            (found.score, *sessions, *to)
        }).collect();
        prop_assert_eq!(found, list);
    }
}

#[test]
fn unknown_items_are_skipped_and_an_empty_answer_says_why() {
    let knn = SessionKnn::params().fit(&sessions(&[(1, 1, 0, 0), (1, 2, 1, 0), (2, 3, 2, 0)])).unwrap();
    let rules =
        SequentialRules::params().fit(&sessions(&[(1, 1, 0, 0), (1, 2, 1, 0), (2, 3, 2, 0)])).unwrap();
    let with_unknown = knn.recommend([9, 1, 8], 5).unwrap();
    assert_eq!(with_unknown.unknown, [Id::Int(9), Id::Int(8)]);
    assert_eq!(with_unknown.recommendations, knn.recommend([1], 5).unwrap().recommendations);
    assert_eq!(rules.recommend([1, 9], 5).unwrap().recommendations[0].item, Id::Int(2));
    let few = |min_sessions| SessionKnn::params().min_sessions(min_sessions);
    let few = few(2).fit(&sessions(&[(1, 1, 0, 0), (1, 2, 1, 0)])).unwrap();
    let none: [i64; 0] = [];
    let only = |item: i64| SessionOptions::new().filter(ItemFilter::new().only(Some([item])));
    let empties = [
        (knn.recommend(none, 5), WhyEmpty::NoItems),
        (knn.recommend([9], 5), WhyEmpty::UnknownItems),
        (knn.recommend([3], 5), WhyEmpty::NothingElse),
        (knn.recommend_with([1], 5, &only(3)), WhyEmpty::NoneAllowed),
        (few.recommend([1], 5), WhyEmpty::TooFewSessions),
        (rules.recommend(none, 5), WhyEmpty::NoItems),
        (rules.recommend([9], 5), WhyEmpty::UnknownItems),
        (rules.recommend([2], 5), WhyEmpty::NothingElse),
        (rules.recommend_with([1], 5, &only(3)), WhyEmpty::NoneAllowed),
    ];
    for (answer, why) in empties {
        let answer = answer.unwrap();
        assert_eq!((answer.recommendations.len(), answer.empty), (0, Some(why)));
        assert!(!why.to_string().is_empty());
    }
    assert_eq!(knn.recommend([1], 0).unwrap().empty, None);
    assert_eq!(rules.recommend([9], 0).unwrap().empty, None);
}

#[test]
fn many_sessions_are_answered_as_each_by_itself() {
    let rows: Vec<Row> = (0..400).map(|row| (row / 4, row * row % 23, row, 0)).collect();
    let (all, control) = (sessions(&rows), Control::new());
    let (knn, rules) =
        (SessionKnn::params().fit(&all).unwrap(), SequentialRules::params().fit(&all).unwrap());
    let asked: Vec<Vec<Id>> =
        (0..90_i64).map(|at| (0..at % 5).map(|step| Id::from((at + step * 7) % 29)).collect()).collect();
    let filter = ItemFilter::new().exclude([Id::from(3_i64)]);
    let options = SessionOptions::new().filter(filter.clone());
    let found = knn.recommend_many(&asked, 4, &filter, &control).unwrap();
    assert!(found.iter().any(|found| found.empty == Some(WhyEmpty::NoItems) && found.unknown.is_empty()));
    assert!(found.iter().any(|found| !found.unknown.is_empty() && found.recommendations.len() == 4));
    assert_eq!(
        found,
        asked.iter().map(|one| knn.recommend_with(one, 4, &options).unwrap()).collect::<Vec<_>>()
    );
    let found = rules.recommend_many(&asked, 4, &filter, &control).unwrap();
    assert_eq!(
        found,
        asked.iter().map(|one| rules.recommend_with(one, 4, &options).unwrap()).collect::<Vec<_>>()
    );

    // Of several that are wrong the first is told.
    let wrong: Vec<Vec<Id>> = ["a", "b", "c", "d"].map(|id| vec![Id::from(id)]).to_vec();
    let error = knn.recommend_many(&wrong, 4, &filter, &control).unwrap_err().to_string();
    assert!(error.contains("'a'"), "{error}");
    control.cancel();
    assert!(matches!(rules.recommend_many(&asked, 4, &filter, &control), Err(Error::Cancelled)));
}

#[test]
fn a_filter_acts_before_the_selection() {
    let rows: Vec<Row> = (0..6).map(|item| (1, item, item, 0)).collect();
    let knn = SessionKnn::params().fit(&sessions(&rows)).unwrap();
    let items = |options: &SessionOptions| -> Vec<Id> {
        let answer = knn.recommend_with([0], 2, options).unwrap();
        answer.recommendations.into_iter().map(|found| found.item).collect()
    };
    assert_eq!(items(&SessionOptions::new()), [1, 2].map(Id::Int));
    assert_eq!(items(&SessionOptions::new().filter(ItemFilter::new().exclude([1, 2]))), [3, 4].map(Id::Int));
}

#[test]
fn the_reason_names_the_item_that_carried_most() {
    // Items 1 and 2 share a session with 5 each; 2 is the last, 1 is clicked with a kind that weighs more.
    let rows = [(1, 1, 0, 0), (1, 5, 1, 0), (2, 2, 2, 0), (2, 5, 3, 0), (3, 7, 4, 0)];
    let params = SessionKnn::params().half_life_days(None).kind_weights([1.0, 6.0]);
    let knn = params.fit(&sessions(&rows)).unwrap();
    let asked = |kinds: Vec<u8>| {
        let options = SessionOptions::new().kinds(Some(kinds)).filter(ItemFilter::new().only(Some([5])));
        let answer = knn.recommend_with([1, 2], 1, &options).unwrap();
        answer.recommendations[0].reason.clone()
    };
    let Reason::Session { from, share, sessions } = asked(vec![0, 0]) else { panic!() };
    assert_eq!((from, sessions), (Id::Int(2), 2));
    assert!((share - 2.0 / 3.0).abs() < 1e-6, "{share}");
    let Reason::Session { from, share, .. } = asked(vec![1, 0]) else { panic!() };
    assert_eq!(from, Id::Int(1));
    assert!((share - 0.75).abs() < 1e-6, "{share}");
}

#[test]
fn what_is_out_of_range_or_of_the_wrong_type_is_refused() {
    let p = SessionKnn::params;
    let refused = [
        (p().sessions_per_item(0), "sessions_per_item must be at least 1, got 0"),
        (p().neighbors(0), "neighbors must be at least 1, got 0"),
        (p().neighbors(70_000), "neighbors must be at most 65536, got 70000"),
        (p().last_items(0), "last_items must be at least 1, got 0"),
        (p().last_items(101), "last_items must be at most 100, got 101"),
        (p().match_idf(-1.0), "match_idf must be from 0 to 8, got -1"),
        (p().item_idf(f64::NAN), "item_idf must be from 0 to 8, got NaN"),
        (p().forward(1.5), "forward must be from 0 to 1, got 1.5"),
        (p().backward(-0.5), "backward must be from 0 to 1, got -0.5"),
        (p().half_life_days(Some(0.0)), "half_life_days must be above 0 and finite, got 0"),
        (p().last_item_weight(2.0), "last_item_weight must be from 0 to 1, got 2"),
        (p().kind_weights([1.0, 101.0]), "kind_weights must be from 0 to 100, got 101"),
        (p().min_sessions(0), "min_sessions must be at least 1, got 0"),
    ];
    for (params, message) in refused {
        assert_eq!(params.validate().unwrap_err().to_string(), message);
        assert!(matches!(params.fit(&sessions(&[])), Err(Error::Param(_))));
    }
    let rules = [
        (SequentialRules::params().max_steps(0), "max_steps must be at least 1, got 0"),
        (SequentialRules::params().max_steps(101), "max_steps must be at most 100, got 101"),
        (SequentialRules::params().min_sessions(0), "min_sessions must be at least 1, got 0"),
        (SequentialRules::params().kind_weights([-1.0]), "kind_weights must be from 0 to 100, got -1"),
    ];
    for (params, message) in rules {
        assert_eq!(params.validate().unwrap_err().to_string(), message);
    }
    assert!(matches!(Decay::parse("fast"), Err(ParamError::UnknownChoice { name: "decay", .. })));
    assert!(matches!(StepWeight::parse("fast"), Err(ParamError::UnknownChoice { name: "step_weight", .. })));
    assert_eq!(Decay::parse("inverse_square").unwrap(), Decay::InverseSquare);
    assert_eq!(StepWeight::parse("same").unwrap(), StepWeight::Same);

    let knn = SessionKnn::params().fit(&sessions(&[(1, 1, 0, 0), (1, 2, 1, 0)])).unwrap();
    let rules = SequentialRules::params().fit(&sessions(&[(1, 1, 0, 0), (1, 2, 1, 0)])).unwrap();
    assert_eq!(
        knn.recommend(["1"], 3).unwrap_err().to_string(),
        "item ids are integer here, got the string '1'"
    );
    assert!(rules.recommend(["1"], 3).is_err());
    let kinds = SessionOptions::new().kinds(Some(vec![0]));
    let error = knn.recommend_with([1, 2], 3, &kinds).unwrap_err();
    assert_eq!(error.to_string(), "kinds must be as many for the items of the session");
    let texts = Sessions::from_clicks([Click::new(1, "a", Time::from_micros(0))]).unwrap();
    assert!(matches!(knn.append(&texts), Err(Error::Intake(IntakeError::Append { .. }))));
    assert!(matches!(rules.append(&texts), Err(Error::Intake(IntakeError::Append { .. }))));
}

#[test]
fn an_empty_log_makes_a_model_that_says_nothing() {
    let empty = SessionKnn::params().fit(&sessions(&[])).unwrap();
    assert_eq!(empty.recommend([1], 3).unwrap().empty, Some(WhyEmpty::UnknownItems));
    assert_eq!(SessionKnn::from_bytes(&empty.to_bytes().unwrap()).unwrap(), empty);
    let one = sessions(&[(1, 1, 0, 0), (1, 2, 1, 0)]);
    assert_eq!(empty.append(&one).unwrap(), SessionKnn::params().fit(&one).unwrap());
    let rules = SequentialRules::params().fit(&sessions(&[])).unwrap();
    assert_eq!(rules.append(&one).unwrap(), SequentialRules::params().fit(&one).unwrap());
}

#[test]
fn old_sessions_that_no_item_refers_to_are_dropped() {
    let rows: Vec<Row> =
        (0..1_000).flat_map(|s| [(s, s % 5, 2 * s, 0), (s, 5 + s % 3, 2 * s + 1, 0)]).collect();
    let model = SessionKnn::params().sessions_per_item(10).fit(&sessions(&rows)).unwrap();
    assert!(model.n_kept() <= 80, "{}", model.n_kept());
    assert_eq!((model.n_sessions(), model.counts().iter().sum::<u32>()), (1_000, 2_000));
    assert!(model.n_bytes() < 3_000, "{}", model.n_bytes());
}

#[test]
fn an_event_log_is_fitted_as_its_sessions() {
    let rows = [
        ("a", "tea", "view", 0),
        ("a", "tea", "add_to_cart", 5),
        ("a", "", "search", 6),
        ("a", "cup", "view", 9),
        ("b", "pot", "impression", 20),
        ("c", "tea", "view", 30),
        ("c", "tea", "remove_from_cart", 31),
        ("c", "pot", "purchase", 40),
    ];
    let text = |pick: fn(&(&'static str, &'static str, &'static str, i64)) -> &'static str| {
        IdValues::Text(Values::new(rows.iter().map(pick).collect::<Vec<_>>()))
    };
    let batch = Batch::new(rows.len())
        .ids(Role::Session, text(|row| row.0))
        .and_then(|batch| batch.ids(Role::Item, text(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Kind, text(|row| row.2)))
        .and_then(|batch| {
            let seconds = rows.iter().map(|row| row.3).collect::<Vec<_>>();
            batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second))
        });
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    let log = builder.finish().unwrap();
    let click = |(session, item, kind, second): (&'static str, &'static str, &str, i64)| {
        let kind = EventKind::parse(kind).unwrap().code();
        Click::new(session, item, Time::from_micros(second * 1_000_000)).of_kind(kind)
    };
    // What was searched for, shown or put back is not a click; the pot is known by the purchase alone.
    let clicks = [0, 1, 3, 5, 7].map(|at| click(rows[at]));
    let sessions = Sessions::from_clicks(clicks).unwrap();
    assert_eq!(Sessions::from_events(&log).unwrap(), sessions);
    let weights = EventKind::ALL.map(|kind| if kind == EventKind::AddToCart { 3.0 } else { 1.0 });
    let params = SessionKnn::params().kind_weights(weights);
    assert_eq!(params.fit(&log).unwrap(), params.fit(&sessions).unwrap());
    let rules = SequentialRules::params();
    assert_eq!(rules.fit(&log).unwrap(), rules.fit(&sessions).unwrap());
}
