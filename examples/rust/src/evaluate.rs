//! Is the model any good? A split in time, parameters chosen inside the training part, models beside the most popular items:
//! `cargo run --release -p kosar-examples --bin evaluate`. Generated data; the same answers every time.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::eval::{
    Cut, EvaluateOptions, Metric, Recommend, Recommended, SplitOptions, SplitRule, TuneOptions, compare,
    grid_positions, temporal_split, tune,
};
use kosar::popularity::Popularity;
use kosar::similarity::{ItemSimilarity, Measure};
use kosar::{Control, Fit};

fn main() -> kosar::Result<()> {
    let log = Shop::params().lines(50_000).seed(7).generate()?.to_log(LogOptions::default())?;

    // What was ordered in the last 60 days is asked for; models see what came before, and nothing else.
    let split = temporal_split(&log, Cut::LastDays(60.0), &SplitOptions::new())?;
    println!("{split}\n");

    // Parameters are chosen on a second split, inside the training part.
    let (neighbors, measures) = ([10, 50, 200], [Measure::Cosine, Measure::Jaccard]);
    let points = grid_positions(&[neighbors.len(), measures.len()], None, 0)?;
    let make =
        |at: &Vec<usize>| ItemSimilarity::params().neighbors(neighbors[at[0]]).measure(measures[at[1]]);
    let metric: Metric = "ndcg@10".parse()?;
    let options = TuneOptions::new(SplitRule::Temporal(Cut::LastDays(60.0)), metric);
    let tuning = tune(&points, make, split.train(), &options, &Control::new())?;
    let best = &points[tuning.best()];
    println!("best of {}: {} neighbours by {:?}\n", points.len(), neighbors[best[0]], measures[best[1]]);

    // Models on the same customers. Lists that another program made stand beside ours.
    let similar = make(best).fit(split.train())?;
    let recent = Popularity::params().half_life_days(Some(30.0)).fit(split.train())?;
    let bestsellers: Vec<_> = recent.recommend(10).into_iter().map(|found| found.item).collect();
    let theirs = Recommended::from_lists(split.customers().iter().map(|customer| (customer, &bestsellers)))?;
    let models: [(&str, &dyn Recommend); 3] =
        [("similar", &similar), ("recent", &recent), ("bestsellers of the month", &theirs)];
    let comparison = compare(&models, &split, &EvaluateOptions::at(10), &Control::new())?;
    for name in comparison.names() {
        let estimate = comparison.evaluation(name)?.estimate(metric)?;
        let difference = comparison.difference(name, "popularity", metric)?;
        println!("{name:<26}{estimate}  {:+.4} {}", difference.value, difference.verdict);
    }
    Ok(())
}
