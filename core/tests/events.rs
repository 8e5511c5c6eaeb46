//! The event log: what is taken, what is set aside, how sessions are made, and real clicks.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::data::{
    Attribute, AttributeValues, Batch, Cause, Cell, EventColumns, EventKind, EventLogBuilder, EventOptions,
    IdValues, Interactions, KindWeights, LogBuilder, LogOptions, Note, NumberValues, Role, TimeValues,
    Values,
};
use kosar::similarity::ItemSimilarity;
use kosar::{EventLog, Fit, Time, TimeUnit};

mod common;

fn columns() -> EventColumns {
    let name = |name: &str| Some(name.to_owned());
    EventColumns {
        session: name("session"),
        customer: name("customer"),
        item: name("item"),
        time: name("when"),
        kind: name("kind"),
        quantity: name("qty"),
        position: name("pos"),
        propensity: name("prob"),
        ..EventColumns::default()
    }
}

fn read(name: &str, rows: &str, options: EventOptions) -> kosar::Result<EventLog> {
    let path = std::env::temp_dir().join(format!("kosar-events-{}-{name}.csv", std::process::id()));
    std::fs::write(&path, format!("session,customer,item,when,kind,qty,pos,prob\n{rows}")).unwrap();
    let log = EventLog::from_csv(&path, &columns(), options);
    std::fs::remove_file(path).unwrap();
    log
}

fn aside(log: &EventLog) -> Vec<(&'static str, u64, Vec<u64>)> {
    let found = log.report().set_aside().iter();
    found.map(|(cause, finding)| (cause.name(), finding.count, finding.first_rows.clone())).collect()
}

fn noted(log: &EventLog) -> Vec<(&'static str, u64)> {
    log.report().notes().iter().map(|(note, finding)| (note.name(), finding.count)).collect()
}

#[test]
fn every_bad_row_is_set_aside_with_its_cause_and_number() {
    let rows = "s,,x,2025-01-01,view,,,\n\
                s,,x,2025-01-01,,,,\n\
                s,,x,2025-01-01,stare,,,\n\
                s,,,2025-01-01,view,,,\n\
                ,,x,2025-01-01,view,,,\n\
                s,,x,,view,,,\n\
                s,,x,soon,view,,,\n\
                s,,x,2025-01-03,view,,,\n\
                s,,x,2025-01-01,view,many,,\n\
                s,,x,2025-01-01,view,inf,,\n\
                s,,x,2025-01-01,view,1e15,,\n\
                s,,x,2025-01-01,view,0,,\n\
                s,,x,2025-01-01,view,-1,,\n\
                s,,x,2025-01-01,impression,,1.5,\n\
                s,,x,2025-01-01,impression,,1,0\n\
                s,,x,2025-01-01,view\n\
                s,,,2025-01-02,search,,,\n\
                ,ann,x,2025-01-02,purchase,2.5,,\n\
                s,,x,2025-01-01,impression,,3,0.25\n\
                s,,x,2025-01-01,view,1,,\n";
    let until = Time::parse("2025-01-02").ok();
    let log = read("bad", rows, EventOptions { until, ..EventOptions::default() }).unwrap();
    let expected = [
        ("field_count", 1, vec![15]),
        ("missing_kind", 1, vec![1]),
        ("unknown_kind", 1, vec![2]),
        ("missing_item", 1, vec![3]),
        ("nobody_known", 1, vec![4]),
        ("missing_time", 1, vec![5]),
        ("bad_time", 1, vec![6]),
        ("future", 1, vec![7]),
        ("bad_number", 1, vec![8]),
        ("not_finite", 1, vec![9]),
        ("too_large", 1, vec![10]),
        ("zero_quantity", 1, vec![11]),
        ("negative_quantity", 1, vec![12]),
        ("bad_position", 1, vec![13]),
        ("bad_propensity", 1, vec![14]),
        ("duplicate_event", 1, vec![19]),
    ];
    assert_eq!(aside(&log), expected);
    assert_eq!((log.report().rows(), log.report().taken(), log.n_events()), (20, 4, 4));
    assert_eq!(log.report().set_aside()[&Cause::UnknownKind].examples, ["stare"]);
    assert_eq!(log.report().set_aside()[&Cause::BadTime].examples, ["soon"]);
    assert_eq!(noted(&log), [("out_of_order", 1), ("anonymous_sessions", 1)]);
    assert_eq!(log.report().notes()[&Note::OutOfOrder].first_rows, [18]);
    let session = log.sessions().next().unwrap();
    let events: Vec<_> = log.events_of(session).collect();
    assert_eq!((events[0].position, events[0].propensity), (None, None));
    assert_eq!((events[1].position, events[1].propensity), (Some(3), Some(0.25)));
    assert_eq!((events[2].kind, events[2].item), (EventKind::Search, None));
    let ann = log.sessions().nth(1).unwrap();
    assert!((log.events_of(ann).next().unwrap().quantity.to_f64() - 2.5).abs() < 1e-12);
    assert_eq!(log.span().unwrap(), (Time::parse("2025-01-01").unwrap(), Time::parse("2025-01-02").unwrap()));
}

#[test]
fn a_session_is_a_visit_of_one_customer_and_may_be_linked_later() {
    let rows = "s,,x,2025-01-01 10:00,view,,,\n\
                s,ann,y,2025-01-01 10:05,view,,,\n\
                s,,z,2025-01-01 12:00,view,,,\n\
                t,,x,2025-01-01 11:00,view,,,\n\
                ,bob,x,2025-01-01 10:00,view,,,\n\
                ,bob,y,2025-01-01 10:30,view,,,\n\
                ,bob,z,2025-01-01 11:00:01,view,,,\n";
    let log = read("visits", rows, EventOptions::default()).unwrap();
    let ids = |log: &EventLog| {
        let session = |session| {
            let view = log.session(session);
            let customer = view.customer.map(|customer| log.customers().get(customer.as_usize()).to_string());
            (view.id.map(|id| id.to_string()), customer, view.items.len())
        };
        log.sessions().map(session).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    let own =
        [(None, some("bob"), 2), (some("t"), None, 1), (None, some("bob"), 1), (some("s"), some("ann"), 3)];
    assert_eq!(ids(&log), own);
    assert_eq!(noted(&log), [("anonymous_sessions", 1), ("inferred_customers", 2)]);
    let linked = log.link("t", "cleo").unwrap();
    assert_eq!(ids(&linked)[1], (some("t"), some("cleo"), 1));
    assert_eq!(noted(&linked), [("inferred_customers", 2), ("linked", 1)]);
    assert_eq!(log.link("t", 7).unwrap_err().to_string(), "customer ids are string here, got the integer 7");
    assert_eq!(log.link("u", "ann").unwrap_err().to_string(), "unknown session 'u'");
    let without = linked.forget("ann").unwrap();
    assert_eq!((without.n_sessions(), without.report().notes()[&Note::Forgotten].count), (3, 3));
    assert!(!format!("{without:?}").contains("ann"));
    assert_eq!(without.forget("ann").unwrap_err().to_string(), "unknown customer 'ann'");
    let of_bob = log.sessions_by_customer();
    assert_eq!(of_bob.row(1).iter().map(|session| session.as_u32()).collect::<Vec<_>>(), [0, 2]);
    // What was learnt at 10:05 was not known before.
    let early = log.before(Time::parse("2025-01-01 10:05").unwrap());
    assert_eq!(ids(&early), [(some("s"), None, 1), (None, some("bob"), 1)]);
}

#[test]
fn an_event_that_comes_again_without_its_customer_is_the_same() {
    let log = |row: &str| read("again", row, EventOptions::default()).unwrap();
    let (named, unnamed) = (log("s,ann,x,2025-01-01,view,,,\n"), log("s,,x,2025-01-01,view,,,\n"));
    let linked = unnamed.link("s", "ann").unwrap();
    for known in [&named, &linked] {
        let joined = known.append(&unnamed).unwrap();
        assert_eq!((joined.n_events(), joined.n_customers(), aside(&joined)[0].1), (1, 1, 1));
        let joined = unnamed.append(known).unwrap();
        assert_eq!((joined.n_events(), joined.report().taken(), joined.n_customers()), (1, 1, 1));
        assert!(aside(&joined).is_empty());
    }
}

#[test]
fn a_shop_has_its_own_words_for_kinds() {
    let kinds = [("pdp".to_owned(), EventKind::View), ("3".to_owned(), EventKind::Purchase)].into();
    let options = EventOptions { kinds, ..EventOptions::default() };
    let seconds = || TimeValues::Int(Values::new(&[1, 2, 3][..]), TimeUnit::Second);
    let batch = |kinds: IdValues<'static>| {
        let batch = Batch::new(3).ids(Role::Session, IdValues::Int(Values::new(&[1, 1, 1][..])));
        let batch = batch.and_then(|b| b.ids(Role::Item, IdValues::Int(Values::new(&[5, 5, 5][..]))));
        batch.and_then(|b| b.ids(Role::Kind, kinds)).and_then(|b| b.time(seconds())).unwrap()
    };
    let built = |kinds: IdValues<'static>| {
        let mut builder = EventLogBuilder::new(options.clone()).unwrap();
        builder.push(&batch(kinds)).unwrap();
        builder.finish().unwrap()
    };
    let expected = [EventKind::View, EventKind::Purchase, EventKind::AddToCart];
    let words = IdValues::Text(Values::new(&["pdp", "3", "add_to_cart"][..]));
    let log = built(words.clone());
    assert_eq!(log.session(log.sessions().next().unwrap()).kinds, expected);
    let codes = Values::new(&[0_u32, 1, 2][..]);
    let log = built(IdValues::Coded { codes, dictionary: Box::new(words) });
    assert_eq!(log.session(log.sessions().next().unwrap()).kinds, expected);
    let log = built(IdValues::Float(Values::new(&[3.0, f64::NAN, 4.0][..])));
    assert_eq!(aside(&log), [("missing_kind", 1, vec![1]), ("unknown_kind", 1, vec![2])]);
}

#[test]
fn what_cannot_be_read_as_events_names_what_is_wrong() {
    let ints = || IdValues::Int(Values::new(&[1][..]));
    let time = || TimeValues::Int(Values::new(&[1][..]), TimeUnit::Second);
    let session = || Batch::new(1).ids(Role::Session, ints()).unwrap();
    let pushed = |batch: Batch<'_>| {
        let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
        builder.push(&batch).and_then(|()| builder.finish()).map_err(|error| error.to_string())
    };
    let needed =
        "name at least a time column, a session or a customer column, and an item or a kind column; got none";
    assert_eq!(pushed(session().ids(Role::Item, ints()).unwrap()).unwrap_err(), needed);
    assert_eq!(pushed(session().time(time()).unwrap()).unwrap_err(), needed);
    let good = || session().ids(Role::Item, ints()).unwrap().time(time()).unwrap();
    let foreign = pushed(good().ids(Role::Order, ints()).unwrap()).unwrap_err();
    assert_eq!(foreign, "an event log takes no order column");
    let words = || AttributeValues::Text(Values::new(&["red"][..]));
    for name in ["", "item", "time", "propensity"] {
        let kept = pushed(good().attribute(name, words()).unwrap()).unwrap_err();
        assert!(kept.starts_with(&format!("an attribute cannot be named '{name}': ")), "{kept}");
    }
    let mut orders = LogBuilder::new(LogOptions::default());
    assert_eq!(orders.push(&good()).unwrap_err().to_string(), "an order log takes no session column");

    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&good()).unwrap();
    let more = good().numbers(Role::Position, NumberValues::Int(Values::new(&[1][..]))).unwrap();
    let error = builder.push(&more).unwrap_err().to_string();
    assert_eq!(error, "column position is in some batches and not in others");
    let kept = builder.push(&good().attribute("colour", words()).unwrap()).unwrap_err().to_string();
    assert_eq!(kept, "column colour is in some batches and not in others");
    assert_eq!(builder.finish().unwrap().n_events(), 1);

    for gap_minutes in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let options = EventOptions { gap_minutes, ..EventOptions::default() };
        let error = EventLogBuilder::new(options).unwrap_err().to_string();
        assert!(error.starts_with("gap_minutes must be above 0 and at most 5,256,000"), "{error}");
    }
    let options = EventOptions { integer_ids: vec![Role::Order], ..EventOptions::default() };
    let error = EventLogBuilder::new(options).unwrap_err().to_string();
    assert_eq!(error, "integer_ids must be one of customer, session, item, got 'order'");
}

#[test]
fn logs_that_differ_in_what_a_session_is_cannot_be_joined() {
    let row = "s,,x,2025-01-01,view,,,\n";
    let plain = read("plain", row, EventOptions::default()).unwrap();
    let hour = read("hour", row, EventOptions { gap_minutes: 60.0, ..EventOptions::default() }).unwrap();
    assert_eq!(plain.append(&hour).unwrap_err().to_string(), "cannot append: gap_minutes are 30 and 60");
    let integers = EventOptions { integer_ids: vec![Role::Session], ..EventOptions::default() };
    let ints = read("ints", "1,,x,2025-01-01,view,,,\n", integers).unwrap();
    let error = plain.append(&ints).unwrap_err().to_string();
    assert_eq!(error, "cannot append: session ids are string and integer, or too many together");
}

/// Distinct lines, sessions and items, as `sort -u` and `cut` count them in the files.
#[test]
fn real_clicks_are_read_whole() {
    for (file, n_events, n_sessions, n_items, duplicates) in [
        ("clicks_bol/train.txt", 113_601, 23_753, 18_009, 0),
        ("clicks_yoochoose/train.txt", 70_277, 17_794, 2_933, 1),
    ] {
        let Some(path) = common::data(file) else { return };
        let name = |name: &str| Some(name.to_owned());
        let columns = EventColumns {
            session: name("SessionId"),
            item: name("ItemId"),
            time: name("Time"),
            time_unit: Some(TimeUnit::Second),
            delimiter: Some(b'\t'),
            ..EventColumns::default()
        };
        let integer_ids = vec![Role::Session, Role::Item];
        let log =
            EventLog::from_csv(&path, &columns, EventOptions { integer_ids, ..EventOptions::default() });
        let log = log.unwrap();
        assert_eq!(
            (log.n_events(), log.n_sessions(), log.n_items()),
            (n_events, n_sessions, n_items),
            "{file}"
        );
        let aside: u64 = log.report().set_aside().values().map(|finding| finding.count).sum();
        let twice = log.report().set_aside().get(&Cause::DuplicateEvent).map_or(0, |finding| finding.count);
        assert_eq!((twice, aside, log.report().taken()), (duplicates, duplicates, n_events as u64), "{file}");
        let matrix = Interactions::from_sessions(&log, &KindWeights::default());
        assert_eq!((matrix.n_customers(), matrix.n_items()), (n_sessions, n_items), "{file}");
        let model = ItemSimilarity::params().neighbors(5).fit(&matrix).unwrap();
        assert!(model.similar(log.items().get(0), 5).is_ok());
    }
}

#[test]
fn what_is_kept_of_events_goes_where_they_go() {
    let path = std::env::temp_dir().join(format!("kosar-events-{}-kept.csv", std::process::id()));
    let rows = "visit,who,sku,at,device,from\n\
        1,ann,tea,2024-01-01T10:00:00,phone,ads\n\
        1,ann,tea,2024-01-01T10:00:00,desk,ads\n\
        1,ann,tea,2024-01-01T10:00:00,phone,ads\n\
        2,bob,mug,2024-01-01T09:00:00,,mail\n";
    std::fs::write(&path, rows).unwrap();
    let name = |name: &str| Some(name.to_owned());
    let columns = EventColumns {
        session: name("visit"),
        customer: name("who"),
        item: name("sku"),
        time: name("at"),
        attributes: vec!["device".to_owned(), "from".to_owned()],
        ..EventColumns::default()
    };
    let log = EventLog::from_csv(&path, &columns, EventOptions::default()).unwrap();
    let bare =
        EventLog::from_csv(&path, &EventColumns { attributes: vec![], ..columns }, EventOptions::default())
            .unwrap();
    std::fs::remove_file(&path).unwrap();
    // Two that differ in what was kept are two; without what was kept they are one.
    assert_eq!((log.n_events(), bare.n_events(), bare.attributes().len()), (3, 2, 0));
    let kept = |log: &EventLog| {
        let words = |at: usize| {
            log.attributes()
                .iter()
                .map(|(name, column)| (name.clone(), column.word(at).map(str::to_owned)))
                .collect()
        };
        (0..log.n_events()).map(words).collect::<Vec<Vec<_>>>()
    };
    let both = |device: Option<&str>, from: &str| {
        vec![("device".to_owned(), device.map(str::to_owned)), ("from".to_owned(), Some(from.to_owned()))]
    };
    assert_eq!(kept(&log), [both(None, "mail"), both(Some("desk"), "ads"), both(Some("phone"), "ads")]);
    let table = log.table();
    assert_eq!(table.column("device").unwrap().cell(0), Cell::Missing);
    assert_eq!(table.column("from").unwrap().cell(2), Cell::Id("ads".into()));
    let bob = log.forget("ann").unwrap();
    assert_eq!(kept(&bob), [both(None, "mail")]);
    let words = |log: &EventLog, column: usize| match &log.attributes()[column].1 {
        Attribute::Category { words, .. } => words.len(),
        _ => 0,
    };
    assert_eq!((words(&bob, 0), words(&bob, 1)), (0, 1));
    let error = log.append(&bare).unwrap_err().to_string();
    assert_eq!(error, "cannot append: kept columns are device, from and none");
}
