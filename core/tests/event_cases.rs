//! The shared cases of `examples/event_cases`: every language must give these answers, models fresh from the fit and from a
//! file.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::data::{Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Role, Sessions, TimeValues};
use kosar::eval::{
    Cut, EvaluateOptions, NextItem, PopularInSessions, SessionEstimate, evaluate_sessions, split_sessions,
};
use kosar::rank::ItemFilter;
use kosar::session::{
    SequentialRules, SequentialRulesParams, SessionAnswer, SessionKnn, SessionKnnParams, SessionOptions,
};
use kosar::visits::{Seen, VisitQuery, Visits};
use kosar::{Control, EventLog, Fit, Id, Persist, Result, Time};
use serde_json::{Value, json};

mod common;

use common::cases::{check, counted, id, ids, list, n, of_id, texts};

#[test]
fn every_shared_case_of_events_gives_its_answer() {
    let steps = check("event_cases", |case, step| answer(&log(&case["events"])?, step));
    assert!(steps > 25, "{steps}");
}

fn log(spec: &Value) -> Result<EventLog> {
    let columns = spec["columns"].as_object().unwrap();
    let n = columns["time"].as_array().unwrap().len();
    let options = &spec["options"];
    let kinds = options["kinds"].as_object().into_iter().flatten();
    let kind =
        |(word, kind): (&String, &Value)| Ok((word.clone(), EventKind::parse(kind.as_str().unwrap())?));
    let options = EventOptions {
        until: options["until"].as_str().map(Time::parse).transpose()?,
        gap_minutes: options["gap_minutes"].as_f64().unwrap_or(EventOptions::default().gap_minutes),
        kinds: kinds.map(kind).collect::<Result<_>>()?,
        ..EventOptions::default()
    };
    let mut batch = Batch::new(n).time(TimeValues::Text(texts(&columns["time"])))?;
    for role in [Role::Session, Role::Customer, Role::Item, Role::Kind] {
        if let Some(column) = columns.get(role.name()) {
            batch = batch.ids(role, IdValues::Text(texts(column)))?;
        }
    }
    let mut builder = EventLogBuilder::new(options)?;
    builder.push(&batch)?;
    builder.finish()
}

/// The parameters given, the others as they are by default.
fn params<P: serde::Serialize + serde::de::DeserializeOwned>(defaults: &P, step: &Value) -> Result<P> {
    let mut all = serde_json::to_value(defaults).unwrap();
    for (name, value) in step["params"].as_object().into_iter().flatten() {
        all[name] = match value.as_object() {
            Some(named) => {
                json!(EventKind::weights(named.iter().map(|(kind, w)| (kind.as_str(), w.as_f64().unwrap())))?)
            }
            None => value.clone(),
        };
    }
    Ok(serde_json::from_value(all).unwrap())
}

/// A model, written and read again.
fn again<M: Persist + PartialEq + std::fmt::Debug>(model: &M) -> Result<M> {
    let read = M::from_bytes(&model.to_bytes()?)?;
    assert_eq!(&read, model);
    Ok(read)
}

fn knn(log: &EventLog, step: &Value) -> Result<SessionKnn> {
    let params: SessionKnnParams = params(&SessionKnn::params(), step)?;
    again(&params.fit(log)?)
}

fn rules(log: &EventLog, step: &Value) -> Result<SequentialRules> {
    let params: SequentialRulesParams = params(&SequentialRules::params(), step)?;
    again(&params.fit(log)?)
}

fn answer(log: &EventLog, step: &Value) -> Result<Value> {
    let args = &step["args"];
    match (step["model"].as_str(), step["call"].as_str().unwrap()) {
        (None, call) => of_log(log, call, args),
        (Some(model), "evaluate") => {
            let (train, test) = split_sessions(log, Cut::Fraction(args["fraction"].as_f64().unwrap()))?;
            let model: Box<dyn NextItem> = match model {
                "SessionKnn" => Box::new(knn(&train, step)?),
                "SequentialRules" => Box::new(rules(&train, step)?),
                _ => Box::new(PopularInSessions::new(&Sessions::from_events(&train)?)),
            };
            let options = EvaluateOptions::at(usize::try_from(args["k"].as_u64().unwrap()).unwrap());
            let found =
                evaluate_sessions(&*model, &Sessions::from_events(&test)?, &options, &Control::new())?;
            let estimate =
                |one: SessionEstimate| json!({"value": one.value, "low": one.low, "high": one.high});
            Ok(json!({"n": found.n, "hit_rate": estimate(found.hit_rate), "mrr": estimate(found.mrr)}))
        }
        (Some("Visits"), call) => {
            let visits = Visits::new(log, None)?;
            let customer = args.get("customer").map(id);
            let query = customer.map_or_else(VisitQuery::anonymous, VisitQuery::customer);
            let query = query.session(args.get("session").map(id));
            let found = match call {
                "recently_viewed" => visits.recently_viewed(&query, n(args))?,
                _ => visits.continue_shopping(&query, n(args))?,
            };
            let one = |seen: &Seen| json!({"item": of_id(seen.item.as_ref()), "kind": seen.kind.name(), "views": seen.views});
            Ok(found.iter().map(one).collect())
        }
        (Some(model), call) => {
            let filter = ItemFilter::new().exclude(args.get("exclude").map(ids).unwrap_or_default());
            let filter = filter.only(args.get("only").map(ids));
            let options = SessionOptions::new().filter(filter.clone());
            let sessions: Vec<Vec<Id>> = match call {
                "recommend_many" => args["sessions"].as_array().unwrap().iter().map(ids).collect(),
                _ => vec![ids(&args["session"])],
            };
            let control = Control::new();
            let (one, many) = if model == "SessionKnn" {
                let model = knn(log, step)?;
                let one = model.recommend_with(&sessions[0], n(args), &options)?;
                (one, model.recommend_many(&sessions, n(args), &filter, &control)?)
            } else {
                let model = rules(log, step)?;
                let one = model.recommend_with(&sessions[0], n(args), &options)?;
                (one, model.recommend_many(&sessions, n(args), &filter, &control)?)
            };
            assert_eq!(one, many[0]);
            Ok(if call == "recommend_many" { many.iter().map(of_answer).collect() } else { of_answer(&one) })
        }
    }
}

fn of_answer(found: &SessionAnswer) -> Value {
    let unknown: Vec<Value> = found.unknown.iter().map(|id| of_id(id.as_ref())).collect();
    json!({
        "recommendations": list(&found.recommendations),
        "unknown": unknown,
        "empty": found.empty.map(|why| why.name()),
        "why_empty": found.empty.map(|why| why.to_string()),
    })
}

fn of_log(log: &EventLog, call: &str, args: &Value) -> Result<Value> {
    let counts = |log: &EventLog| {
        json!({
            "events": log.n_events(),
            "sessions": log.n_sessions(),
            "customers": log.n_customers(),
            "items": log.n_items(),
        })
    };
    let time = || Time::parse(args["time"].as_str().unwrap());
    Ok(match call {
        "counts" => counts(log),
        "before" => counts(&log.before(time()?)),
        "after" => counts(&log.after(time()?)),
        "forget" => counts(&log.forget(&id(&args["customer"]))?),
        "merge_customers" => counts(&log.merge_customers(&id(&args["customer"]), &id(&args["into"]))?),
        "forget_session" => counts(&log.forget_session(&id(&args["session"]))?),
        "link" => {
            let (session, customer) = (id(&args["session"]), id(&args["customer"]));
            counts(&log.link_all([(session.as_ref(), customer.as_ref())])?)
        }
        "report" => counted(log.report()),
        _ => panic!("no call of a log is named {call}"),
    })
}
