//! Clusters of customers: by what, in how many, what they are, who is unlike their own, and what comes later. See
//! `examples/python/clusters.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::cluster::{CustomerClusters, Feature, NClusters};
use kosar::data::{Cell, LogOptions};
use kosar::datasets::Shop;
use kosar::{Fit, Time};

fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(6_000).seed(5).generate()?;
    let (log, catalog) = (shop.to_log(LogOptions::default())?, shop.to_catalog()?);
    let earlier = log.before(Time::parse("2025-11-01")?)?;

    let features = [
        Feature::Recency,
        Feature::Frequency,
        Feature::Tenure,
        Feature::OrderValue,
        Feature::BasketSize,
        Feature::Categories,
    ];
    let params = |n_clusters: NClusters| {
        let params = CustomerClusters::params(n_clusters).features(features).max_categories(3);
        params.n_init(4).seed(1).outlier_mads(2.0)
    };
    let auto = params(NClusters::Among { min: 2, max: 5 }).resamples(4).references(3);
    let model = auto.fit(&(&earlier, &catalog))?;
    println!("1. How many clusters");
    for one in model.evidence() {
        let (gap, stability) = (one.gap.unwrap_or(f64::NAN), one.stability.unwrap_or(f64::NAN));
        let chosen = if one.chosen { " <- chosen" } else { "" };
        println!(
            "  {}: silhouette {:.3}, gap {gap:.3}, stability {stability:.3}{chosen}",
            one.n_clusters, one.silhouette
        );
    }

    println!("\n2. What they are");
    let profiles = model.profiles();
    for profile in &profiles {
        println!("  {}: {} ({} customers)", profile.cluster, profile.name, profile.figures.customers);
    }
    for one in profiles.iter().take(1).flat_map(|profile| profile.features.iter().take(2)) {
        println!("  {}: {} {:.1}, of all {:.1}", profiles[0].cluster, one.feature, one.mean, one.mean_of_all);
    }

    println!("\n3. Who is unlike their own");
    let table = model.table();
    let cell = |name: &str, row| table.column(name).map(|column| column.cell(row));
    let outliers = (0..table.len()).filter(|&row| cell("outlier", row) == Some(Cell::Bool(true)));
    for row in outliers.take(3) {
        if let (Some(Cell::Id(customer)), Some(Cell::Float(distance)), Some(Cell::Int(cluster))) =
            (cell("customer", row), cell("distance", row), cell("cluster", row))
        {
            println!("  {customer}: {distance:.2} from the centre of {cluster}");
        }
    }

    println!("\n4. Where customers stand two months later");
    let later = model.assign(&log, Some(&catalog), None)?;
    let clusters = later.column("cluster").map(|column| (0..column.len()).map(|row| column.cell(row)));
    let moved = (0..later.len()).zip(clusters.into_iter().flatten()).filter(|(row, now)| {
        let customer = &later.ids("customer", *row)[0];
        model.cluster(customer).is_ok_and(|before| *now != Cell::Int(i64::from(before)))
    });
    let (moved, new) = (moved.count(), later.len() - table.len());
    println!("  {} customers, {new} of them new; {moved} of the others moved", later.len());

    println!("\n5. Fitted anew, clusters keep what they are called");
    let again = params((model.n_clusters() + 1).into()).fit(&(&log, &catalog))?.with_ids_of(&model)?;
    let sorted = |ids: &[u32]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    println!("  {:?} before, {:?} now", sorted(model.ids()), sorted(again.ids()));
    Ok(())
}
