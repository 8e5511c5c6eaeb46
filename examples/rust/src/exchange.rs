//! One model file, three languages: `exchange save FOLDER` fits and saves, `exchange ask FOLDER` loads and answers.
//!
//! `examples/exchange.sh` runs this in Rust, Python and Node: the files are equal byte for byte, and so are the answers.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::path::Path;

use kosar::cluster::CustomerClusters;
use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::Recommendation;
use kosar::rfm::Rfm;
use kosar::rule::AssociationRules;
use kosar::similarity::ItemSimilarity;
use kosar::{Fit, Model, Persist, Result};

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(what), Some(folder)) = (words.next(), words.next()) else {
        println!("usage: exchange save|ask FOLDER");
        return Ok(());
    };
    if what == "save" { save(folder.as_ref()) } else { ask(folder.as_ref()) }
}

fn save(folder: &Path) -> Result<()> {
    let log = Shop::params().lines(20_000).seed(7).generate()?.to_log(LogOptions::default())?;
    AssociationRules::params(0.002).min_confidence(0.2).fit(&log)?.save(folder.join("rules.kosar"))?;
    ItemSimilarity::params().neighbors(50).fit(&log)?.save(folder.join("similarity.kosar"))?;
    Rfm::params().fit(&log)?.save(folder.join("rfm.kosar"))?;
    CustomerClusters::params(4).seed(1).fit(&log)?.save(folder.join("clusters.kosar"))?;
    let customers: Vec<String> =
        log.customers().map_or_else(Vec::new, |ids| ids.iter().map(|id| id.to_string()).collect());
    let groups = customers.iter().map(|id| (id.as_str(), &id[id.len() - 1..]));
    let popular = Popularity::params().half_life_days(Some(30.0)).trend_days(28.0).baseline_days(84.0);
    popular.fit(&log)?.with_groups("last", groups)?.save(folder.join("popularity.kosar"))
}

fn ask(folder: &Path) -> Result<()> {
    for file in ["rules.kosar", "similarity.kosar", "rfm.kosar", "clusters.kosar", "popularity.kosar"] {
        match Model::load(folder.join(file))? {
            Model::AssociationRules(rules) => show("rules", &rules.recommend(["KIT-0035", "CAN-0023"], 5)?),
            Model::ItemSimilarity(similarity) => {
                show("similar", &similarity.similar("KIT-0035", 5)?);
                show("customer", &similarity.recommend_for_customer("C00003", 5)?);
            }
            Model::Rfm(rfm) => println!("segment {}", rfm.customer("C00003")?.segment),
            Model::CustomerClusters(clusters) => println!("cluster {}", clusters.cluster("C00003")?),
            Model::Popularity(popular) => {
                show("popular", &popular.recommend_in(5, &PopularityOptions::new().group(("last", "7")))?);
                show("trending", &popular.trending(5)?);
            }
            _ => println!("another model"),
        }
    }
    Ok(())
}

fn show(what: &str, found: &[Recommendation]) {
    for recommendation in found {
        println!("{what} {} {:.12} {}", recommendation.item, recommendation.score, recommendation.reason);
    }
}
