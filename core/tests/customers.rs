//! Tables of customers as shops write them, and what may be done to them.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use kosar::data::{
    Cause, Cell, Column, Consent, Customers, CustomersBatch, CustomersBuilder, CustomersColumns,
    CustomersOptions, DateValues, FactValues, FlagValues, IdValues, Note, NumberValues, TagValues,
    TimeValues, Values,
};
use kosar::{Date, ErrorKind, Id, IdRef};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A file that is removed when it is done with.
struct TempFile(std::path::PathBuf);

impl TempFile {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("kosar-customers-{}-{name}", std::process::id()));
        std::fs::File::create(&path).unwrap().write_all(content).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn columns() -> CustomersColumns {
    let text = |name: &str| name.to_owned();
    CustomersColumns {
        customer: Some(text("id")),
        words: vec![text("city")],
        numbers: vec![text("points")],
        dates: vec![text("born")],
        flags: vec![text("club")],
        time_zone: Some(text("tz")),
        preferences: vec![(text("brand"), text("likes"))],
        consents: vec![(text("email"), text("marketing"), text("mail_ok"))],
        ..CustomersColumns::default()
    }
}

fn facts(customers: &Customers, id: &str) -> Value {
    serde_json::to_value(customers.customer(id).unwrap()).unwrap()
}

#[test]
fn a_csv_becomes_a_table_of_which_every_row_and_value_is_accounted_for() {
    let file = TempFile::new(
        "all.csv",
        "id,city,points,born,club,tz,likes,mail_ok\n\
         ann,Pécs,12.5,1980-02-29,yes,europe/budapest,\"Zen, Acme\",1\n\
         bob,,many,29.2.1980,perhaps,Mars/Base,,maybe\n\
         ,Pécs,1,,,,,1\n\
         ann,Eger,3,1979-12-31,no,America/New_York,Acme,no\n\
         cyd,,,,,,,\n\
         dan,Eger\n"
            .as_bytes(),
    );
    let customers = Customers::from_csv(&file.0, &columns()).unwrap();
    assert_eq!(
        facts(&customers, "ann"),
        json!({"customer": "ann", "attributes": {"born": "1979-12-31", "city": "Eger", "club": false, "points": 3.0},
            "time_zone": "America/New_York", "preferences": {"brand": ["Acme", "Zen"]},
            "consents": {"email/marketing": "withdrawn"}})
    );
    let nothing = |id: &str, consents: Value| json!({"customer": id, "attributes": {}, "time_zone": null, "preferences": {}, "consents": consents});
    // What is not clearly a consent is none.
    assert_eq!(facts(&customers, "bob"), nothing("bob", json!({"email/marketing": "withdrawn"})));
    assert_eq!(facts(&customers, "cyd"), nothing("cyd", json!({})));
    assert_eq!(customers.ids().iter().collect::<Vec<_>>(), ["ann", "bob", "cyd"].map(IdRef::Str));
    assert_eq!(customers.attribute_names().collect::<Vec<_>>(), ["born", "city", "club", "points"]);
    assert_eq!(customers.preference_kinds().collect::<Vec<_>>(), ["brand"]);
    assert_eq!(customers.consent_pairs().collect::<Vec<_>>(), [("email", "marketing")]);
    let report = customers.report();
    assert_eq!((report.rows(), report.taken()), (6, 4));
    assert_eq!(report.set_aside()[&Cause::MissingCustomer].first_rows, [2]);
    assert_eq!(report.set_aside()[&Cause::FieldCount].first_rows, [5]);
    let notes: Value = serde_json::to_value(report.notes()).unwrap();
    let found = |name: &str| (notes[name]["count"].clone(), notes[name]["examples"].clone());
    assert_eq!(found("unreadable_value"), (json!(3), json!(["many", "29.2.1980", "perhaps"])));
    assert_eq!(found("unknown_zone"), (json!(1), json!(["Mars/Base"])));
    assert_eq!(found("unreadable_consent"), (json!(1), json!(["maybe"])));
    assert_eq!(found("several_facts"), (json!(1), json!(["ann"])));
    assert_eq!(found("mixed_consent"), (json!(1), json!(["ann"])));
    assert_eq!(notes.as_object().unwrap().len(), 5);
}

#[test]
fn options_are_followed_and_refused_by_name() {
    let file = TempFile::new("options.csv", b"id;born;likes;mail_ok\n7;29.02.1980;a|b;\n");
    let mut named = CustomersColumns {
        customer: Some("id".to_owned()),
        dates: vec!["born".to_owned()],
        preferences: vec![("tea".to_owned(), "likes".to_owned())],
        delimiter: Some(b';'),
        ..CustomersColumns::default()
    };
    named.options = CustomersOptions {
        integer_ids: true,
        separator: "|".to_owned(),
        date_format: Some("%d.%m.%Y".to_owned()),
    };
    let customers = Customers::from_csv(&file.0, &named).unwrap();
    let seven = serde_json::to_value(customers.customer(7).unwrap()).unwrap();
    assert_eq!(
        (&seven["attributes"]["born"], &seven["preferences"]["tea"]),
        (&json!("1980-02-29"), &json!(["a", "b"]))
    );
    assert_eq!(customers.customer("7").unwrap_err().kind(), ErrorKind::IdType);
    assert_eq!(customers.consent(8, "email", "ads").unwrap_err().to_string(), "unknown customer 8");

    let error = |named: &CustomersColumns| Customers::from_csv(&file.0, named).unwrap_err().to_string();
    let with = |change: fn(&mut CustomersColumns)| {
        let mut named = named.clone();
        change(&mut named);
        error(&named)
    };
    let all = "it has: id, born, likes, mail_ok";
    assert_eq!(with(|named| named.customer = None), "name at least a customer column; got none");
    assert_eq!(
        with(|named| named.time_zone = Some("tz".to_owned())),
        format!("column 'tz', named as time_zone, is not in the input; {all}")
    );
    assert_eq!(
        with(|named| named.consents = vec![("mail".to_owned(), String::new(), "mail_ok".to_owned())]),
        "a consent must be named by its channel and its purpose, as email/marketing, got 'mail/'"
    );
    assert_eq!(
        with(|named| named.options.separator.clear()),
        "separator must be a text of at least one character, got ''"
    );
    assert!(with(|named| named.options.date_format = Some("%H".to_owned())).contains("got '%H'"));
    assert_eq!(
        with(|named| named.words = vec!["born".to_owned()]),
        "column born holds words in some batches and numbers in others"
    );
}

/// A row: customer, city, points, born, club, zone, likes, consent.
#[derive(Debug, Clone)]
struct Row {
    customer: i64,
    city: &'static str,
    points: Option<i8>,
    born: Option<i32>,
    club: Option<bool>,
    zone: &'static str,
    likes: Vec<&'static str>,
    consent: Option<bool>,
}

fn row() -> impl Strategy<Value = Row> {
    let words = prop::sample::select(vec!["", "Eger", "Győr", "Pécs"]);
    let zones = prop::sample::select(vec!["", "Europe/Budapest", "Asia/Tokyo", "UTC"]);
    let likes = prop::sample::subsequence(vec!["Acme", "Moka", "Zen"], 0..3);
    let flags = || prop::option::of(any::<bool>());
    let numbers = (prop::option::of(-2_i8..3), prop::option::of(0_i32..3));
    (0_i64..5, words, numbers, flags(), zones, likes, flags()).prop_map(
        |(customer, city, (points, born), club, zone, likes, consent)| Row {
            customer,
            city,
            points,
            born,
            club,
            zone,
            likes,
            consent,
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 1..12)
}

fn built(rows: &[Row]) -> Customers {
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let texts = |text: fn(&Row) -> &'static str| Values::new(rows.iter().map(text).collect::<Vec<_>>());
    let flags = |flag: fn(&Row) -> Option<bool>| FlagValues::Bool(rows.iter().map(flag).collect());
    let points = rows.iter().map(|row| row.points.map_or(f64::NAN, f64::from)).collect::<Vec<_>>();
    let ends = rows.iter().scan(0, |end, row| {
        *end += row.likes.len();
        Some(*end)
    });
    let likes = Values::new(rows.iter().flat_map(|row| row.likes.iter().copied()).collect::<Vec<_>>());
    let batch = CustomersBatch::new(rows.len())
        .customers(IdValues::Int(Values::new(rows.iter().map(|row| row.customer).collect::<Vec<_>>())))
        .unwrap()
        .attribute("city", FactValues::Words(texts(|row| row.city)))
        .unwrap()
        .attribute("points", FactValues::Numbers(NumberValues::Float(Values::new(points))))
        .unwrap()
        .attribute("born", FactValues::Dates(DateValues::Days(rows.iter().map(|row| row.born).collect())))
        .unwrap()
        .attribute("club", FactValues::Flags(flags(|row| row.club)))
        .unwrap()
        .time_zones(texts(|row| row.zone))
        .unwrap()
        .preferences("brand", TagValues::Lists { ends: ends.collect(), tags: likes })
        .unwrap()
        .consent("email", "ads", flags(|row| row.consent))
        .unwrap();
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// All that a table holds, by customer.
fn held(customers: &Customers) -> BTreeMap<Id, Value> {
    let ids = customers.ids().iter();
    ids.map(|id| (id.to_id(), serde_json::to_value(customers.customer(id).unwrap()).unwrap())).collect()
}

/// What customers are, told in the plainest way: the rows of each in the order in which they count.
fn told(rows: &BTreeMap<i64, Vec<Row>>, adds_up: bool) -> BTreeMap<Id, Value> {
    fn one<T: Ord + Copy>(values: impl Iterator<Item = Option<T>>, adds_up: bool) -> Option<T> {
        let mut values = values.flatten();
        if adds_up { values.min() } else { values.next() }
    }
    let word = |word: &'static str| (!word.is_empty()).then_some(word);
    let facts = |(&id, rows): (&i64, &Vec<Row>)| {
        let mut attributes = BTreeMap::new();
        let mut set =
            |name: &str, value: Option<Value>| value.map(|value| attributes.insert(name.to_owned(), value));
        set("city", one(rows.iter().map(|row| word(row.city)), adds_up).map(|city| json!(city)));
        set("points", one(rows.iter().map(|row| row.points), adds_up).map(|points| json!(f64::from(points))));
        set("club", one(rows.iter().map(|row| row.club), adds_up).map(|club| json!(club)));
        set(
            "born",
            one(rows.iter().map(|row| row.born), adds_up)
                .map(|days| json!(Date::from_days(days).to_string())),
        );
        let likes: BTreeSet<&str> = rows.iter().flat_map(|row| row.likes.iter().copied()).collect();
        let preferences = if likes.is_empty() { json!({}) } else { json!({"brand": likes}) };
        let said: BTreeSet<bool> = rows.iter().filter_map(|row| row.consent).collect();
        let consents = match said.first() {
            None => json!({}),
            Some(true) => json!({"email/ads": "given"}),
            Some(false) => json!({"email/ads": "withdrawn"}),
        };
        let zone = one(rows.iter().map(|row| word(row.zone)), adds_up);
        let facts = json!({"customer": id, "attributes": attributes, "time_zone": zone, "preferences": preferences,
            "consents": consents});
        (Id::Int(id), facts)
    };
    rows.iter().map(facts).collect()
}

fn by_customer(rows: &[Row]) -> BTreeMap<i64, Vec<Row>> {
    let mut all: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    rows.iter().for_each(|row| all.entry(row.customer).or_default().push(row.clone()));
    all
}

/// A row that tells what a table does of a customer.
fn kept(customers: &Customers, id: i64) -> Row {
    let facts = serde_json::to_value(customers.customer(id).unwrap()).unwrap();
    let find =
        |all: &[&'static str], value: &Value| all.iter().copied().find(|&word| *value == word).unwrap_or("");
    let likes: Vec<&'static str> = ["Acme", "Moka", "Zen"]
        .into_iter()
        .filter(|&word| {
            facts["preferences"]["brand"].as_array().is_some_and(|all| all.contains(&json!(word)))
        })
        .collect();
    let attributes = &facts["attributes"];
    Row {
        customer: id,
        city: find(&["Eger", "Győr", "Pécs"], &attributes["city"]),
        points: (-2..3).find(|&points| attributes["points"] == json!(f64::from(points))),
        born: attributes["born"].as_str().map(|text| Date::parse(text).unwrap().days()),
        club: attributes["club"].as_bool(),
        zone: find(&["Europe/Budapest", "Asia/Tokyo", "UTC"], &facts["time_zone"]),
        likes,
        consent: facts["consents"]["email/ads"].as_str().map(|word| word == "given"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn rows_add_up_whatever_their_order_and_whatever_table_they_are_in(mut rows in rows(), cut in 0_usize..12) {
        let expected = told(&by_customer(&rows), true);
        prop_assert_eq!(held(&built(&rows)), expected.clone());
        let (a, b) = rows.split_at(cut.min(rows.len()));
        let (a, b) = (built(a), built(b));
        prop_assert_eq!(held(&a.append(&b).unwrap()), expected.clone());
        prop_assert_eq!(held(&b.append(&a).unwrap()), expected.clone());
        rows.reverse();
        prop_assert_eq!(held(&built(&rows)), expected);
    }

    #[test]
    fn an_update_puts_what_is_told_in_the_place_of_what_was(old in rows(), new in rows()) {
        let (before, with) = (built(&old), built(&new));
        let updated = held(&before.update(&with).unwrap());
        let ids: BTreeSet<i64> = old.iter().chain(&new).map(|row| row.customer).collect();
        prop_assert_eq!(updated.len(), ids.len());
        for id in ids {
            let has = |table: &Customers| table.ids().position(id.into()).is_some();
            let mut rows: Vec<Row> = [&with, &before].into_iter().filter(|table| has(table)).map(|table| kept(table, id)).collect();
            // What is told now stands alone.
            if rows.len() == 2 && !rows[0].likes.is_empty() {
                rows[1].likes.clear();
            }
            if rows.len() == 2 && rows[0].consent.is_some() {
                rows[1].consent = None;
            }
            prop_assert_eq!(&updated[&Id::Int(id)], &told(&BTreeMap::from([(id, rows)]), false)[&Id::Int(id)]);
        }
    }

    #[test]
    fn merged_customers_are_one_with_the_facts_of_the_one_and_what_the_other_adds(
        rows in rows(),
        pairs in prop::collection::vec((0_i64..6, 0_i64..6), 1..4),
    ) {
        let customers = built(&rows);
        let mut all: BTreeMap<i64, Vec<Row>> = customers.ids().as_ints().unwrap().iter().map(|&id| (id, vec![kept(&customers, id)])).collect();
        let mut one_by_one = customers.clone();
        for &(customer, into) in &pairs {
            let merged = one_by_one.merge_customers(customer, into);
            prop_assert_eq!(merged.is_ok(), all.contains_key(&customer));
            if let Ok(merged) = merged {
                one_by_one = merged;
                let rows = all.remove(&customer).unwrap();
                all.entry(into).or_default().extend(rows);
            }
        }
        let merged = customers.merge_all_customers(pairs.iter().map(|&(a, b)| (a.into(), b.into()))).unwrap();
        prop_assert_eq!(held(&merged), told(&all, false));
        let named = |customer: i64| pairs.iter().fold(customer, |now, &(from, into)| if now == from { into } else { now });
        let moved = customers.ids().as_ints().unwrap().iter().filter(|&&id| named(id) != id).count() as u64;
        prop_assert_eq!(merged.report().notes().get(&Note::Merged).map_or(0, |finding| finding.count), moved);
        prop_assert_eq!(merged.ids().kind(), customers.ids().kind());
        prop_assert_eq!(held(&one_by_one), held(&merged));
    }

    #[test]
    fn who_is_forgotten_leaves_nothing(rows in rows(), gone in 0_i64..5) {
        let without: Vec<Row> = rows.iter().filter(|row| row.customer != gone).cloned().collect();
        let forgotten = built(&rows).forget(gone);
        prop_assert_eq!(forgotten.is_ok(), without.len() < rows.len());
        if let Ok(forgotten) = forgotten {
            prop_assert_eq!(held(&forgotten), held(&built(&without)));
            let words = |table: &Customers, name: &str| match table.table().column(name) {
                Some(Column::Ids { vocabulary, .. } | Column::IdLists { vocabulary, .. }) => Some(vocabulary.clone()),
                _ => None,
            };
            for name in ["city", "time_zone", "preference:brand"] {
                prop_assert_eq!(words(&forgotten, name), words(&built(&without), name));
            }
        }
    }
}

#[test]
fn consents_are_set_one_by_one_and_a_new_customer_gets_a_row() {
    let file =
        TempFile::new("consents.csv", b"id,city,points,born,club,tz,likes,mail_ok\nann,Eger,,,,,x,1\n");
    let ann = Customers::from_csv(&file.0, &columns()).unwrap();
    let after = ann.with_consent("ann", "email", "marketing", Consent::Withdrawn).unwrap();
    assert_eq!(ann.consent("ann", "email", "marketing").unwrap(), Consent::Given);
    assert_eq!(after.consent("ann", "email", "marketing").unwrap(), Consent::Withdrawn);
    let again = after.with_consent("ann", "email", "marketing", Consent::Given).unwrap();
    assert_eq!(again.consent("ann", "email", "marketing").unwrap(), Consent::Given);
    let both = again
        .with_consents([
            ("bob".into(), "sms", "orders", Consent::Given),
            ("ann".into(), "email", "marketing", Consent::Unknown),
            ("bob".into(), "sms", "orders", Consent::Withdrawn),
        ])
        .unwrap();
    assert_eq!(both.consent("bob", "sms", "orders").unwrap(), Consent::Withdrawn);
    assert_eq!(both.consent("ann", "sms", "orders").unwrap(), Consent::Unknown);
    assert_eq!(both.consent("ann", "push", "news").unwrap(), Consent::Unknown);
    assert_eq!(facts(&both, "ann")["consents"], json!({}));
    assert_eq!(facts(&both, "ann")["attributes"], json!({"city": "Eger"}));
    assert_eq!(both.consent_pairs().collect::<Vec<_>>(), [("email", "marketing"), ("sms", "orders")]);
    assert_eq!((both.len(), both.report().taken()), (2, 2));
    let row: Vec<_> =
        both.table().row(1).map(|(name, cell)| (name.to_owned(), format!("{cell:?}"))).collect();
    assert_eq!(row[0], ("customer".to_owned(), "Id(Str(\"bob\"))".to_owned()));
    assert_eq!(both.table().column("city").unwrap().cell(1), Cell::Missing);
    assert_eq!(both.table().column("born").unwrap().cell(1), Cell::Missing);
    assert_eq!(both.table().column("club").unwrap().cell(1), Cell::Missing);
    let error = ann.with_consent(7, "email", "ads", Consent::Given).unwrap_err();
    assert_eq!(error.to_string(), "customer ids are string here, got the integer 7");
    let error = ann.with_consent("ann", "e/mail", "ads", Consent::Given).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Param);
}

#[test]
fn tables_that_cannot_be_joined_say_why() {
    let table = |ids: IdValues<'static>, values: FactValues<'static>| {
        let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
        builder
            .push(&CustomersBatch::new(1).customers(ids).unwrap().attribute("size", values).unwrap())
            .unwrap();
        builder.finish().unwrap()
    };
    let (text, int) = (|| IdValues::Text(Values::new(&["a"][..])), || IdValues::Int(Values::new(&[1][..])));
    let (word, number) = (
        || FactValues::Words(Values::new(&["L"][..])),
        || FactValues::Numbers(NumberValues::Int(Values::new(&[40][..]))),
    );
    let error = |a: &Customers, b: &Customers| a.append(b).unwrap_err().to_string();
    assert_eq!(
        error(&table(text(), word()), &table(int(), word())),
        "cannot append: customer ids are string and integer"
    );
    assert_eq!(
        error(&table(text(), word()), &table(text(), number())),
        "cannot append: attribute 'size' holds words and numbers"
    );
    let one = table(text(), word());
    assert_eq!(one.merge_customers("b", "a").unwrap_err().to_string(), "unknown customer 'b'");
    assert_eq!(one.merge_customers("a", 7).unwrap_err().kind(), ErrorKind::IdType);
    assert_eq!(one.merge_all_customers([("b".into(), "a".into())]).unwrap().len(), 1);
    let renamed = one.merge_customers("a", "z").unwrap();
    assert_eq!(facts(&renamed, "z")["attributes"], json!({"size": "L"}));
    let nobody = one.forget("a").unwrap();
    assert!(nobody.is_empty() && nobody.append(&one).unwrap().len() == 1);
    // Of nobody there is no type of ids to differ from.
    assert_eq!(nobody.append(&table(int(), word())).unwrap().len(), 1);
    assert_eq!(nobody.with_consent(3, "email", "ads", Consent::Given).unwrap().len(), 1);
    let times = DateValues::Times(TimeValues::Text(Values::new(&[""][..])));
    assert_eq!(
        table(int(), FactValues::Dates(times)).table().column("size"),
        Some(&Column::Dates(vec![None]))
    );
}

#[test]
fn flags_may_be_written_as_a_frame_with_gaps_writes_them() {
    let file = TempFile::new("gaps.csv", b"id,mail_ok,club\na,1.0,0.0\nb,0.0,1.0\nc,,\nd,2.0,1.5\n");
    let named = CustomersColumns {
        customer: Some("id".to_owned()),
        flags: vec!["club".to_owned()],
        consents: vec![("email".to_owned(), "ads".to_owned(), "mail_ok".to_owned())],
        ..CustomersColumns::default()
    };
    let customers = Customers::from_csv(&file.0, &named).unwrap();
    let all = ["a", "b", "c", "d"].map(|id| {
        let facts = facts(&customers, id);
        (facts["attributes"]["club"].clone(), facts["consents"]["email/ads"].clone())
    });
    let expected = [
        (json!(false), json!("given")),
        (json!(true), json!("withdrawn")),
        (Value::Null, Value::Null),
        // What cannot be read is left out, and no consent.
        (Value::Null, json!("withdrawn")),
    ];
    assert_eq!(all, expected);
    let count = |note| customers.report().notes().get(&note).map_or(0, |finding| finding.count);
    assert_eq!((count(Note::UnreadableValue), count(Note::UnreadableConsent)), (1, 1));
}

/// A customer, and whom to join them into.
type Pair<'a> = (IdRef<'a>, IdRef<'a>);

#[test]
fn many_pairs_are_joined_in_linear_time() {
    let n = 100_000_i64;
    let ids: Vec<i64> = (0..=n).collect();
    let points: Vec<f64> = (0..=n).map(|id| if id < 2 { f64::NAN } else { id as f64 }).collect();
    let batch = CustomersBatch::new(ids.len()).customers(IdValues::Int(Values::new(ids))).and_then(|batch| {
        batch.attribute("points", FactValues::Numbers(NumberValues::Float(Values::new(points))))
    });
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    let customers = builder.finish().unwrap();
    let star = |from: i64| (IdRef::Int(from), IdRef::Int(0));
    let chain = |from: i64| (IdRef::Int(from), IdRef::Int(from - 1));
    let up = |from: i64| (IdRef::Int(from - 1), IdRef::Int(from));
    // Of a star the first who is joined fills the gap; of a chain the next; of a chain from 0 on, whom all are joined into.
    let cases: [(&str, Vec<Pair<'_>>, i64, f64); 4] = [
        ("star", (1..=n).map(star).collect(), 0, 2.0),
        ("star from its end", (1..=n).rev().map(star).collect(), 0, n as f64),
        ("chain", (1..=n).rev().map(chain).collect(), 0, 2.0),
        ("chain upwards", (1..=n).map(up).collect(), n, n as f64),
    ];
    for (name, pairs, left, points) in cases {
        let start = std::time::Instant::now();
        let merged = customers.merge_all_customers(pairs).unwrap();
        let took = start.elapsed();
        assert_eq!(merged.ids().as_ints(), Some(&[left][..]), "{name}");
        let facts = serde_json::to_value(merged.customer(left).unwrap()).unwrap();
        assert_eq!(facts["attributes"]["points"], json!(points), "{name}");
        assert_eq!(merged.report().notes()[&Note::Merged].count, n.cast_unsigned(), "{name}");
        println!("{name}: {took:?}");
        assert!(took.as_secs() < 10, "{name}: {took:?}");
    }
}

#[test]
fn of_a_batch_that_is_refused_nothing_is_taken() {
    let words = || FactValues::Words(Values::new(&["x"][..]));
    let numbers = || FactValues::Numbers(NumberValues::Float(Values::new(&[1.0][..])));
    let of_text = || CustomersBatch::new(1).customers(IdValues::Text(Values::new(&["a"][..]))).unwrap();
    let of_number = || CustomersBatch::new(1).customers(IdValues::Int(Values::new(&[1][..]))).unwrap();
    // One attribute of two types: neither the type of ids nor another column is settled by that.
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let bad = of_text().attribute("a", words()).unwrap().attribute("a", numbers()).unwrap();
    assert!(builder.push(&bad).is_err());
    builder.push(&of_number().attribute("a", numbers()).unwrap()).unwrap();
    // Ids of the other type: the columns are not learnt.
    assert!(builder.push(&of_text().attribute("b", words()).unwrap()).is_err());
    builder.push(&of_number().attribute("b", numbers()).unwrap()).unwrap();
    let customers = builder.finish().unwrap();
    assert_eq!(customers.ids().as_ints(), Some(&[1][..]));
    assert_eq!(customers.report().rows(), 2);
}
