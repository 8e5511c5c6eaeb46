//! The shared cases of `examples/cases`: every language must give these answers, fresh from the fit and from a file.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::cluster::{CustomerClusters, Features, KMeans, Scaling};
use kosar::data::{
    Batch, Cell, IdValues, LogBuilder, LogOptions, NumberValues, Returns, Role, Table, TimeValues,
};
use kosar::eval::{Cut, EvaluateOptions, Recommend, SplitOptions, evaluate, temporal_split};
use kosar::itemset::FrequentItemsets;
use kosar::linear::{Ease, GraphFilter};
use kosar::next_basket::{NextBasket, NextBasketOptions, NextBasketParams, Novelty};
use kosar::popularity::Popularity;
use kosar::rank::ItemFilter;
use kosar::replenish::{BuyAgainOptions, Replenishment};
use kosar::rfm::{Closed, GridSegment, Rfm, RfmParams, Scoring, SegmentGrid};
use kosar::rule::{AssociationRules, Consequent};
use kosar::similarity::{ItemSimilarity, Measure, Unit};
use kosar::{Control, Fit, Id, OrderLog, Persist, Result, Time};
use ndarray::Array2;
use serde_json::{Map, Value, json};

mod common;

use common::cases::{check, counted, id, ids, list, n, of_id, texts};

#[test]
fn every_shared_case_gives_its_answer() {
    let steps = check("cases", |case, step| answer(&log(&case["log"]), step));
    assert!(steps > 40, "{steps}");
}

fn log(spec: &Value) -> OrderLog {
    if let Some(baskets) = spec.get("baskets") {
        let ids = |basket: &Value| basket.as_array().unwrap().iter().map(id).collect::<Vec<_>>();
        let baskets: Vec<Vec<Id>> = baskets.as_array().unwrap().iter().map(ids).collect();
        return OrderLog::from_baskets(baskets.iter().map(|basket| basket.iter())).unwrap();
    }
    let columns = spec["columns"].as_object().unwrap();
    let n = columns.values().next().unwrap().as_array().unwrap().len();
    let number = |name: &str| columns[name].as_array().unwrap().iter().map(Value::as_f64).collect();
    let mut batch = Batch::new(n).time(TimeValues::Text(texts(&columns["time"]))).unwrap();
    for role in [Role::Customer, Role::Order, Role::Item] {
        batch = batch.ids(role, IdValues::Text(texts(&columns[role.name()]))).unwrap();
    }
    for role in [Role::Quantity, Role::Price] {
        batch = batch.numbers(role, NumberValues::Float(number(role.name()))).unwrap();
    }
    let returns = Returns::parse(spec["options"]["returns"].as_str().unwrap()).unwrap();
    let mut builder = LogBuilder::new(LogOptions { returns, ..LogOptions::default() });
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// The model of a step, fitted, written and read again.
fn again<M: Persist + PartialEq + std::fmt::Debug>(model: Result<M>) -> Result<M> {
    let model = model?;
    let read = M::from_bytes(&model.to_bytes()?)?;
    assert_eq!(read, model);
    Ok(read)
}

fn answer(log: &OrderLog, step: &Value) -> Result<Value> {
    let nothing = Value::Object(Map::new());
    let params = step.get("params").unwrap_or(&nothing);
    let args = step.get("args").unwrap_or(&nothing);
    let call = step["call"].as_str().unwrap();
    let whole = |name: &str| params.get(name).map(|value| usize::try_from(value.as_u64().unwrap()).unwrap());
    let word = |name: &str| params.get(name).map(|value| value.as_str().unwrap());
    let number = |name: &str| params.get(name).map(|value| value.as_f64().unwrap());
    if call == "evaluate" {
        let cut = Cut::LastDays(args["last_days"].as_f64().unwrap());
        let split = temporal_split(log, cut, &SplitOptions::new())?;
        let model: Box<dyn Recommend> = match step["model"].as_str().unwrap() {
            "Popularity" => Box::new(again(Popularity::params().fit(split.train()))?),
            _ => {
                let measure = Measure::parse(word("measure").unwrap_or("cosine"))?;
                Box::new(again(ItemSimilarity::params().measure(measure).fit(split.train()))?)
            }
        };
        let words = args["metrics"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().parse());
        let options = EvaluateOptions::default().metrics(words.collect::<Result<Vec<_>>>()?);
        let table = evaluate(&*model, &split, &options, &Control::new())?.table();
        return Ok(rows(&table, &["metric", "value", "low", "high", "n", "n_undefined"]));
    }
    match step["model"].as_str() {
        None => of_log(log, call, args),
        Some("FrequentItemsets") => {
            let params = FrequentItemsets::params(number("min_support").unwrap()).max_len(whole("max_len"));
            Ok(rows(&again(params.fit(log))?.table(), &["items", "count", "support"]))
        }
        Some("AssociationRules") => {
            let mut params = AssociationRules::params(number("min_support").unwrap());
            params = params.min_confidence(number("min_confidence").unwrap_or(0.5));
            params = params.consequent(Consequent::parse(word("consequent").unwrap_or("single"))?);
            let model = again(params.fit(log))?;
            if call == "recommend" {
                let cart: Vec<Id> = args["cart"].as_array().unwrap().iter().map(id).collect();
                return Ok(list(&model.recommend(&cart, n(args))?));
            }
            let columns = ["antecedent", "consequent", "count", "support", "confidence", "lift"];
            Ok(rows(&model.table(), &columns))
        }
        Some("ItemSimilarity") => {
            let mut params = ItemSimilarity::params().unit(Unit::parse(word("unit").unwrap_or("customer"))?);
            params = params.measure(Measure::parse(word("measure").unwrap_or("cosine"))?);
            let model = again(params.neighbors(whole("neighbors").unwrap_or(100)).fit(log))?;
            let found = match (call, args.get("customer"), args.get("items")) {
                ("similar", _, _) => model.similar(&id(&args["item"]), n(args))?,
                (_, Some(customer), _) => model.recommend_for_customer(&id(customer), n(args))?,
                (_, _, items) => {
                    let items: Vec<Id> = items.unwrap().as_array().unwrap().iter().map(id).collect();
                    model.recommend_for_items(&items, n(args))?
                }
            };
            Ok(list(&found))
        }
        Some("Ease") => {
            let unit = Unit::parse(word("unit").unwrap_or("customer"))?;
            let params = Ease::params().l2(number("l2").unwrap_or(200.0)).unit(unit);
            let model = again(params.max_items(whole("max_items").unwrap_or(20_000)).fit(log))?;
            Ok(list(&match call {
                "similar" => model.similar(&id(&args["item"]), n(args))?,
                _ => model.recommend_for_items(&ids(&args["items"]), n(args))?,
            }))
        }
        Some("GraphFilter") => {
            let params = GraphFilter::params().factors(whole("factors").unwrap_or(256));
            let params = params.alpha(number("alpha").unwrap_or(0.3));
            let model = again(params.unit(Unit::parse(word("unit").unwrap_or("customer"))?).fit(log))?;
            Ok(list(&model.recommend_for_items(&ids(&args["items"]), n(args))?))
        }
        Some("NextBasket") => {
            let model: NextBasket =
                again(serde_json::from_value::<NextBasketParams>(params.clone()).unwrap().fit(log))?;
            let novelty =
                args.get("novelty").map(|word| Novelty::parse(word.as_str().unwrap())).transpose()?;
            let filter = ItemFilter::new().only(args.get("only").map(ids));
            let filter = filter.exclude(args.get("exclude").map(ids).unwrap_or_default());
            let options = NextBasketOptions::new().novelty(novelty).filter(filter);
            let found = match args.get("customer") {
                Some(customer) => model.recommend_for_customer_with(&id(customer), n(args), &options)?,
                None => {
                    let baskets: Vec<Vec<Id>> = args["baskets"].as_array().unwrap().iter().map(ids).collect();
                    model.recommend_for_baskets(&baskets, n(args), &options)?
                }
            };
            Ok(list(&found))
        }
        Some("Popularity") => {
            let as_of = word("as_of").map(Time::parse).transpose()?;
            let model =
                again(Popularity::params().half_life_days(number("half_life_days")).as_of(as_of).fit(log))?;
            Ok(list(&model.recommend(n(args))))
        }
        Some("Replenishment") => {
            let params = Replenishment::params().horizon_days(number("horizon_days").unwrap_or(7.0));
            let params = params.coverage(number("coverage").unwrap_or(0.8));
            let model = again(params.min_purchases(whole("min_purchases").unwrap_or(1)).fit(log))?;
            let floor = args.get("min_probability").map_or(0.0, |value| value.as_f64().unwrap());
            let now = Time::parse(args["now"].as_str().unwrap())?;
            let options = BuyAgainOptions::new().min_probability(floor);
            let table = model.due_all_with(now, n(args), &options)?;
            let names: Vec<&str> = table.columns().iter().map(|(name, _)| name.as_ref()).collect();
            Ok(rows(&table, &names))
        }
        Some("Rfm") => {
            let table = again(rfm(params)?.fit(log))?.table();
            let names: Vec<&str> = table.columns().iter().map(|(name, _)| name.as_ref()).collect();
            Ok(rows(&table, &names))
        }
        Some("CustomerClusters") => {
            let params = CustomerClusters::params(whole("n_clusters").unwrap());
            let params = params.seed(whole("seed").unwrap_or(0) as u64);
            let params = params.scaling(Scaling::parse(word("scaling").unwrap_or("log1p_z"))?);
            let named = step["params"].get("features").and_then(Value::as_array);
            let words = named.map(|words| words.iter().filter_map(Value::as_str).collect());
            let features = Features::parse(words.unwrap_or_else(|| vec!["rfm"]))?;
            Ok(json!(again(params.features(features).fit(log))?.labels()))
        }
        Some("KMeans") => {
            let data = args["data"].as_array().unwrap();
            let values = data.iter().flat_map(|row| row.as_array().unwrap()).map(|v| v.as_f64().unwrap());
            let shape = (data.len(), data[0].as_array().unwrap().len());
            let data = Array2::from_shape_vec(shape, values.collect()).unwrap();
            let params = KMeans::params(whole("n_clusters").unwrap());
            let model = again(params.seed(whole("seed").unwrap_or(0) as u64).fit(&data))?;
            Ok(if call == "labels" { json!(model.labels()) } else { json!(model.inertia()) })
        }
        Some(other) => panic!("no model is called {other}"),
    }
}

fn rfm(given: &Value) -> Result<RfmParams> {
    let mut params = Rfm::params();
    if let Some(as_of) = given.get("as_of") {
        params = params.as_of(Time::parse(as_of.as_str().unwrap())?);
    }
    let numbers = |value: &Value| serde_json::from_value::<Vec<f64>>(value.clone()).unwrap();
    let scoring = |value: Option<&Value>| match value {
        None => Ok(Scoring::Quantile),
        Some(Value::String(word)) => Scoring::parse(word),
        Some(cuts) => Ok(Scoring::Fixed(numbers(cuts))),
    };
    let scores = given.get("scores");
    let of = |name: &str| {
        scoring(scores.and_then(|scores| if scores.is_object() { scores.get(name) } else { Some(scores) }))
    };
    params = params.recency_scores(of("recency")?).frequency_scores(of("frequency")?);
    params = params.monetary_scores(of("monetary")?);
    if let Some(word) = given.get("closed") {
        params = params.closed(Closed::parse(word.as_str().unwrap())?);
    }
    if let Some(weights) = given.get("weights").map(numbers) {
        params = params.weights(weights[0], weights[1], weights[2]);
    }
    let named =
        given.get("segments").map_or(Some("default"), Value::as_str).map(SegmentGrid::named).transpose()?;
    let own = |value: &Value| serde_json::from_value::<Vec<GridSegment>>(value.clone()).unwrap();
    let segments = named.as_ref().map_or_else(|| own(&given["segments"]), |grid| grid.segments().to_vec());
    let other = given.get("other").and_then(Value::as_str).or(named.as_ref().and_then(SegmentGrid::other));
    let bins = u8::try_from(given.get("bins").map_or(5, |bins| bins.as_u64().unwrap())).unwrap();
    Ok(params.segments(SegmentGrid::from_parts(bins, segments, other.map(str::to_owned))?))
}

fn of_log(log: &OrderLog, call: &str, args: &Value) -> Result<Value> {
    let counts = |log: &OrderLog| {
        let (orders, customers) = (log.n_orders(), log.n_customers());
        json!({"orders": orders, "customers": customers, "items": log.n_items(), "lines": log.n_lines()})
    };
    match call {
        "counts" => Ok(counts(log)),
        "forget" => Ok(counts(&log.forget(&id(&args["customer"]))?)),
        "merge_customers" => Ok(counts(&log.merge_customers(&id(&args["customer"]), &id(&args["into"]))?)),
        _ => Ok(counted(log.report())),
    }
}

fn rows(table: &Table, columns: &[&str]) -> Value {
    let cell = |name: &str, row: usize| match table.column(name).unwrap().cell(row) {
        Cell::Id(id) => of_id(id),
        Cell::Ids(ids) => ids.into_iter().map(of_id).collect(),
        Cell::Int(value) => json!(value),
        Cell::Float(value) => json!(value),
        Cell::Word(word) => json!(word),
        Cell::Time(time) => json!(time.to_string()),
        Cell::Bool(value) => json!(value),
        other => panic!("no value for {other:?}"),
    };
    let row = |row: usize| columns.iter().map(|name| ((*name).to_owned(), cell(name, row))).collect();
    Value::Array((0..table.len()).map(|at| Value::Object(row(at))).collect())
}
