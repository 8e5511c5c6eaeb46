//! Affinities of shops that a person can check.

use crate::same;
use crate::shop::{catalog, events, log};
use kosar::affinity::{Affinity, AffinityData, AffinityParams, Facet, RerankOptions};
use kosar::data::{Catalog, KindWeights};
use kosar::{Fit, IdRef, OrderLog, Time};

/// Ann buys bread on Monday mornings, bob tea on Friday evenings.
fn small() -> (OrderLog, Catalog) {
    let monday = 4 * 24 + 8;
    let friday = 8 * 24 + 20;
    let row = |order, customer, item, hour, cents| (order, Some(customer), item, hour, 1, cents, "app");
    let rows = [
        row(1, 1, 0, monday, 200),
        row(2, 1, 0, monday + 168, 200),
        row(2, 1, 1, monday + 168, 100),
        row(3, 2, 3, friday, 400),
    ];
    (log(&rows), catalog())
}

#[test]
fn a_person_can_check_this_shop() {
    let (orders, catalog) = small();
    let data = AffinityData::of(&orders).catalog(&catalog);
    let model = Affinity::params().prior(10.0).fit(&data).unwrap();
    assert_eq!(
        model.facets(),
        [Facet::Category, Facet::Brand, Facet::PriceBand, Facet::Weekday, Facet::Hour]
    );
    // Four purchases of 5: bread three times, twice by order 2. Ann: (15 + 10 * 3/4) / (15 + 10) = 0.9.
    let bread = model.rank(1, "category", ["Food/Bread"]).unwrap()[0];
    assert!((bread.share - 0.9).abs() < 1e-15 && (bread.lift - 1.2).abs() < 1e-15);
    assert_eq!((bread.population_share, bread.purchases, bread.events), (0.75, 3, 0));
    assert_eq!(
        bread.to_string(),
        "Food/Bread: 1.2 times as much as others, by 3 purchases, last on 1970-01-12"
    );
    // Bob has none of it: 10 * 3/4 / (5 + 10).
    assert!((model.lift(2, "category", "Food/Bread").unwrap() - 10.0 / 15.0).abs() < 1e-15);
    assert_eq!(model.of(2, "brand", 9).unwrap()[0].value, "Leaf");
    // Paid were 1, 2, 2 and 4: the fifths lie at 1.6, 2, 2 and 2.8.
    let cuts: Vec<f64> = model.price_cut_points().iter().map(|cut| cut.to_f64()).collect();
    assert_eq!(cuts, [1.6, 2.0, 2.8]);
    assert_eq!(model.of(2, "price_band", 1).unwrap()[0].value, "4");
    let ann = model.send_time(1).unwrap();
    assert_eq!((ann.hour(), ann.weekday_name(), ann.purchases), (8, "monday", 2));
    // 8 o'clock keeps half of her 10; the population's 2 of 3 orders do as well: (5 + 10 * 1/3) / 20.
    assert!((ann.hours[0].share - (5.0 + 10.0 / 3.0) / 20.0).abs() < 1e-15);
    assert!((ann.hours.iter().map(|hour| hour.share).sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(ann.hours[1].at, 7);
    let bob = model.send_time(2).unwrap();
    assert_eq!((bob.hour(), bob.weekday()), (20, 4));
    // Tea came first of the search, and ann buys bread.
    let found = model.rerank(1, [3, 0].map(IdRef::Int), &RerankOptions::new().weight(3.0)).unwrap();
    assert_eq!((found[0].before, found[0].reasons[0].1.value), (1, "Food/Bread"));
    let as_was = model.rerank(1, [3, 0].map(IdRef::Int), &RerankOptions::new().weight(0.0)).unwrap();
    assert_eq!((as_was[0].before, as_was[1].before), (0, 1));
}

#[test]
fn without_a_time_or_a_catalogue_there_are_fewer_facets() {
    let log = OrderLog::from_pairs([("ann", "rye"), ("bob", "tea")]).unwrap();
    let error = Affinity::params().fit(&log).unwrap_err().to_string();
    assert_eq!(
        error,
        "facet category, brand, price_band, weekday or hour needs a catalogue, prices or times"
    );
    let asked = |facet: &str| {
        let facets = Some(vec![Facet::parse(facet).unwrap()]);
        Affinity::params().facets(facets).fit(&log).unwrap_err().to_string()
    };
    assert_eq!(asked("brand"), "facet brand needs a catalogue");
    assert_eq!(asked("price_band"), "facet price_band needs orders with prices");
    assert_eq!(asked("hour"), "facet hour needs times");
    assert!(asked("column:channel").contains("channel"), "{}", asked("column:channel"));
    let catalog = Catalog::from_paths([("rye", "Food"), ("tea", "")]).unwrap();
    let data = AffinityData::of(&log).catalog(&catalog);
    let model = Affinity::params().fit(&data).unwrap();
    assert_eq!(model.facets(), [Facet::Category]);
    // No times: no day, and no times to send at.
    assert_eq!(model.of("ann", "category", 1).unwrap()[0].last, None);
    assert_eq!(model.table("category", 1).unwrap().column("last"), None);
    let message = |error: kosar::Error| error.to_string();
    assert_eq!(
        message(model.send_time("ann").unwrap_err()),
        "facet weekday or hour needs a model that was fitted with it"
    );
    assert_eq!(message(model.of("cid", "category", 1).unwrap_err()), "unknown customer 'cid'");
    assert_eq!(
        message(model.of(1, "category", 1).unwrap_err()),
        "customer ids are string here, got the integer 1"
    );
    assert_eq!(
        message(model.of("ann", "brand", 1).unwrap_err()),
        "facet brand needs a model that was fitted with it"
    );
    assert_eq!(message(model.lift("ann", "category", "Drinks").unwrap_err()), "unknown value 'Drinks'");
    // Bob's tea is in no category: he has nothing in the facet, and the population's share.
    assert!(model.of("bob", "category", 9).unwrap().is_empty());
    assert!((model.lift("bob", "category", "Food").unwrap() - 1.0).abs() < f64::EPSILON);
    let half = Affinity::params().half_life_days(Some(9.0)).fit(&data).unwrap_err().to_string();
    assert_eq!(half, "the log has no time column, which half_life_days needs");
    let again = model.update(data).unwrap_err().to_string();
    assert_eq!(again, "catalog must be left out for an update: it is that of the fit");
}

#[test]
fn purchases_of_events_count_where_there_are_no_orders() {
    let done = [(1, 0, "purchase", 8), (1, 3, "view", 9), (2, 5, "view", 9)];
    let (events, catalog) = (events(&done), catalog());
    let of =
        |params: AffinityParams| params.fit(&AffinityData::of_events(&events).catalog(&catalog)).unwrap();
    let model = of(Affinity::params());
    assert_eq!(model.facets(), [Facet::Category, Facet::Brand, Facet::Weekday, Facet::Hour]);
    let best = model.of(1, "brand", 1).unwrap()[0];
    assert_eq!((best.value, best.purchases, best.events), ("Miller", 0, 1));
    let views = of(Affinity::params().purchase_events(Some(false)));
    assert_eq!(views.of(1, "brand", 1).unwrap()[0].value, "Leaf");
    let orders = log(&[(1, Some(2), 5, 9, 1, 100, "")]);
    let both = Affinity::params().fit(&AffinityData::of(&orders).events(&events).catalog(&catalog)).unwrap();
    assert_eq!(both.of(1, "brand", 9).unwrap().len(), 1);
    assert_eq!(both.of(2, "brand", 9).unwrap()[0].purchases, 1);
}

#[test]
fn a_half_life_lets_old_purchases_fade() {
    let row = |order, item, day: i64| (order, Some(1), item, day * 24, 1, 100, "");
    let orders = log(&[row(1, 0, 0), row(2, 0, 0), row(3, 3, 10)]);
    let catalog = catalog();
    let share = |half_life: Option<f64>, as_of: Option<i64>| {
        let as_of = as_of.map(|day| Time::from_micros(day * 86_400_000_000));
        let params = Affinity::params().half_life_days(half_life).as_of(as_of).prior(0.0);
        let model = params.fit(&AffinityData::of(&orders).catalog(&catalog)).unwrap();
        model.rank(1, "brand", ["Leaf"]).unwrap()[0].share
    };
    assert!((share(None, None) - 1.0 / 3.0).abs() < 1e-12);
    // Twice a quarter against one.
    assert!((share(Some(5.0), None) - 2.0 / 3.0).abs() < 1e-6);
    // Where the instant lies does not matter for shares.
    assert!((share(Some(5.0), Some(0)) - share(Some(5.0), Some(30))).abs() < 1e-4);
}

#[test]
fn options_of_a_search_are_checked() {
    let (orders, catalog) = small();
    let data = AffinityData::of(&orders).catalog(&catalog);
    let model = Affinity::params().weights(Some(KindWeights::default())).fit(&data).unwrap();
    let error = |options: RerankOptions| model.rerank(1, [IdRef::Int(0)], &options).unwrap_err().to_string();
    assert_eq!(error(RerankOptions::new().weight(-1.0)), "weight must be from 0 to 100, got -1");
    assert_eq!(
        error(RerankOptions::new().scores(Some(vec![f64::NAN]))),
        "scores must be finite and at least 0, got NaN"
    );
    assert_eq!(error(RerankOptions::new().scores(Some(vec![]))), "scores must have shape (1, 1), got (0, 1)");
    assert_eq!(
        error(RerankOptions::new().facets(Some(vec![Facet::Hour]))),
        "facet hour needs a model that was fitted with it, and to be one of items"
    );
    let wrong = model.rerank(1, [IdRef::Str("a")], &RerankOptions::new()).unwrap_err().to_string();
    assert_eq!(wrong, "item ids are integer here, got the string 'a'");
    let all = model.rerank(1, [3, 0].map(IdRef::Int), &RerankOptions::new()).unwrap();
    let brand = RerankOptions::new().facets(Some(vec![Facet::Brand]));
    let brand = model.rerank(1, [3, 0].map(IdRef::Int), &brand).unwrap();
    assert_ne!(all[0].lift.to_bits(), brand[0].lift.to_bits());
}

#[test]
fn the_table_is_what_each_customer_is_told() {
    let (orders, catalog) = small();
    let data = AffinityData::of(&orders).catalog(&catalog);
    let model = Affinity::params().fit(&data).unwrap();
    let table = model.table("category", 2).unwrap();
    assert_eq!(table.len(), 4);
    let mut row = 0;
    for customer in model.customers().iter() {
        for one in model.of(customer, "category", 2).unwrap() {
            let cells: Vec<_> = table.row(row).map(|(_, cell)| cell).collect();
            use kosar::data::Cell;
            assert_eq!(cells[0], Cell::Id(customer));
            assert_eq!(cells[1], Cell::Word(one.value));
            assert_eq!((&cells[2], &cells[3]), (&Cell::Float(one.lift), &Cell::Float(one.share)));
            assert_eq!(cells[5], Cell::Int(i64::from(one.purchases)));
            assert_eq!(cells[7], Cell::Time(one.last.unwrap()));
            row += 1;
        }
    }
    assert_eq!(model.table("category", 0).unwrap().len(), 0);
}

#[test]
fn scores_that_no_double_holds_are_still_in_order() {
    let (orders, catalog) = small();
    let model = Affinity::params().prior(1.0).fit(&AffinityData::of(&orders).catalog(&catalog)).unwrap();
    // Ann buys bread (0), and not tea (3): of the weight 100 each lift counts far more than a factor of 10.
    let order = |items: &[i64], scores: &[f64]| {
        let options = RerankOptions::new().weight(100.0).scores(Some(scores.to_vec()));
        let found = model.rerank(1, items.iter().map(|&item| IdRef::Int(item)), &options).unwrap();
        found.into_iter().map(|one| (one.before, one.score)).collect::<Vec<_>>()
    };
    let lift = model.rerank(1, [0, 3].map(IdRef::Int), &RerankOptions::new()).unwrap();
    let (bread, tea) = (lift[0].lift, lift[1].lift);
    assert!(bread > 1.2 && tea < 0.6, "{bread} {tea}");
    let huge = order(&[0, 0, 3, 0], &[1e305, 1e306, 1e308, 0.0]);
    assert_eq!(huge.iter().map(|one| one.0).collect::<Vec<_>>(), [1, 0, 2, 3]);
    assert_eq!(huge[..2].iter().filter(|one| one.1 == f64::INFINITY).count(), 2, "{huge:?}");
    let tiny = order(&[3, 3, 3, 0, 3], &[0.0, 1e-309, 1e-308, 1e-320, 1e-309]);
    assert_eq!(tiny.iter().map(|one| one.0).collect::<Vec<_>>(), [3, 2, 1, 4, 0]);
    assert_eq!(tiny[1..].iter().filter(|one| one.1 == 0.0).count(), 4, "{tiny:?}");
}

#[test]
fn an_update_tells_the_hours_by_its_own_table_of_customers() {
    use kosar::data::{CustomersBatch, CustomersBuilder, CustomersOptions, IdValues, Values};
    let (orders, _) = small();
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let batch = CustomersBatch::new(2)
        .customers(IdValues::Int(Values::new(&[1, 2][..])))
        .and_then(|batch| batch.time_zones(Values::new(&["Asia/Tokyo", "America/New_York"][..])));
    builder.push(&batch.unwrap()).unwrap();
    let table = builder.finish().unwrap();
    let cut = Time::from_micros(7 * 24 * 3_600_000_000);
    let (old, new) = (orders.before(cut).unwrap(), orders.after(cut).unwrap());
    assert!(old.n_orders() == 1 && new.n_orders() == 2);
    let params = Affinity::params().prior(1.0).facets(Some(vec![Facet::Hour]));
    let whole = params.fit(&AffinityData::of(&orders).customers(&table)).unwrap();
    let first = params.fit(&AffinityData::of(&old).customers(&table)).unwrap();
    let with = first.update(AffinityData::of(&new).customers(&table)).unwrap();
    same(&with, &whole).unwrap();
    // 8 o'clock in London is 17 in Tokyo; a model does not keep where its customers are.
    assert_eq!((whole.send_time(1).unwrap().hour(), whole.send_time(2).unwrap().hour()), (17, 15));
    let without = first.update(&new).unwrap();
    assert!(without != whole);
    assert_eq!(without.send_time(2).unwrap().hour(), 20);
}
