//! What comes next in a session, on real clicks and on generated ones.
//!
//! `sessions yoochoose` and `sessions bol`, with `KOSAR_DATA` naming the data folder, choose parameters on a validation part
//! and report them on the test part; `sessions speed [clicks] [items]` reports what a request costs on the clicks of a generated shop.
//!
//! The protocol: a test session is sorted by time, equal times by item. For every prefix of length 1 to n - 1 the next click
//! is the one target, and counts at its place among 20; an item that training does not know is a miss; items of the session may
//! be answered again; HR and MRR are means over all prefixes. Validation is the last day of training for yoochoose (those
//! sessions are held out), and its own file for bol. Nothing is chosen on the test part.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, reason = "files that are not as described end it")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::path::Path;
use std::time::Instant;

use kosar::data::{Click, EventOptions, Sessions};
use kosar::datasets::Shop;
use kosar::eval::{Cut, EvaluateOptions, NextItem, evaluate_sessions, split_sessions};
use kosar::session::{Decay, SequentialRules, SessionKnn, SessionKnnParams};
use kosar::{Control, Fit, Id, ItemIx, MICROS_PER_DAY, Time};

/// The length of a list.
const N: usize = 20;

/// Parts to choose on, and to report on: training and test of each.
struct Parts {
    valid: (Sessions, Sessions),
    test: (Sessions, Sessions),
    /// Hit rate and MRR by which the two are weighed.
    scale: (f64, f64),
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |at: usize, default: usize| words.get(at).map_or(default, |word| word.parse().unwrap());
    match words[..] {
        ["yoochoose"] => accuracy(&yoochoose()),
        ["bol"] => accuracy(&bol()),
        ["speed", ..] => speed(number(1, 10_000_000), number(2, 500_000)),
        _ => println!("sessions yoochoose | bol | speed [clicks] [items]"),
    }
}

fn yoochoose() -> Parts {
    let train = read("clicks_yoochoose/train.txt");
    let cut = Time::from_micros(train.times().last().unwrap().micros() - MICROS_PER_DAY);
    let valid = (train.before(cut), train.after(cut));
    Parts { valid, test: (train, read("clicks_yoochoose/test.txt")), scale: (0.431, 0.183) }
}

fn bol() -> Parts {
    let train = read("clicks_bol/train.txt");
    let valid = (train.clone(), read("clicks_bol/valid.txt"));
    Parts { valid, test: (train, read("clicks_bol/test.txt")), scale: (0.666, 0.341) }
}

fn read(name: &str) -> Sessions {
    let data = std::env::var("KOSAR_DATA").expect("KOSAR_DATA names the data folder");
    let text = std::fs::read_to_string(Path::new(&data).join(name)).unwrap();
    let click = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let time = kosar::TimeUnit::Second.time_f64(fields[2].parse().unwrap()).unwrap();
        (fields[0].parse::<i64>().unwrap(), fields[1].parse::<i64>().unwrap(), time)
    };
    let clicks = text.lines().skip(1).map(click);
    Sessions::from_clicks(clicks.map(|(session, item, time)| Click::new(session, item, time))).unwrap()
}

/// Hit rate and MRR of a model over all prefixes of the sessions.
fn evaluate(model: &dyn NextItem, test: &Sessions) -> (f64, f64) {
    let options = EvaluateOptions::at(N).n_resamples(0);
    let found = evaluate_sessions(model, test, &options, &Control::new()).unwrap();
    (found.hit_rate.value, found.mrr.value)
}

fn of_knn(params: &SessionKnnParams, (train, test): &(Sessions, Sessions)) -> (f64, f64) {
    evaluate(&params.fit(train).unwrap(), test)
}

/// One row of the report.
fn tell(name: &str, valid: (f64, f64), test: (f64, f64)) {
    println!("| {name} | {:.4} / {:.4} | {:.4} / {:.4} |", valid.0, valid.1, test.0, test.1);
}

fn accuracy(parts: &Parts) {
    let prefixes = |sessions: &Sessions| sessions.n_clicks() - sessions.len();
    println!("prefixes: validation {}, test {}", prefixes(&parts.valid.1), prefixes(&parts.test.1));
    println!("| | validation HR@20 / MRR@20 | test HR@20 / MRR@20 |\n|---|---|---|");
    for (name, params) in [
        ("association rules", SequentialRules::association()),
        ("association rules, repeats", SequentialRules::association().repeats(true)),
        ("sequential rules", SequentialRules::params()),
        ("sequential rules, repeats", SequentialRules::params().repeats(true)),
    ] {
        let of = |(train, test): &(Sessions, Sessions)| evaluate(&params.fit(train).unwrap(), test);
        tell(name, of(&parts.valid), of(&parts.test));
    }
    let plain = SessionKnn::params()
        .sessions_per_item(2_500)
        .neighbors(500)
        .decay(Decay::Linear)
        .match_idf(0.0)
        .forward(1.0)
        .backward(1.0)
        .half_life_days(None);
    let report = |name: &str, params: &SessionKnnParams| {
        tell(name, of_knn(params, &parts.valid), of_knn(params, &parts.test));
    };
    for own in [0.0, 1.0] {
        println!("| **last item weighs {own}** | | |");
        let plain = plain.clone().last_item_weight(own);
        report("as VMIS-kNN", &plain);
        let rare = plain.match_idf(2.0);
        report("+ rare matches count more", &rare);
        let harmonic = rare.decay(Decay::Harmonic);
        report("+ harmonic decay", &harmonic);
        let near = harmonic.forward(0.8).backward(0.75);
        report("+ nearness to the anchor", &near);
        let young = near.half_life_days(Some(30.0));
        report("+ half-life of 30 days", &young);
        report("+ 500 sessions, 200 neighbours (default)", &young.sessions_per_item(500).neighbors(200));
    }
    let (chosen, at) = choose(parts);
    println!("chosen on validation: {chosen:?}, {:.4} / {:.4}", at.0, at.1);
    report("chosen", &chosen);
    report("chosen, last item never", &chosen.last_item_weight(0.0));
}

/// A change of one parameter.
type Change = Box<dyn Fn(SessionKnnParams) -> SessionKnnParams>;

/// Coordinate by coordinate from the defaults, by hit rate and MRR on validation over their scales; until a round brings less
/// than a thousandth.
fn choose(parts: &Parts) -> (SessionKnnParams, (f64, f64)) {
    let value = |found: (f64, f64)| found.0 / parts.scale.0 + found.1 / parts.scale.1;
    let mut best = SessionKnn::params();
    let mut at = of_knn(&best, &parts.valid);
    loop {
        let before = value(at);
        for changes in coordinates() {
            let from = best.clone();
            for change in changes {
                let candidate = change(from.clone());
                let found = of_knn(&candidate, &parts.valid);
                if value(found) > value(at) {
                    (best, at) = (candidate, found);
                }
            }
        }
        if value(at) < before + 1e-3 {
            return (best, at);
        }
    }
}

fn coordinates() -> Vec<Vec<Change>> {
    fn each<T: Copy + 'static>(
        values: &[T],
        set: impl Fn(SessionKnnParams, T) -> SessionKnnParams + Copy + 'static,
    ) -> Vec<Change> {
        let change = |&value: &T| -> Change { Box::new(move |params| set(params, value)) };
        values.iter().map(change).collect()
    }
    vec![
        each(&[0.0, 0.5, 1.0], SessionKnnParams::last_item_weight),
        each(&[Decay::None, Decay::Linear, Decay::Harmonic, Decay::InverseSquare], SessionKnnParams::decay),
        each(&[0.0, 1.0, 2.0, 3.0, 4.0], SessionKnnParams::match_idf),
        each(&[0.0, 0.5, 1.0, 1.5], SessionKnnParams::item_idf),
        each(&[0.5, 0.6, 0.7, 0.8, 0.9, 1.0], SessionKnnParams::forward),
        each(&[0.0, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9], SessionKnnParams::backward),
        each(&[None, Some(7.0), Some(15.0), Some(30.0), Some(60.0)], SessionKnnParams::half_life_days),
        each(&[50, 100, 200, 500, 1_000], SessionKnnParams::neighbors),
        each(&[250, 500, 1_000, 2_500], SessionKnnParams::sessions_per_item),
        each(&[3, 5, 9, 15], SessionKnnParams::last_items),
    ]
}

fn speed(n_clicks: usize, n_items: usize) {
    let shop = Shop::params().lines((n_clicks / 50).max(100)).items(n_items).days(30).clicks(n_clicks);
    let events = shop.generate().unwrap().to_events(EventOptions::default()).unwrap();
    let (finished, later) = split_sessions(&events, Cut::Fraction(0.005)).unwrap();
    let [sessions, later] = [finished, later].map(|log| Sessions::from_events(&log).unwrap());
    drop(events);
    println!("{} clicks, {} sessions, {} items", sessions.n_clicks(), sessions.len(), sessions.items().len());
    let base = memory();
    let start = Instant::now();
    let model = SessionKnn::params().fit(&sessions).unwrap();
    println!(
        "fit {:.2} s; {} sessions kept; index {:.1} MB, {:.2} bytes a click; resident + {:.0} MB",
        start.elapsed().as_secs_f64(),
        model.n_kept(),
        model.n_bytes() as f64 / 1e6,
        model.n_bytes() as f64 / sessions.n_clicks() as f64,
        memory() - base,
    );
    let start = Instant::now();
    std::hint::black_box(model.append(&later).unwrap());
    println!("append of {} clicks: {:.2} s", later.n_clicks(), start.elapsed().as_secs_f64());
    let asked = requests(&later);
    for (m, k) in [(500, 200), (2_500, 500), (5_000, 1_000)] {
        let model = SessionKnn::params().sessions_per_item(m).neighbors(k).fit(&sessions).unwrap();
        latency(&format!("m {m}, k {k} ({:.1} MB)", model.n_bytes() as f64 / 1e6), &asked, &model);
    }
}

/// At most 20,000 beginnings of sessions, from all over.
fn requests(sessions: &Sessions) -> Vec<Vec<Id>> {
    let name = |item: &ItemIx| sessions.items().get(item.as_usize()).to_id();
    let beginnings = sessions.rows().iter().flat_map(|row| (1..row.len()).map(move |length| &row[..length]));
    let step = ((sessions.n_clicks() - sessions.len()) / 20_000).max(1);
    beginnings.step_by(step).take(20_000).map(|row| row.iter().map(name).collect()).collect()
}

/// One request at a time on this thread, 20 items with reasons; of each request the least time of three passes over all, so
/// that what other processes take does not count.
fn latency(name: &str, requests: &[Vec<Id>], model: &SessionKnn) {
    let run = |request: &Vec<Id>| {
        let start = Instant::now();
        let answer = model.recommend(request, N).unwrap();
        let elapsed = start.elapsed().as_secs_f64() * 1e6;
        (elapsed, answer.recommendations.len())
    };
    requests.iter().take(1_000).for_each(|request| {
        std::hint::black_box(run(request));
    });
    let passes: Vec<Vec<(f64, usize)>> = (0..3).map(|_| requests.iter().map(run).collect()).collect();
    let runs = &passes[0];
    let least = |at: usize| passes.iter().map(|pass| pass[at].0).fold(f64::INFINITY, f64::min);
    let mut times: Vec<f64> = (0..requests.len()).map(least).collect();
    times.sort_unstable_by(f64::total_cmp);
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1_000];
    let answered = runs.iter().map(|run| run.1).sum::<usize>() as f64 / runs.len() as f64;
    println!(
        "{name}: p50 {:.0} us, p90 {:.0} us, p99 {:.0} us, p99.9 {:.0} us; {answered:.1} items an answer",
        at(500),
        at(900),
        at(990),
        at(999)
    );
}

/// The memory that this process has now, in MB; 0 where the system does not tell.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1e3
}
