//! How long the neighbours of all items take, from a matrix in a file.
//!
//! The file holds, little-endian: numbers of customers and items (u64 each), where each row begins and the last one ends
//! (u64), the items of all rows (u32). `cargo run --release -p kosar-benches --bin neighbors FILE [RUNS [K [WHAT]]]`.

use std::error::Error;
use std::time::Instant;

use kosar::Fit;
use kosar::data::Interactions;
use kosar::similarity::{ItemSimilarity, Measure, Side};

#[allow(clippy::print_stdout, reason = "a program that reports")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let bytes = std::fs::read(arguments.next().ok_or("name a file")?)?;
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let (runs, k) = (number(5)?, number(100)?);
    let what = arguments.next().unwrap_or_default();
    let long = |at: usize| u64::from_le_bytes(bytes[8 * at..8 * at + 8].try_into().expect("eight bytes"));
    let (n_customers, n_items) = (usize::try_from(long(0))?, usize::try_from(long(1))?);
    let indptr: Vec<usize> =
        (0..=n_customers).map(|row| usize::try_from(long(2 + row))).collect::<Result<_, _>>()?;
    let start = 8 * (3 + n_customers);
    let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let indices: Vec<u32> = bytes[start..].chunks_exact(4).map(word).collect();
    let matrix = Interactions::from_csr((n_customers, n_items), &indptr, &indices, None)?;
    let params = ItemSimilarity::params().neighbors(k).max_history(None);
    let params = match what.as_str() {
        "target" => params.side(Side::Target),
        "weighted" => params.user_exponent(-0.5),
        "jaccard" => params.measure(Measure::Jaccard),
        "llr" => params.measure(Measure::LogLikelihood),
        _ => params,
    };
    let mut times = Vec::new();
    for _ in 0..runs {
        let begin = Instant::now();
        let model = params.fit(&matrix)?;
        times.push(begin.elapsed().as_secs_f64());
        std::hint::black_box(&model);
    }
    times.sort_unstable_by(f64::total_cmp);
    println!("fit: median {:.3} s, least {:.3} s", times[runs / 2], times[0]);
    let model = params.fit(&matrix)?;
    let begin = Instant::now();
    let all = model.recommend_all(20)?;
    println!("recommend_all(20): {:.3} s, {} slots", begin.elapsed().as_secs_f64(), all.items().len());
    let mut times: Vec<f64> = (0..20_000.min(n_customers))
        .map(|at| {
            let customer = i64::try_from(at * 7919 % n_customers).unwrap_or(0);
            let begin = Instant::now();
            std::hint::black_box(model.recommend_for_customer(customer, 20).map(|found| found.len())).ok();
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    println!("request: p50 {:.1} us, p99 {:.1} us", times[times.len() / 2], times[times.len() * 99 / 100]);
    Ok(())
}
