//! The next basket of a customer: what they buy again, and what is new to them. See `examples/python/next_basket.py`.

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use kosar::datasets::Shop;
use kosar::eval::{EvaluateOptions, SplitOptions, compare, leave_last_basket};
use kosar::next_basket::{NextBasket, NextBasketOptions, NextBasketParams, Novelty};
use kosar::rank::{ItemFilter, Recommendation};
use kosar::{Control, Fit, OrderLog, TimeUnit};

/// Twelve customers come every third day: some always need milk, tea and jam come round, soap is bought once.
fn orders() -> kosar::Result<OrderLog> {
    let (mut who, mut order, mut what, mut at) = (vec![], vec![], vec![], vec![]);
    for i in 0..12_i64 {
        for visit in 0..6_i64 {
            let basket = [
                ("milk", i % 2 == 0),
                ("bread", (i + visit) % 2 == 0),
                ("tea", i % 3 == 0 && visit % 2 == 1),
                ("jam", i % 3 == 1 && visit % 3 == 0),
                ("beans", i * visit % 5 == 1),
                ("soap", visit == i % 4),
            ];
            for (item, _) in basket.into_iter().filter(|one| one.1) {
                who.push(format!("c{i:02}"));
                order.push(format!("{i}-{visit}"));
                what.push(item);
                at.push(3 * visit * 86_400);
            }
        }
    }
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(
        &Batch::new(at.len())
            .ids(Role::Customer, IdValues::Text(who.iter().map(|word| Some(word.as_str())).collect()))?
            .ids(Role::Order, IdValues::Text(order.iter().map(|word| Some(word.as_str())).collect()))?
            .ids(Role::Item, IdValues::Text(Values::new(what)))?
            .time(TimeValues::Int(Values::new(at), TimeUnit::Second))?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn show(found: &[Recommendation]) {
    for found in found {
        println!("  {} ({:.3}): {}", found.item, found.score, found.reason);
    }
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let log = orders()?;
    // In so small a shop; 300 by default.
    let model = NextBasket::params().neighbors(2).fit(&log)?;
    println!("1. The next basket of c00");
    show(&model.recommend_for_customer("c00", 4)?);

    println!("\n2. What c00 buys again, and what is new to them");
    for novelty in [Novelty::Repeat, Novelty::Explore] {
        let options = NextBasketOptions::new().novelty(Some(novelty));
        show(&model.recommend_for_customer_with("c00", 2, &options)?);
    }

    println!("\n3. Of what is in stock, without milk");
    let filter = ItemFilter::new().only(Some(["milk", "tea", "jam"])).exclude(["milk"]);
    show(&model.recommend_for_customer_with("c00", 2, &NextBasketOptions::new().filter(filter))?);

    println!("\n4. Someone with two baskets, whom the model does not know");
    show(&model.recommend_for_baskets([vec!["tea", "soap"], vec!["tea"]], 3, &NextBasketOptions::new())?);

    println!("\n5. All customers");
    let all = model.recommend_all(2)?;
    for (customer, row) in model.customers().iter().zip(all.items().chunks(2)) {
        let items: Vec<String> =
            row.iter().flatten().map(|item| model.items().get(item.as_usize()).to_string()).collect();
        println!("  {customer}: {}", items.join(", "));
    }

    println!("\n6. Recall of ten items in the last basket of each customer of a larger shop");
    // Repeats are asked for too. In a generated shop nobody's taste changes, so that past frequency alone tells much.
    let shop = Shop::params().lines(20_000).seed(7).generate()?.to_log(LogOptions::default())?;
    let split = leave_last_basket(&shop, &SplitOptions::new().new_items_only(false))?;
    let (blend, top) =
        (NextBasket::params().fit(split.train())?, NextBasketParams::top_frequency().fit(split.train())?);
    let options = EvaluateOptions::at(10).metrics(["recall@10".parse()?]).n_resamples(0);
    let found = compare(&[("blend", &blend), ("top frequency", &top)], &split, &options, &Control::new())?;
    for name in found.names() {
        println!("  {name}: {:.3}", found.evaluation(name)?.estimate("recall@10".parse()?)?.value);
    }
    Ok(())
}
