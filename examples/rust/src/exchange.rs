//! One model file, three languages: `exchange save FOLDER` fits and saves, `exchange ask FOLDER` loads and answers.
//!
//! `examples/exchange.sh` runs this in Rust, Python and Node: the files are equal byte for byte, and so are the answers.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::path::Path;

use kosar::cluster::CustomerClusters;
use kosar::data::{EventOptions, LogOptions};
use kosar::datasets::Shop;
use kosar::lifecycle::Lifecycle;
use kosar::next_basket::NextBasket;
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::Recommendation;
use kosar::replenish::Replenishment;
use kosar::rfm::Rfm;
use kosar::rule::AssociationRules;
use kosar::similarity::ItemSimilarity;
use kosar::visits::{VisitQuery, Visits};
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
    let shop = Shop::params().lines(20_000).seed(7).clicks(40_000).generate()?;
    let (log, catalog) = (shop.to_log(LogOptions::default())?, shop.to_catalog()?);
    AssociationRules::params(0.002).min_confidence(0.2).fit(&log)?.save(folder.join("rules.kosar"))?;
    ItemSimilarity::params().neighbors(50).fit(&log)?.save(folder.join("similarity.kosar"))?;
    Rfm::params().fit(&log)?.save(folder.join("rfm.kosar"))?;
    Lifecycle::params().lost(0.95).fit(&log)?.save(folder.join("lifecycle.kosar"))?;
    CustomerClusters::params(4).seed(1).fit(&log)?.save(folder.join("clusters.kosar"))?;
    let customers: Vec<String> =
        log.customers().map_or_else(Vec::new, |ids| ids.iter().map(|id| id.to_string()).collect());
    let groups = customers.iter().map(|id| (id.as_str(), &id[id.len() - 1..]));
    let popular = Popularity::params().half_life_days(Some(30.0)).trend_days(28.0).baseline_days(84.0);
    popular.fit(&log)?.with_groups("last", groups)?.save(folder.join("popularity.kosar"))?;
    NextBasket::params().neighbors(50).fit(&log)?.save(folder.join("next_basket.kosar"))?;
    let again = Replenishment::params().coverage(0.5).fit(&(&log, &catalog))?;
    again.save(folder.join("replenishment.kosar"))?;
    Visits::new(&shop.to_events(EventOptions::default())?, Some(&log))?.save(folder.join("visits.kosar"))
}

fn ask(folder: &Path) -> Result<()> {
    let kinds = [
        "rules",
        "similarity",
        "rfm",
        "lifecycle",
        "clusters",
        "popularity",
        "next_basket",
        "replenishment",
        "visits",
    ];
    for kind in kinds {
        match Model::load(folder.join(format!("{kind}.kosar")))? {
            Model::AssociationRules(rules) => show("rules", &rules.recommend(["KIT-0035", "CAN-0023"], 5)?),
            Model::ItemSimilarity(similarity) => {
                show("similar", &similarity.similar("KIT-0035", 5)?);
                show("customer", &similarity.recommend_for_customer("C00003", 5)?);
            }
            Model::Rfm(rfm) => println!("segment {}", rfm.customer("C00003")?.segment),
            Model::Lifecycle(stages) => {
                let one = stages.customer("C00003")?;
                let rhythm = one.rhythm_days.unwrap_or(f64::NAN);
                println!("stage {} {rhythm:.12} {}", one.stage, one.silence_days.unwrap_or(-1));
            }
            Model::CustomerClusters(clusters) => println!("cluster {}", clusters.cluster("C00003")?),
            Model::Popularity(popular) => {
                show("popular", &popular.recommend_in(5, &PopularityOptions::new().group(("last", "7")))?);
                show("trending", &popular.trending(5)?);
            }
            Model::NextBasket(basket) => show("next", &basket.recommend_for_customer("C00003", 5)?),
            Model::Replenishment(again) => {
                for due in again.buy_again("C00003", again.end(), 5)? {
                    println!("due {} {} {:.12} {}", due.item, due.due, due.probability, due.basis.word());
                }
            }
            Model::Visits(visits) => {
                for seen in visits.recently_viewed(&VisitQuery::customer("C00003"), 5)? {
                    println!("seen {} {} {}", seen.item, seen.kind, seen.views);
                }
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
