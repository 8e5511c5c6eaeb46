//! What resembles what, and what a customer should see because of it: a tour of item similarity.

use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::rank::Recommendation;
use kosar::similarity::{ItemSimilarity, RecommendOptions, Side};
use kosar::{Fit, Persist};

#[allow(clippy::print_stdout, reason = "an example")]
fn show(title: &str, found: &[Recommendation]) {
    println!("\n{title}");
    for one in found {
        println!("  {}  {:.3}  {}", one.item, one.score, one.reason);
    }
}

fn main() -> kosar::Result<()> {
    let log = Shop::params().lines(50_000).seed(7).generate()?.to_log(LogOptions::default())?;
    let (item, customer) = ("BAT-0001", "C00003");

    // By default: cosine over customers, 100 neighbours an item.
    let model = ItemSimilarity::params().fit(&log)?;
    show(&format!("like {item}"), &model.similar(item, 3)?);
    let found = model.recommend_for_customer(customer, 3)?;
    show(&format!("for {customer}"), &found);

    // Filters act before the selection: asking for three gives three wherever three remain.
    let without = RecommendOptions::new().exclude([found[0].item.clone()]);
    show("without the first", &model.recommend_for_customer_with(customer, 3, &without)?);

    // Customers with many items say less, pairs with few customers too, and candidates choose their neighbours.
    let tuned = ItemSimilarity::params().side(Side::Target).user_exponent(-1.0).shrinkage(10.0).fit(&log)?;
    show(&format!("for {customer}, tuned"), &tuned.recommend_for_customer(customer, 3)?);

    // Someone wants to be forgotten: the model that a fit without them would give, to the byte.
    let forgot = model.forget(customer)?;
    let fitted = ItemSimilarity::params().fit(&log.forget(customer)?)?;
    assert_eq!(forgot.to_bytes()?, fitted.to_bytes()?);
    Ok(())
}
