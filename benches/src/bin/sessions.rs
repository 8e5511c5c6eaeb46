//! What comes next in a session, on real clicks and on generated ones.
//!
//! `sessions yoochoose` and `sessions bol`, with `KOSAR_DATA` naming the data folder, choose parameters on a validation part
//! and report them on the test part; `sessions speed [clicks] [items]` reports what a request costs on generated clicks.
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

use kosar::data::{Click, Rows, Sessions, Vocabulary};
use kosar::rank::Scored;
use kosar::session::{Decay, SequentialRules, SessionKnn, SessionKnnParams};
use kosar::{Fit, ItemIx, MICROS_PER_DAY, Time};
use rayon::prelude::*;

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

/// Hit rate and MRR over all prefixes of the sessions.
fn evaluate(
    items: &Vocabulary,
    test: &Sessions,
    rank: impl Fn(&[ItemIx]) -> Vec<Scored> + Sync,
) -> (f64, f64) {
    let known: Vec<Option<ItemIx>> =
        test.items().iter().map(|id| items.position(id).map(ItemIx::new)).collect();
    let of_session = |session: usize| -> Vec<f64> {
        let clicks: Vec<Option<ItemIx>> =
            test.rows().row(session).iter().map(|item| known[item.as_usize()]).collect();
        let gain = |length: usize| {
            let Some(target) = clicks[length] else { return 0.0 };
            let prefix: Vec<ItemIx> = clicks[..length].iter().flatten().copied().collect();
            let place = rank(&prefix).iter().position(|scored| scored.item == target);
            place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
        };
        (1..clicks.len()).map(gain).collect()
    };
    // Sessions in order, so the sum does not depend on threads.
    let gains: Vec<f64> = (0..test.len()).into_par_iter().map(of_session).collect::<Vec<_>>().concat();
    let n = gains.len() as f64;
    (gains.iter().filter(|&&gain| gain > 0.0).count() as f64 / n, gains.iter().sum::<f64>() / n)
}

fn of_knn(params: &SessionKnnParams, (train, test): &(Sessions, Sessions)) -> (f64, f64) {
    let model = params.fit(train).unwrap();
    evaluate(model.items(), test, |prefix| model.rank(prefix, N))
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
        let of = |(train, test): &(Sessions, Sessions)| {
            let model = params.fit(train).unwrap();
            evaluate(model.items(), test, |prefix| model.rank(prefix, N))
        };
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

/// Random numbers that are the same everywhere: `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Clicks with coherent sessions: the first is drawn by weights 1 / (rank + 10)^0.9; each further one is with probability 0.7 within
/// some tens of places of one before (in an order of items that has nothing to do with rank), with 0.1 that one again, else
/// drawn anew. A session goes on with probability 0.8, so it has 5 clicks on average.
struct Generator {
    /// Running sums of the weights.
    sums: Vec<f64>,
    /// The item of each rank, and the other way round.
    item: Vec<u32>,
    random: Random,
}

impl Generator {
    fn new(n_items: usize, seed: u64) -> Self {
        let mut sum = 0.0;
        let weight = |rank: usize| (rank as f64 + 10.0).powf(-0.9);
        let sums = (0..n_items).map(|rank| {
            sum += weight(rank);
            sum
        });
        let sums = sums.collect();
        // The same shuffle for any seed.
        let mut shuffle = Random(7);
        let mut item: Vec<u32> = (0..u32::try_from(n_items).unwrap()).collect();
        for at in (1..n_items).rev() {
            let other = usize::try_from(shuffle.next() % (at as u64 + 1)).unwrap();
            item.swap(at, other);
        }
        Self { sums, item, random: Random(seed) }
    }

    fn draw(&mut self) -> u32 {
        let at = self.random.share() * self.sums[self.sums.len() - 1];
        self.item[self.sums.partition_point(|&sum| sum <= at).min(self.item.len() - 1)]
    }

    fn session(&mut self, clicks: &mut Vec<ItemIx>) {
        clicks.clear();
        let n = self.item.len() as u64;
        let mut at = self.draw();
        clicks.push(ItemIx::from_u32(at));
        while clicks.len() < 200 && self.random.share() < 0.8 {
            let kind = self.random.share();
            if kind < 0.7 {
                // About as many near as far: the product of two uniform numbers.
                let (a, b) = (self.random.next() % 8, self.random.next() % 8);
                let forward = self.random.next().is_multiple_of(2);
                let step = 1 + a * b;
                let next = if forward { u64::from(at) + step } else { u64::from(at) + n - step };
                at = u32::try_from(next % n).unwrap();
            } else if kind >= 0.8 {
                at = self.draw();
            }
            clicks.push(ItemIx::from_u32(at));
        }
    }
}

fn speed(n_clicks: usize, n_items: usize) {
    let sessions = generate(n_clicks, n_items, 1);
    let n_clicks = sessions.n_clicks();
    println!("{n_clicks} clicks, {} sessions, {n_items} items", sessions.len());
    let base = memory();
    let start = Instant::now();
    let model = SessionKnn::params().fit(&sessions).unwrap();
    println!(
        "fit {:.2} s; {} sessions kept; index {:.1} MB, {:.2} bytes a click; resident + {:.0} MB",
        start.elapsed().as_secs_f64(),
        model.n_kept(),
        model.n_bytes() as f64 / 1e6,
        model.n_bytes() as f64 / n_clicks as f64,
        memory() - base,
    );
    let later = generate(n_clicks / 100, n_items, 2);
    let start = Instant::now();
    std::hint::black_box(model.append(&later).unwrap());
    println!("append of {} clicks: {:.2} s", later.n_clicks(), start.elapsed().as_secs_f64());
    for (m, k) in [(500, 200), (2_500, 500), (5_000, 1_000)] {
        let model = SessionKnn::params().sessions_per_item(m).neighbors(k).fit(&sessions).unwrap();
        latency(&format!("m {m}, k {k} ({:.1} MB)", model.n_bytes() as f64 / 1e6), n_items, &model);
    }
}

/// Prefixes of new sessions, one request at a time on this thread, 20 items with reasons; of each request the least time of
/// three passes over all, so that what other processes take does not count.
fn latency(name: &str, n_items: usize, model: &SessionKnn) {
    let mut generator = Generator::new(n_items, 3);
    let mut clicks = Vec::new();
    let mut requests: Vec<Vec<i64>> = Vec::new();
    while requests.len() < 20_000 {
        generator.session(&mut clicks);
        for length in 1..clicks.len() {
            requests.push(clicks[..length].iter().map(|item| i64::from(item.as_u32())).collect());
        }
    }
    let run = |request: &Vec<i64>| {
        let start = Instant::now();
        let answer = model.recommend(request.iter().copied(), N).unwrap();
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

fn generate(n_clicks: usize, n_items: usize, seed: u64) -> Sessions {
    let mut generator = Generator::new(n_items, seed);
    let (mut rows, mut times, mut clicks) = (Rows::default(), Vec::new(), Vec::new());
    while rows.values().len() < n_clicks {
        generator.session(&mut clicks);
        // 30 days for 2,000,000 sessions, wherever it begins.
        let n = i64::try_from(rows.len()).unwrap() + 3_000_000 * i64::try_from(seed).unwrap();
        times.push(Time::from_micros(n * (30 * MICROS_PER_DAY / 2_000_000)));
        rows.push(clicks.iter().copied());
    }
    let items = Vocabulary::from_sorted_ints((0..i64::try_from(n_items).unwrap()).collect()).unwrap();
    Sessions::from_parts(items, rows, None, times).unwrap()
}

/// The memory that this process has now, in MB; 0 where the system does not tell.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1e3
}
