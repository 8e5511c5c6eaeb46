//! Clusters of customers from a log: features by hand, planted groups, ids that stay, and answers from outside.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeMap;

use kosar::cluster::{
    CustomerClusters, CustomerClustersParams, Feature, Features, KMeans, NClusters, Scaling, silhouette,
};
use kosar::data::{
    AttributeValues, Batch, Catalog, Cell, Column, CsvColumns, IdValues, LogBuilder, LogOptions,
    NumberValues, Returns, Role, Table, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::{Error, Fit, Id, OrderLog, ParamError, Persist, Time, TimeUnit};
use ndarray::{Array2, Axis};

mod common;

/// One line: customer, order, item, hours since 1970, quantity, price, discount, channel.
type Row<'a> = (i64, i64, &'a str, i64, f64, f64, f64, &'a str);

fn log(rows: &[Row<'_>]) -> OrderLog {
    let ints = |pick: fn(&Row<'_>) -> i64| IdValues::Int(rows.iter().map(|row| Some(pick(row))).collect());
    let floats = |pick: fn(&Row<'_>) -> f64| Values::new(rows.iter().map(pick).collect::<Vec<_>>());
    let items: Vec<&str> = rows.iter().map(|row| row.2).collect();
    let channels: Vec<&str> = rows.iter().map(|row| row.7).collect();
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3600).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ints(|row| row.0))
        .and_then(|batch| batch.ids(Role::Order, ints(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(Values::new(items))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(floats(|row| row.4))))
        .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(floats(|row| row.5))))
        .and_then(|batch| batch.attribute("discount", AttributeValues::Number(floats(|row| row.6))))
        .and_then(|batch| batch.attribute("channel", AttributeValues::Text(Values::new(channels))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn catalog() -> Catalog {
    Catalog::from_paths([
        ("rye", "Food/Bread"),
        ("tea", "Food/Drinks"),
        ("mug", "Home"),
        ("pot", "Home/Kitchen"),
        ("pot", "Gifts"),
    ])
    .unwrap()
}

/// Two customers: day 0 of 1970 was a Thursday, so days 2 and 3 are a weekend.
fn small() -> OrderLog {
    log(&[
        // Ann: Thursday at 3, Saturday at 20; one of three bought lines at a discount, one of four lines returned.
        (1, 1, "rye", 3, 2.0, 3.0, f64::NAN, "web"),
        (1, 1, "tea", 3, 1.0, 4.0, 0.1, "web"),
        (1, 2, "mug", 2 * 24 + 20, 1.0, 10.0, 0.0, "app"),
        (1, 3, "mug", 3 * 24, -1.0, 10.0, f64::NAN, ""),
        // Bob: once, a pot of two categories, and something that is in no catalogue.
        (2, 4, "pot", 24 + 9, 1.0, 6.0, 0.0, "app"),
        (2, 4, "xyz", 24 + 9, 1.0, 2.0, 0.5, "app"),
    ])
}

fn floats(table: &Table, name: &str) -> Vec<f64> {
    match table.column(name).unwrap() {
        Column::Floats(values) => values.clone(),
        Column::Ints(values) => {
            values.iter().map(|&value| f64::from(i32::try_from(value).unwrap())).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn words(table: &Table, name: &str) -> Vec<String> {
    let column = table.column(name).unwrap();
    let word = |row| if let Cell::Word(word) = column.cell(row) { word.to_owned() } else { panic!("a word") };
    (0..column.len()).map(word).collect()
}

fn clusters_of(table: &Table) -> Vec<i64> {
    let Some(Column::Ints(clusters)) = table.column("cluster") else { panic!("whole numbers") };
    clusters.clone()
}

#[test]
fn features_are_those_worked_out_by_hand() {
    let (log, catalog) = (small(), catalog());
    let model = CustomerClusters::params(2).features(Features::All).fit(&(&log, &catalog)).unwrap();
    let table = model.feature_table();
    // The return on day 3 is the last line, so as_of is day 4; it is no order that counts.
    assert_eq!(model.rfm().as_of().unwrap().micros(), 4 * 86_400_000_000);
    let expected: [(&str, [f64; 2]); 14] = [
        ("recency_days", [1.0, 2.0]),
        ("frequency", [2.0, 1.0]),
        ("monetary", [10.0, 8.0]),
        ("tenure_days", [3.0, 2.0]),
        // Ann: 65 hours between two orders; Bob: the days since the only one.
        ("interval_days", [65.0 / 24.0, 2.0]),
        ("basket_size", [1.5, 2.0]),
        ("order_value", [10.0, 8.0]),
        ("discount_share", [1.0 / 3.0, 0.5]),
        ("return_share", [0.25, 0.0]),
        ("night_share", [0.5, 0.0]),
        ("morning_share", [0.0, 1.0]),
        ("afternoon_share", [0.0, 0.0]),
        ("evening_share", [0.5, 0.0]),
        ("weekend_share", [0.5, 0.0]),
    ];
    for (name, values) in expected {
        let found = floats(&table, name);
        assert!(found.iter().zip(values).all(|(a, b)| (a - b).abs() < 1e-12), "{name}: {found:?}");
    }
    // Ann has an order of each channel; the first word in order is taken.
    assert_eq!(words(&table, "channel"), ["app", "app"]);
    assert_eq!(table.columns().len(), 1 + expected.len() + 1);
    // Ann spent 10 on food of 20; the pot stands half in each of its categories, and 2 of 8 in none.
    let shares = model.category_table();
    let rows: Vec<(Id, String, f64)> = (0..shares.len())
        .map(|row| {
            (
                shares.ids("customer", row)[0].clone(),
                words(&shares, "category")[row].clone(),
                floats(&shares, "share")[row],
            )
        })
        .collect();
    let expected =
        [(1, "Food", 0.5), (1, "Home", 0.5), (2, "Gifts", 0.375), (2, "Home", 0.375), (2, "other", 0.25)];
    assert_eq!(rows, expected.map(|(customer, word, share)| (Id::from(customer), word.to_owned(), share)));
    // Fewer categories: most is spent on Home, then Food.
    let two = CustomerClusters::params(2).features([Feature::Categories]).max_categories(2);
    let two = two.fit(&(&log, &catalog)).unwrap();
    assert_eq!(two.feature_names(), ["category Food", "category Home", "other categories"]);
    assert_eq!(floats(&two.category_table(), "share"), [0.5, 0.5, 0.375, 0.625]);
}

#[test]
fn a_feature_that_the_log_cannot_tell_is_refused_with_what_it_can() {
    let log = small();
    let message = |params: CustomerClustersParams, log: &OrderLog| params.fit(log).unwrap_err().to_string();
    let params = |feature| CustomerClusters::params(2).features([Feature::Recency, feature]);
    assert_eq!(
        message(params(Feature::Categories), &log),
        "features must be among those that the log can tell, recency, frequency, monetary, tenure, interval, basket_size, \
         order_value, discount, returns, day_part, weekend, channel; got categories, which needs items, and a catalogue with \
         categories"
    );
    let error = params(Feature::Channel).channel_column("source").fit(&log).unwrap_err();
    assert!(matches!(error, Error::Param(ParamError::NoFeature { feature: "channel", .. })), "{error}");
    // A shop that knows no more than who and when.
    let rows = "who,when\na,2025-01-01\na,2025-01-05\nb,2025-01-02\n";
    let path = std::env::temp_dir().join(format!("kosar-clusters-{}.csv", std::process::id()));
    std::fs::write(&path, rows).unwrap();
    let columns =
        CsvColumns { customer: Some("who".into()), time: Some("when".into()), ..CsvColumns::default() };
    let bare = OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    std::fs::remove_file(&path).unwrap();
    for feature in
        [Feature::Monetary, Feature::OrderValue, Feature::BasketSize, Feature::Discount, Feature::DayPart]
    {
        let error = message(params(feature), &bare);
        assert!(error.contains("can tell, recency, frequency, tenure, interval, weekend; got"), "{error}");
    }
    let all = CustomerClusters::params(2).features(Features::All).fit(&bare).unwrap();
    let expected = ["recency_days", "frequency", "tenure_days", "interval_days", "weekend_share"];
    assert_eq!(all.feature_names(), expected);
    assert_eq!(
        CustomerClusters::params(2).fit(&bare).unwrap().feature_names(),
        ["recency_days", "frequency"]
    );
    let refused = [
        (CustomerClusters::params(2).max_categories(0), "max_categories must be at least 1, got 0"),
        (
            CustomerClusters::params(2).outlier_mads(0.0),
            "outlier_mads must be a finite number above 0, got 0",
        ),
        (CustomerClusters::params(2).gamma(f64::NAN), "gamma must be a finite number from 0, got NaN"),
        (CustomerClusters::params(2).resamples(1), "resamples must be at least 2, got 1"),
        (CustomerClusters::params(2).references(0), "references must be at least 1, got 0"),
        (
            CustomerClusters::params(NClusters::Among { min: 2, max: 1 }),
            "the greatest number of clusters tried must be at least 2, got 1",
        ),
    ];
    for (params, expected) in refused {
        assert_eq!(message(params, &log), expected);
    }
}

/// Four groups of customers who differ in when, how often, how much and where they buy; the group of customer i is i % 4.
fn planted(customers: std::ops::Range<i64>) -> OrderLog {
    let mut rows = Vec::new();
    let mut order = 0;
    for customer in customers {
        // Spread a little within the group, the same on every call.
        let drift = (customer / 4) % 7;
        let (n, first_day, every, hour, price, channel) = match customer % 4 {
            0 => (12, 0, 28, 2, 20.0, "app"),
            1 => (2, 20, 30, 9, 20.0, "web"),
            2 => (3, 250, 40, 19, 200.0, "web"),
            _ => (12, 1, 28, 14, 4.0, "store"),
        };
        for visit in 0..n {
            order += 1;
            let day = first_day + visit * every + drift;
            let price = price * (1.0 + 0.02 * f64::from(i32::try_from(drift).unwrap()));
            rows.push((customer, order, "tea", 24 * day + hour, 1.0, price, 0.0, channel));
        }
    }
    log(&rows)
}

/// Whether two divisions are one, whatever the names.
fn same_division(a: &[i64], b: &[i64]) -> bool {
    let mut pairs: Vec<(i64, i64)> = a.iter().copied().zip(b.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let firsts: BTreeMap<i64, i64> = pairs.iter().copied().collect();
    let seconds: BTreeMap<i64, i64> = pairs.iter().map(|&(a, b)| (b, a)).collect();
    a.len() == b.len() && firsts.len() == pairs.len() && seconds.len() == pairs.len()
}

#[test]
fn planted_groups_are_found_in_their_number_and_named_by_what_they_are() {
    let log = planted(0..200);
    let as_of = Time::from_micros(400 * 86_400_000_000);
    // Not by the weekend: groups of few orders fall apart by it.
    let features =
        [Feature::Recency, Feature::Frequency, Feature::OrderValue, Feature::DayPart, Feature::Channel];
    let params = CustomerClusters::params(NClusters::auto()).as_of(as_of).features(features).seed(3);
    let model = params.clone().resamples(4).references(3).fit(&log).unwrap();
    assert_eq!(model.n_clusters(), 4);
    let groups: Vec<i64> = (0..200).map(|customer| customer % 4).collect();
    assert!(same_division(&clusters_of(&model.table()), &groups));
    assert_eq!(model.evidence().iter().filter(|one| one.chosen).count(), 1);
    let table = model.evidence_table();
    assert_eq!(floats(&table, "n_clusters"), (2..=10).map(f64::from).collect::<Vec<_>>());
    let Some(Column::Bools(chosen)) = table.column("chosen") else { panic!("yes or no") };
    assert_eq!(chosen.iter().position(|&chosen| chosen), Some(2));
    let name = |customer: i64| {
        let cluster = model.cluster(customer).unwrap();
        model.profiles().into_iter().find(|profile| profile.cluster == cluster).unwrap().name
    };
    for (customer, said) in
        [(0, "often at night"), (0, "mostly app"), (1, "often in the morning"), (2, "expensive orders")]
    {
        assert!(name(customer).contains(said), "{}", name(customer));
    }
    // The means of features, of a channel the share of those who have it.
    let means = model.feature_profile_table();
    assert_eq!(means.len(), 4 * (model.feature_names().len() + 3));
    let app = model.cluster(0).unwrap();
    let profile = model.profiles().into_iter().find(|profile| profile.cluster == app).unwrap();
    let share = profile.features.iter().find(|one| one.feature == "channel app").unwrap();
    assert!((share.mean - 1.0).abs() < 1e-12 && (share.mean_of_all - 0.25).abs() < 1e-12);
    let night = profile.features.iter().find(|one| one.feature == "night_share").unwrap();
    // A quarter of the customers has 1 and the others 0: the deviation is the root of 3/16.
    assert!((night.deviations - 0.75 / (3.0_f64 / 16.0).sqrt()).abs() < 1e-9);
    // Other scales: the same groups.
    for scaling in [Scaling::Z, Scaling::Quantile, Scaling::Robust] {
        let other = params.clone().seed(9).scaling(scaling).resamples(3).references(2).fit(&log).unwrap();
        assert!(same_division(&clusters_of(&other.table()), &groups), "{scaling:?}");
    }
}

#[test]
fn the_types_of_customers_of_a_generated_shop_show() {
    let shop = Shop::params().lines(20_000).seed(5).generate().unwrap();
    let log = shop.to_log(LogOptions::default()).unwrap();
    let features = [Feature::Recency, Feature::Frequency, Feature::Tenure, Feature::OrderValue];
    let model = CustomerClusters::params(5).features(features).fit(&log).unwrap();
    let mut counts: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (customer, kind) in &shop.truth().customer_types {
        if let Ok(cluster) = model.cluster(customer.as_str()) {
            *counts.entry((kind.as_str(), cluster)).or_default() += 1;
            *sizes.entry(kind.as_str()).or_default() += 1;
        }
    }
    let most = |kind: &str| {
        let own = counts.iter().filter(|((other, _), _)| *other == kind);
        own.max_by_key(|(_, count)| **count).map(|((_, cluster), &count)| (*cluster, count)).unwrap()
    };
    // Whoever was planted with one behaviour is nearly all in one cluster, and unlike types are in unlike ones.
    for (kind, share) in [("loyal", 90), ("wholesaler", 90), ("new", 90)] {
        let (_, count) = most(kind);
        assert!(100 * count >= share * sizes[kind], "{kind}: {counts:?}");
    }
    let distinct: std::collections::BTreeSet<u32> =
        ["loyal", "new", "lapsed"].iter().map(|kind| most(kind).0).collect();
    assert_eq!(distinct.len(), 3, "{counts:?}");
    // Whoever buys to sell is known by the orders.
    let by_orders = CustomerClusters::params(2).features([Feature::OrderValue]).scaling(Scaling::Z);
    let by_orders = by_orders.fit(&log).unwrap();
    let mut dear = [0, 0];
    for (customer, kind) in &shop.truth().customer_types {
        if by_orders.cluster(customer.as_str()).is_ok_and(|cluster| cluster == 1) {
            dear[usize::from(kind.as_str() == "wholesaler")] += 1;
        }
    }
    let [others, wholesalers] = dear;
    assert!(10 * wholesalers >= 9 * sizes["wholesaler"] && 5 * others <= wholesalers, "{dear:?}");
}

#[test]
fn customers_of_the_fit_and_later_ones_are_assigned_by_the_stored_scales() {
    let whole = planted(0..120);
    let as_of = Time::from_micros(400 * 86_400_000_000);
    for scaling in [Scaling::Log1pZ, Scaling::Z, Scaling::Robust, Scaling::Quantile, Scaling::None] {
        let features =
            [Feature::Recency, Feature::Frequency, Feature::OrderValue, Feature::DayPart, Feature::Channel];
        let params = CustomerClusters::params(4).as_of(as_of).features(features).scaling(scaling).n_init(3);
        let model = params.fit(&whole).unwrap();
        let again = model.assign(&whole, None, Some(as_of)).unwrap();
        for name in ["cluster", "distance", "outlier"] {
            assert_eq!(again.column(name), model.table().column(name), "{name} of {scaling:?}");
        }
        assert_eq!(again.column("channel"), model.feature_table().column("channel"));
        // One customer alone, whose own values tell nothing of any scale, stays where they are.
        let mut alone = whole.clone();
        for other in (0..120).filter(|&other| other != 5) {
            alone = alone.forget(other).unwrap();
        }
        let one = model.assign(&alone, None, Some(as_of)).unwrap();
        assert_eq!(clusters_of(&one), [i64::from(model.cluster(5).unwrap())], "{scaling:?}");
    }
    let model =
        CustomerClusters::params(2).features([Feature::Categories]).fit(&(&small(), &catalog())).unwrap();
    let error = model.assign(&small(), None, None).unwrap_err();
    assert!(matches!(error, Error::Param(ParamError::NoFeature { feature: "categories", .. })), "{error}");
    // In a catalogue that lost a category, what stood there is another.
    let later = Catalog::from_paths([("rye", "Food"), ("tea", "Food")]).unwrap();
    assert_eq!(model.assign(&small(), Some(&later), None).unwrap().len(), 2);
    let channel = CustomerClusters::params(2)
        .features([Feature::Channel, Feature::Recency])
        .fit(&planted(0..20))
        .unwrap();
    assert_eq!(channel.assign(&small(), None, None).unwrap().len(), 2);
    let nobody = channel.assign(&small().before(Time::from_micros(0)).unwrap(), None, None).unwrap();
    assert_eq!(
        (nobody.len(), nobody.columns().len()),
        (0, channel.assign(&small(), None, None).unwrap().columns().len())
    );
}

#[test]
fn clusters_keep_their_ids_from_fit_to_fit() {
    let as_of = Time::from_micros(400 * 86_400_000_000);
    let params = CustomerClusters::params(4).as_of(as_of).features([
        Feature::Recency,
        Feature::Frequency,
        Feature::OrderValue,
    ]);
    let first = params.fit(&planted(0..100)).unwrap();
    // More customers.
    let more = params.fit(&planted(0..160)).unwrap().with_ids_of(&first).unwrap();
    for customer in 0..100_i64 {
        assert_eq!(more.cluster(customer).unwrap(), first.cluster(customer).unwrap());
    }
    // Other features, so that clusters come in another order; the permutation is undone.
    let turned = CustomerClusters::params(4).as_of(as_of).features([
        Feature::OrderValue,
        Feature::Frequency,
        Feature::Recency,
    ]);
    let plain = turned.fit(&planted(0..100)).unwrap();
    assert_ne!(clusters_of(&plain.table()), clusters_of(&first.table()));
    assert!(same_division(&clusters_of(&plain.table()), &clusters_of(&first.table())));
    let kept = plain.with_ids_of(&first).unwrap();
    assert_eq!(clusters_of(&kept.table()), clusters_of(&first.table()));
    assert_eq!(
        kept.labels().iter().map(|&id| i64::from(id)).collect::<Vec<_>>(),
        clusters_of(&first.table())
    );
    assert_eq!(kept.profiles().iter().map(|profile| profile.cluster).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(
        kept.profiles().iter().map(|profile| profile.figures.customers).collect::<Vec<_>>(),
        first.profiles().iter().map(|profile| profile.figures.customers).collect::<Vec<_>>()
    );
    // Nobody in common: by the centroids.
    let others = params.fit(&planted(1000..1100)).unwrap().with_ids_of(&first).unwrap();
    for customer in 0..100_i64 {
        assert_eq!(others.cluster(1000 + customer).unwrap(), first.cluster(customer).unwrap());
    }
    let error = turned.fit(&planted(1000..1100)).unwrap().with_ids_of(&first).unwrap_err();
    assert_eq!(
        error.to_string(),
        "features must be those of the earlier fit for clusters that have no customer in common with it"
    );
    // Fewer clusters, then more again: what is new has an id that none had before.
    let two =
        CustomerClusters::params(2).as_of(as_of).fit(&planted(0..100)).unwrap().with_ids_of(&first).unwrap();
    assert!(two.ids().iter().all(|id| first.ids().contains(id)));
    let again = params.fit(&planted(0..100)).unwrap().with_ids_of(&two).unwrap();
    let new: Vec<u32> = again.ids().iter().copied().filter(|id| !two.ids().contains(id)).collect();
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|&id| id >= 4), "{new:?}");
    // Ids are in the file.
    assert_eq!(CustomerClusters::from_bytes(&again.to_bytes().unwrap()).unwrap(), again);
    assert_eq!(
        again.assign(&planted(0..100), None, Some(as_of)).unwrap().column("cluster"),
        again.table().column("cluster")
    );
}

#[test]
fn whoever_is_far_from_their_cluster_is_an_outlier() {
    let mut rows = Vec::new();
    for customer in 0..60_i64 {
        let day = 100 * (customer % 2) + customer % 5;
        let price = 10.0 * 1.5_f64.powi(i32::try_from(customer % 9).unwrap());
        let price = if customer == 7 { 90_000.0 } else { price };
        rows.push((customer, customer, "tea", 24 * day + 12, 1.0, price, 0.0, "web"));
    }
    let params = CustomerClusters::params(2).features([Feature::Recency, Feature::Monetary]);
    let params = params.as_of(Time::from_micros(200 * 86_400_000_000));
    let table = params.fit(&log(&rows)).unwrap().table();
    let Some(Column::Bools(outliers)) = table.column("outlier") else { panic!("yes or no") };
    let found: Vec<usize> = (0..60).filter(|&row| outliers[row]).collect();
    assert_eq!(found, [7]);
    let distances = floats(&table, "distance");
    assert!(distances.iter().enumerate().all(|(row, &far)| row == 7 || far < distances[7]));
    // A bound so far away that nobody is beyond it.
    let table = params.outlier_mads(1e6).fit(&log(&rows)).unwrap().table();
    assert!(matches!(table.column("outlier"), Some(Column::Bools(all)) if !all.contains(&true)));
}

#[test]
fn every_kind_of_model_comes_back_from_its_file() {
    let (log, catalog) = (small(), catalog());
    let params = CustomerClusters::params(2).features(Features::All);
    let model = params.fit(&(&log, &catalog)).unwrap();
    let read = CustomerClusters::from_bytes(&model.to_bytes().unwrap()).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.profiles(), model.profiles());
    let auto = CustomerClusters::params(NClusters::Among { min: 2, max: 3 }).resamples(2).references(2);
    let auto = auto.fit(&planted(0..40)).unwrap();
    let read = CustomerClusters::from_bytes(&auto.to_bytes().unwrap()).unwrap();
    assert_eq!((&read, read.evidence().len()), (&auto, 2));
}

#[test]
fn online_retail_has_the_inertias_and_silhouettes_of_scikit_learn() {
    let (Some(path), Some(oracle)) =
        (common::data("online_retail/online_retail.csv.gz"), common::oracle("kmeans.json"))
    else {
        return;
    };
    let options = LogOptions { returns: Returns::Drop, ..LogOptions::default() };
    let log = OrderLog::from_csv(path, &common::online_retail_columns(), options).unwrap();
    let mut same = 0;
    for k in 2..=10 {
        let model = CustomerClusters::params(k).n_init(50).fit(&log).unwrap();
        let expected = oracle["inertia"][k.to_string()].as_f64().unwrap();
        let off = model.inertia() / expected - 1.0;
        assert!((-0.05..=1e-3).contains(&off), "k = {k}: {} instead of {expected}", model.inertia());
        // Silhouettes can only be compared where the clusters are the same.
        if off.abs() < 1e-9 {
            let rows = scaled(&model);
            let started = std::time::Instant::now();
            let found = silhouette(&rows, model.kmeans().unwrap().labels()).unwrap();
            println!("k = {k}: silhouette {found:.6} in {:?}", started.elapsed());
            let expected = oracle["silhouette"][k.to_string()].as_f64().unwrap();
            assert!((found - expected).abs() <= 1e-5, "k = {k}: {found} instead of {expected}");
            same += 1;
        }
    }
    assert!(same >= 4, "only {same} clusterings were those of the oracle");
    // The same through the choice of k, which has the silhouettes as evidence.
    let auto =
        CustomerClusters::params(NClusters::Among { min: 2, max: 3 }).n_init(50).resamples(3).references(2);
    let auto = auto.fit(&log).unwrap();
    assert!((auto.evidence()[0].silhouette - oracle["silhouette"]["2"].as_f64().unwrap()).abs() <= 1e-5);
    assert_eq!(auto.n_clusters(), 2);
}

/// The features on the scale of the model: z-scores of ln(1 + x).
fn scaled(model: &CustomerClusters) -> Array2<f64> {
    let columns = ["recency_days", "frequency", "monetary"].map(|name| floats(&model.feature_table(), name));
    let mut data = Array2::from_shape_fn((columns[0].len(), 3), |(row, column)| columns[column][row].ln_1p());
    data -= &data.mean_axis(Axis(0)).unwrap();
    data /= &data.std_axis(Axis(0), 0.0);
    data
}

#[test]
fn a_model_of_three_features_is_k_means_on_their_scores() {
    let log = Shop::params().lines(3_000).seed(11).generate().unwrap().to_log(LogOptions::default()).unwrap();
    // No customer of this shop gave back more than was bought, so that the logarithm needs no sign.
    let model = CustomerClusters::params(4).seed(2).fit(&log).unwrap();
    let plain = KMeans::params(4).seed(2).fit(&scaled(&model)).unwrap();
    assert_eq!(model.kmeans().unwrap().labels(), plain.labels());
    let named = CustomerClusters::params(4).seed(2).features([
        Feature::Recency,
        Feature::Frequency,
        Feature::Monetary,
    ]);
    assert_eq!(clusters_of(&named.fit(&log).unwrap().table()), clusters_of(&model.table()));
}
