//! The evaluation of models of sessions, beside a brute force and figures worked by hand.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use kosar::data::{Click, EventOptions, Sessions};
use kosar::datasets::Shop;
use kosar::eval::{EvaluateOptions, PopularInSessions, evaluate_sessions};
use kosar::session::SessionKnn;
use kosar::{Control, Error, Fit, Time};

fn sessions(rows: &[&[&str]]) -> Sessions {
    let clicks = (0_i64..).zip(rows).flat_map(|(session, row)| {
        (0_i64..)
            .zip(*row)
            .map(move |(at, &item)| Click::new(session, item, Time::from_micros(session * 100 + at)))
    });
    Sessions::from_clicks(clicks).unwrap()
}

/// Clicks of a shop: the earlier nine tenths of the sessions, and the rest.
fn parts() -> (Sessions, Sessions) {
    let shop = Shop::params().lines(2_000).items(60).clicks(20_000).generate().unwrap();
    let all = Sessions::from_events(&shop.to_events(EventOptions::default()).unwrap()).unwrap();
    let cut = all.times()[all.len() * 9 / 10];
    (all.before(cut), all.after(cut))
}

#[test]
fn popular_items_are_hit_at_their_places() {
    let train = sessions(&[&["a", "b"], &["a", "c"], &["a", "b", "b"], &["b"]]);
    // In 3 sessions each: a, then b by its id; then c. The model does not know z.
    let model = PopularInSessions::new(&train);
    let test = sessions(&[&["a", "a", "c", "z"], &["b"], &["z", "b"]]);
    let found = evaluate_sessions(&model, &test, &EvaluateOptions::at(2), &Control::new()).unwrap();
    assert_eq!((found.n, found.hit_rate.value), (4, 0.5));
    assert!((found.mrr.value - 1.5 / 4.0).abs() < 1e-12);
    assert!(found.to_string().starts_with("hit_rate@2             0.5000  [0"), "{found}");
    assert!(found.to_string().ends_with("]  n 4"), "{found}");
    let longer = evaluate_sessions(&model, &test, &EvaluateOptions::at(3), &Control::new()).unwrap();
    assert!((longer.hit_rate.value - 0.75).abs() < 1e-12);
}

#[test]
fn prefixes_of_every_session_are_asked_as_a_brute_force_does() {
    let (train, test) = parts();
    let model = SessionKnn::params().last_item_weight(1.0).fit(&train).unwrap();
    let found = evaluate_sessions(&model, &test, &EvaluateOptions::at(5), &Control::new()).unwrap();
    let (mut n, mut hits, mut gains) = (0.0, 0.0, 0.0);
    for row in test.rows().iter() {
        let ids: Vec<_> = row.iter().map(|item| test.items().get(item.as_usize()).to_id()).collect();
        for length in 1..ids.len() {
            let answer = model.recommend(&ids[..length], 5).unwrap().recommendations;
            n += 1.0;
            if let Some(place) = answer.iter().position(|one| one.item == ids[length]) {
                hits += 1.0;
                gains += 1.0 / (place + 1) as f64;
            }
        }
    }
    assert!(n > 500.0 && hits > 50.0, "{n} {hits}");
    assert!((found.n as f64 - n).abs() < 0.5);
    assert!((found.hit_rate.value - hits / n).abs() < 1e-12);
    assert!((found.mrr.value - gains / n).abs() < 1e-12);
    assert!(found.hit_rate.low < found.hit_rate.value && found.hit_rate.value < found.hit_rate.high);
}

#[test]
fn differences_are_paired_and_refused_for_other_sessions() {
    let (train, test) = parts();
    let (options, control) = (EvaluateOptions::at(10), Control::new());
    let knn = SessionKnn::params().last_item_weight(1.0).fit(&train).unwrap();
    let knn = evaluate_sessions(&knn, &test, &options, &control).unwrap();
    let popular = evaluate_sessions(&PopularInSessions::new(&train), &test, &options, &control).unwrap();
    let (hit_rate, mrr) = knn.minus(&popular, &control).unwrap();
    assert!((hit_rate.value - (knn.hit_rate.value - popular.hit_rate.value)).abs() < 1e-12);
    assert!(mrr.low <= mrr.value && mrr.value <= mrr.high);
    let (none, _) = knn.minus(&knn, &control).unwrap();
    assert_eq!((none.value, none.low, none.high), (0.0, 0.0, 0.0));
    let other = evaluate_sessions(&PopularInSessions::new(&train), &train, &options, &control).unwrap();
    assert!(matches!(knn.minus(&other, &control), Err(Error::Param(_))));
    // As many sessions of the same lengths, but of other clicks; and another k.
    let model = PopularInSessions::new(&train);
    let of = |test: &Sessions, k| evaluate_sessions(&model, test, &EvaluateOptions::at(k), &control).unwrap();
    let one = of(&sessions(&[&["a", "b"], &["c", "d", "e"]]), 10);
    let refused = |other| one.minus(&other, &control).unwrap_err().to_string();
    for rows in [[&["a", "z"][..], &["c", "d", "e"]], [&["a", "b"], &["c", "e", "d"]]] {
        assert_eq!(
            refused(of(&sessions(&rows), 10)),
            "other must be an evaluation of the same test sessions for a difference"
        );
    }
    let again = sessions(&[&["a", "b"], &["c", "d", "e"]]);
    assert_eq!(refused(of(&again, 9)), "other must be an evaluation of the same k for a difference");
    // The vocabulary may have more items.
    let longer = sessions(&[&["a", "b"], &["c", "d", "e"], &["0"]]);
    assert!(one.minus(&of(&longer.before(longer.times()[2]), 10), &control).is_ok());
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let train = sessions(&[&["a", "b"]]);
    let (model, control) = (PopularInSessions::new(&train), Control::new());
    assert!(evaluate_sessions(&model, &train, &EvaluateOptions::at(0), &control).is_err());
    let numbers = Sessions::from_clicks([Click::new(1, 7, Time::from_micros(1))]).unwrap();
    let error = evaluate_sessions(&model, &numbers, &EvaluateOptions::at(5), &control).unwrap_err();
    assert!(matches!(error, Error::Id(_)), "{error}");
    let single = sessions(&[&["a"]]);
    let found = evaluate_sessions(&model, &single, &EvaluateOptions::at(5), &control).unwrap();
    assert!(found.n == 0 && found.mrr.value.is_nan() && found.mrr.low.is_nan());
}
