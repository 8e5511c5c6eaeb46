//! The order log: what is taken, what is set aside, and what append, forget, before and after leave behind.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::{Compression, write::GzEncoder};
use kosar::data::{
    AttributeValues, Batch, Cause, CsvColumns, IdValues, LogBuilder, LogOptions, Note, NumberValues, Returns,
    Role, TimeValues, Values,
};
use kosar::{Error, Id, OrderLog, Time, TimeUnit};

mod common;

const HEADER: &str = "order,customer,item,when,qty,price,channel\n";

fn columns() -> CsvColumns {
    let name = |name: &str| Some(name.to_owned());
    CsvColumns {
        order: name("order"),
        customer: name("customer"),
        item: name("item"),
        time: name("when"),
        quantity: name("qty"),
        price: name("price"),
        attributes: vec!["channel".to_owned()],
        ..CsvColumns::default()
    }
}

fn file(name: &str, content: &[u8]) -> std::path::PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("kosar-intake-{}-{number}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

fn read(name: &str, rows: &str, options: LogOptions) -> kosar::Result<OrderLog> {
    let path = file(name, format!("{HEADER}{rows}").as_bytes());
    let log = OrderLog::from_csv(&path, &columns(), options);
    std::fs::remove_file(path).unwrap();
    log
}

fn aside(log: &OrderLog) -> Vec<(&'static str, u64, Vec<u64>)> {
    let found = log.report().set_aside().iter();
    found.map(|(cause, finding)| (cause.name(), finding.count, finding.first_rows.clone())).collect()
}

#[test]
fn every_bad_row_is_set_aside_with_its_cause_and_number() {
    let rows = "1,a,x,2025-01-01,1,2.50,web\n\
                ,a,x,2025-01-01,1,2.50,web\n\
                1,a,,2025-01-01,1,2.50,web\n\
                1,a,x,soon,1,2.50,web\n\
                1,a,x,,1,2.50,web\n\
                1,a,x,2025-01-01,many,2.50,web\n\
                1,a,x,2025-01-01,NaN,2.50,web\n\
                1,a,x,2025-01-01,inf,2.50,web\n\
                1,a,x,2025-01-01,0,2.50,web\n\
                1,a,x,2025-01-01,1,-2.50,web\n\
                1,a,x,2025-01-01,1e9,1e9,web\n\
                1,a,x,2025-01-01\n\
                1,a,x,2025-01-01,,2.50,web\n\
                1,a,x,2025-01-01,1,,web\n\
                2,,y,2025-01-02 10:00,1,2.50,web\n";
    let log = read("bad", rows, LogOptions::default()).unwrap();
    let expected = [
        ("field_count", 1, vec![11]),
        ("missing_order", 1, vec![1]),
        ("missing_item", 1, vec![2]),
        ("missing_time", 1, vec![4]),
        ("bad_time", 1, vec![3]),
        ("missing_quantity", 1, vec![12]),
        ("missing_price", 1, vec![13]),
        ("bad_number", 1, vec![5]),
        ("not_finite", 2, vec![6, 7]),
        ("too_large", 1, vec![10]),
        ("zero_quantity", 1, vec![8]),
        ("negative_price", 1, vec![9]),
    ];
    assert_eq!(aside(&log), expected);
    assert_eq!((log.report().rows(), log.report().taken(), log.n_lines()), (15, 2, 2));
    assert_eq!(log.report().set_aside()[&Cause::BadTime].examples, ["soon"]);
    assert_eq!(log.report().set_aside()[&Cause::BadNumber].examples, ["many"]);
    assert_eq!(log.report().notes()[&Note::NoCustomer].first_rows, [14]);
    assert_eq!(log.baskets().unwrap().rows().len(), 2);
    assert_eq!(log.n_customers(), 1);
}

#[test]
fn returns_are_netted_dropped_or_kept() {
    let rows = "1,a,x,2025-01-01,3,2,web\n2,a,x,2025-01-05,-1,2,web\n3,a,y,2025-01-06,-1,2,web\n";
    let with = |returns| read("returns", rows, LogOptions { returns, ..LogOptions::default() }).unwrap();
    let net = with(Returns::Net);
    assert_eq!((net.n_orders(), net.baskets().unwrap().rows().len()), (3, 1));
    let histories = net.histories().unwrap();
    assert_eq!(histories.rows.row(0).len(), 1);
    assert!((histories.rows.row(0)[0].owned.to_f64() - 2.0).abs() < 1e-12);
    assert_eq!(histories.rows.row(0)[0].last, Time::parse("2025-01-01").unwrap());
    let dropped = with(Returns::Drop);
    assert_eq!(aside(&dropped), [("return", 2, vec![1, 2])]);
    assert_eq!((dropped.n_orders(), dropped.n_items()), (1, 1));
    assert_eq!(with(Returns::Keep).baskets().unwrap().rows().len(), 3);
}

#[test]
fn lines_of_the_future_are_set_aside_where_asked() {
    let rows = "1,a,x,2025-01-01,1,2,web\n2,a,x,2025-01-02,1,2,web\n3,b,x,2125-01-02,0,2,web\n4,b,x,2025-01-02 00:00:01,1,2,web\n";
    assert_eq!(
        aside(&read("any time", rows, LogOptions::default()).unwrap()),
        [("zero_quantity", 1, vec![2])]
    );
    let until = Some(Time::parse("2025-01-02").unwrap());
    let log = read("until", rows, LogOptions { until, ..LogOptions::default() }).unwrap();
    // The instant itself is not too late; of two faults the first one counts.
    assert_eq!((aside(&log), log.n_orders()), (vec![("future", 2, vec![2, 3])], 2));
    assert!(
        log.report().to_string().contains("2 later than rows are taken (until) (rows 2, 3)"),
        "{}",
        log.report()
    );
}

#[test]
fn duplicates_are_set_aside_only_where_asked() {
    let rows = "1,a,x,2025-01-01,1,2,web\n1,a,x,2025-01-01,1,2,app\n1,a,x,2025-01-01,1,2,web\n";
    assert_eq!(read("keep", rows, LogOptions::default()).unwrap().n_lines(), 3);
    let options = LogOptions { drop_duplicates: true, ..LogOptions::default() };
    let log = read("duplicates", rows, options).unwrap();
    assert_eq!(aside(&log), [("duplicate_line", 1, vec![2])]);
    assert_eq!((log.report().rows(), log.report().taken(), log.n_lines()), (3, 2, 2));
}

#[test]
fn ids_are_strings_unless_declared_integers() {
    let rows = "1,007,x,2025-01-01,1,2,web\n2,7,x,2025-01-01,1,2,web\n3,seven,x,2025-01-01,1,2,web\n";
    let log = read("strings", rows, LogOptions::default()).unwrap();
    assert_eq!(log.n_customers(), 3);
    let options = LogOptions { integer_ids: vec![Role::Customer], ..LogOptions::default() };
    let log = read("integers", rows, options).unwrap();
    assert_eq!(log.customers().unwrap().as_ints(), Some(&[7][..]));
    assert_eq!(aside(&log), [("id_not_integer", 1, vec![2])]);
    assert_eq!(
        log.customers().unwrap().find("customer", "7".into()).unwrap_err().to_string(),
        "customer ids are integer here, got the string '7'"
    );
}

#[test]
fn a_gzipped_file_is_read_like_a_plain_one() {
    let text = format!("{HEADER}1,a,x,2025-01-01,1,2,web\n");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let path = file("plain.csv.gz", &bytes);
    assert_eq!(OrderLog::from_csv(&path, &columns(), LogOptions::default()).unwrap().n_lines(), 1);
    std::fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let error = OrderLog::from_csv(&path, &columns(), LogOptions::default()).unwrap_err();
    assert!(error.to_string().contains("plain.csv.gz"), "{error}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn files_that_are_no_log_name_what_is_wrong() {
    let empty = file("empty.csv", b"");
    let error = OrderLog::from_csv(&empty, &columns(), LogOptions::default()).unwrap_err();
    assert!(error.to_string().ends_with("is empty: there is not even a header line"), "{error}");
    let header = file("header.csv", HEADER.as_bytes());
    let log = OrderLog::from_csv(&header, &columns(), LogOptions::default()).unwrap();
    assert_eq!((log.n_orders(), log.report().rows(), log.span()), (0, 0, None));
    let wrong = CsvColumns { item: Some("sku".into()), ..columns() };
    let error = OrderLog::from_csv(&header, &wrong, LogOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column 'sku', named as item, is not in the input; it has: order, customer, item, when, qty, price, channel"
    );
    let nothing = CsvColumns { order: Some("order".into()), ..CsvColumns::default() };
    let error = OrderLog::from_csv(&header, &nothing, LogOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "name at least an item or a customer column; got none");
    let both = CsvColumns { amount: Some("price".into()), ..columns() };
    let error = OrderLog::from_csv(&header, &both, LogOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "price and amount exclude each other; give one");
    let absent = OrderLog::from_csv("no/such/file.csv", &columns(), LogOptions::default()).unwrap_err();
    assert!(absent.to_string().starts_with("cannot read no/such/file.csv"), "{absent}");
    std::fs::remove_file(empty).unwrap();
    std::fs::remove_file(header).unwrap();
}

#[test]
fn a_line_total_stands_in_for_a_price() {
    let amounts = [5.0, -5.0, 0.0];
    let batch = |quantity: Option<&'static [f64]>| {
        let batch = Batch::new(3)
            .ids(Role::Customer, IdValues::Int(Values::new(&[1, 1, 1][..])))
            .unwrap()
            .numbers(Role::Amount, NumberValues::Float(Values::new(&amounts[..])))
            .unwrap();
        match quantity {
            Some(values) => batch.numbers(Role::Quantity, NumberValues::Float(Values::new(values))).unwrap(),
            None => batch,
        }
    };
    let log = |quantity| {
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch(quantity)).unwrap();
        builder.finish().unwrap()
    };
    let negative = |log: &OrderLog| {
        log.orders().flat_map(|order| log.lines_of(order)).filter(|line| line.quantity.to_f64() < 0.0).count()
    };
    assert_eq!(negative(&log(None)), 1);
    let signs = log(Some(&[1.0, 1.0, 1.0]));
    assert_eq!(aside(&signs), [("negative_price", 1, vec![1])]);
}

#[test]
fn float_ids_become_integers_and_the_report_says_so() {
    let ids = [17850.0, f64::NAN, 1.5];
    let mut builder = LogBuilder::new(LogOptions::default());
    let items = IdValues::Coded {
        codes: [Some(1), Some(0), Some(1)].into_iter().collect(),
        dictionary: Box::new(IdValues::Text(Values::new(&["b", "a"][..]))),
    };
    let batch = Batch::new(3).ids(Role::Customer, IdValues::Float(Values::new(&ids[..]))).unwrap();
    builder.push(&batch.ids(Role::Item, items).unwrap()).unwrap();
    let log = builder.finish().unwrap();
    assert_eq!(log.customers().unwrap().as_ints(), Some(&[17850][..]));
    assert_eq!(log.items().unwrap().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(aside(&log), [("id_not_integer", 1, vec![2])]);
    assert_eq!(log.report().notes()[&Note::FloatIds].count, 2);
}

#[test]
fn later_batches_must_have_the_columns_of_the_first() {
    let ids = |n: usize| IdValues::Int(Values::new(vec![1_i64; n]));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&Batch::new(2).ids(Role::Item, ids(2)).unwrap()).unwrap();
    let more = Batch::new(1).ids(Role::Item, ids(1)).unwrap().ids(Role::Order, ids(1)).unwrap();
    assert_eq!(
        builder.push(&more).unwrap_err().to_string(),
        "column order is in some batches and not in others"
    );
    let text = Batch::new(1).ids(Role::Item, IdValues::Text(Values::new(&["a"][..]))).unwrap();
    assert!(matches!(builder.push(&text).unwrap_err(), Error::Id(_)));
    let kept = AttributeValues::Number(Values::new(&[1.0][..]));
    let attribute = Batch::new(1).ids(Role::Item, ids(1)).unwrap().attribute("weight", kept).unwrap();
    assert!(builder.push(&attribute).is_err());
    let mut words = LogBuilder::new(LogOptions::default());
    let word = AttributeValues::Text(Values::new(&["heavy"][..]));
    words.push(&Batch::new(1).ids(Role::Item, ids(1)).unwrap().attribute("weight", word).unwrap()).unwrap();
    let error = words.push(&attribute).unwrap_err();
    assert_eq!(error.to_string(), "column weight holds words in some batches and numbers in others");
    assert!(Batch::new(1).ids(Role::Item, ids(2)).is_err());
    assert_eq!(builder.finish().unwrap().n_lines(), 2);
    assert!(LogBuilder::new(LogOptions::default()).finish().is_err());
}

#[test]
fn times_may_be_numbers_in_a_unit() {
    let mut builder = LogBuilder::new(LogOptions::default());
    let times = TimeValues::Float(Values::new(&[0.5, f64::NAN, f64::INFINITY][..]), TimeUnit::Second);
    let batch = Batch::new(3).ids(Role::Item, IdValues::Int(Values::new(&[1, 1, 1][..]))).unwrap();
    builder.push(&batch.time(times).unwrap()).unwrap();
    let log = builder.finish().unwrap();
    assert_eq!(log.span(), Some((Time::from_micros(500_000), Time::from_micros(500_000))));
    assert_eq!(aside(&log), [("missing_time", 1, vec![1]), ("bad_time", 1, vec![2])]);
}

const YEAR: &str = "1,a,x,2025-01-01,1,2,web\n1,a,y,2025-01-01,1,2,web\n2,b,y,2025-02-01,2,2,app\n\
                    3,,z,2025-03-01,1,2,web\n4,a,z,2025-04-01,1,2,app\n";

fn year() -> OrderLog {
    read("year", YEAR, LogOptions::default()).unwrap()
}

fn ids(vocabulary: Option<&kosar::data::Vocabulary>) -> Vec<String> {
    vocabulary.unwrap().iter().map(|id| id.to_string()).collect()
}

#[test]
fn before_and_after_split_the_log_without_overlap() {
    let log = year();
    let cut = Time::parse("2025-02-01").unwrap();
    let (before, after) = (log.before(cut).unwrap(), log.after(cut).unwrap());
    assert_eq!((before.n_orders(), after.n_orders()), (1, 3));
    assert_eq!(
        (ids(before.items()), ids(before.customers())),
        (vec!["x".into(), "y".into()], vec!["a".to_owned()])
    );
    assert_eq!(ids(after.items()), ["y", "z"]);
    let again = before.append(&after).unwrap();
    assert_eq!((again.n_orders(), again.n_lines(), ids(again.items())), (4, 5, ids(log.items())));
    assert_eq!(again.span(), log.span());
}

#[test]
fn an_order_that_the_log_has_is_reported_and_not_added_twice() {
    let log = year();
    let new =
        read("new", "4,a,x,2025-05-01,1,2,web\n5,c,w,2025-05-01,1,2,mail\n", LogOptions::default()).unwrap();
    let joined = log.append(&new).unwrap();
    assert_eq!((joined.n_orders(), joined.n_lines()), (5, 6));
    let repeated = &joined.report().set_aside()[&Cause::RepeatedOrder];
    assert_eq!((repeated.count, &repeated.examples[..]), (1, &["4".to_owned()][..]));
    assert_eq!((joined.report().rows(), joined.report().taken()), (2, 1));
    assert_eq!(ids(joined.customers()), ["a", "b", "c"]);
    let nothing_new = log.append(&log).unwrap();
    assert_eq!((nothing_new.n_lines(), nothing_new.n_items()), (5, 3));
}

#[test]
fn logs_of_different_shape_cannot_be_joined() {
    let baskets = OrderLog::from_baskets([vec!["x"]]).unwrap();
    let error = year().append(&baskets).unwrap_err();
    assert_eq!(error.to_string(), "cannot append: one log has customers and the other has not");
    let ints = OrderLog::from_baskets([vec![1]]).unwrap();
    assert!(baskets.append(&ints).unwrap_err().to_string().contains("item ids are string and integer"));
    let both = baskets.append(&baskets).unwrap();
    assert_eq!((both.n_orders(), both.n_lines()), (2, 2));
}

#[test]
fn forgetting_a_customer_leaves_nothing_of_them() {
    let log = year();
    let without = log.forget("a").unwrap();
    assert_eq!((without.n_orders(), without.n_lines()), (2, 2));
    assert_eq!(
        (ids(without.items()), ids(without.customers())),
        (vec!["y".into(), "z".into()], vec!["b".to_owned()])
    );
    assert_eq!(without.report().notes()[&Note::Forgotten].count, 3);
    assert!(!format!("{without:?}").contains("\"a\""));
    assert_eq!(log.forget("nobody").unwrap_err().to_string(), "unknown customer 'nobody'");
    assert_eq!(log.forget(1).unwrap_err().to_string(), "customer ids are string here, got the integer 1");
}

#[test]
fn an_order_id_of_two_customers_is_an_order_for_each() {
    let rows = "1,a,x,2025-01-01,1,2,web\n1,b,y,2025-01-01,1,2,web\n1,a,y,2025-01-01,1,2,web\n";
    let log = read("shared", rows, LogOptions::default()).unwrap();
    assert_eq!(log.n_orders(), 2);
    assert_eq!(log.report().notes()[&Note::SharedOrderIds].count, 1);
}

#[test]
fn kept_columns_follow_their_lines() {
    let log = year();
    let (name, channel) = &log.attributes()[0];
    let words: Vec<_> = (0..5).map(|line| channel.word(line).unwrap()).collect();
    assert_eq!((name.as_str(), words), ("channel", vec!["web", "web", "app", "web", "app"]));
    assert_eq!(log.item_words("channel").unwrap(), [Some("web"), Some("app"), Some("app")]);
    assert!(log.item_words("colour").unwrap_err().to_string().contains("kept: channel"));
    let late = log.after(Time::parse("2025-04-01").unwrap()).unwrap();
    assert_eq!(late.attributes()[0].1.word(0), Some("app"));
}

#[test]
fn matrices_hold_orders_and_baskets() {
    let log = read(
        "matrix",
        "1,a,x,2025-01-01,1,2,w\n1,a,x,2025-01-01,1,2,w\n2,a,x,2025-01-02,1,2,w\n2,a,y,2025-01-02,1,2,w\n",
        LogOptions::default(),
    )
    .unwrap();
    let customers = log.customer_items().unwrap();
    assert_eq!((customers.shape(), customers.get(0, 0), customers.get(0, 1)), ((1, 2), Some(&2), Some(&1)));
    let baskets = log.basket_items().unwrap();
    assert_eq!((baskets.shape(), baskets.nnz(), baskets.get(0, 0)), ((2, 2), 3, Some(&1)));
}

#[test]
fn empty_baskets_are_counted_and_left_out() {
    let log = OrderLog::from_baskets([vec!["a"], vec![], vec!["b", "a"]]).unwrap();
    assert_eq!((log.n_orders(), log.report().taken()), (2, 2));
    assert_eq!(aside(&log), [("empty_basket", 1, vec![1])]);
    assert!(log.item_words("x").is_err());
    assert_eq!(log.items().unwrap().get(0).to_id(), Id::from("a"));
}

#[test]
fn a_quote_that_never_ends_is_an_error_and_rows_over_lines_are_noted() {
    let open = "1,a,x,2025-01-01,1,2,web\n2,a,\"12 inch,2025-01-01,1,2,web\n3,a,x,2025-01-01,1,2,web\n";
    let error = read("open-quote", open, LogOptions::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("line 3 of ") && error.to_string().contains("never ends"),
        "{error}"
    );
    let two = "1,a,x,2025-01-01,1,2,\"12 inch\n2,a,x,2025-01-01,1,2,14 inch\"\n3,a,x,2025-01-01,1,2,web\n";
    let log = read("two-quotes", two, LogOptions::default()).unwrap();
    assert_eq!((log.n_lines(), &log.report().notes()[&Note::SeveralLines].first_rows[..]), (2, &[0][..]));
    let inside = "1,a,12\" pan,2025-01-01,1,2,web\n2,a,x,2025-01-01,1,2,web\n";
    let log = read("inside", inside, LogOptions::default()).unwrap();
    assert_eq!((log.n_lines(), log.report().notes().len()), (2, 0));
}

#[test]
fn a_kept_word_in_another_encoding_is_noted() {
    let path = file("latin1.csv", b"item,name\nx,caf\xe9\ny,tea\n");
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns { item: name("item"), attributes: vec!["name".into()], ..CsvColumns::default() };
    let log = OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    assert_eq!(log.report().notes()[&Note::WordNotUtf8].first_rows, [0]);
    assert_eq!(log.item_words("name").unwrap(), [None, Some("tea")]);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_format_of_times_that_cannot_be_read_is_a_parameter_error() {
    let options = LogOptions { time_format: Some("%d.%m.%Q".into()), ..LogOptions::default() };
    let error = read("format", "1,a,x,01.02.2025,1,2,web\n", options).unwrap_err();
    assert!(error.to_string().starts_with("time_format must be a strptime format"), "{error}");
    let options = LogOptions { time_format: Some("%d.%m.%Y".into()), ..LogOptions::default() };
    let log = read("format", "1,a,x,01.02.2025,1,2,web\n", options).unwrap();
    assert_eq!(log.span().unwrap().0, Time::parse("2025-02-01").unwrap());
}

#[test]
fn duplicates_are_found_without_order_ids_too() {
    let columns = |ids: &'static [&'static str]| IdValues::Text(Values::new(ids));
    let mut builder = LogBuilder::new(LogOptions { drop_duplicates: true, ..LogOptions::default() });
    let batch = Batch::new(4).ids(Role::Customer, columns(&["a", "a", "", ""])).unwrap();
    builder.push(&batch.ids(Role::Item, columns(&["x", "x", "x", "x"])).unwrap()).unwrap();
    let log = builder.finish().unwrap();
    assert_eq!(aside(&log), [("duplicate_line", 2, vec![1, 3])]);
    assert_eq!((log.n_orders(), log.report().notes()[&Note::NoCustomer].count), (2, 1));
}

#[test]
fn whole_numbers_of_nanoseconds_are_exact() {
    let path = file("nanos.csv", b"item,when\nx,1291191960000000600\ny,1.5e18\nz,never\n");
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        item: name("item"),
        time: name("when"),
        time_unit: Some(TimeUnit::Nanosecond),
        ..CsvColumns::default()
    };
    let log = OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    assert_eq!(log.span().unwrap().0.micros(), 1_291_191_960_000_000);
    assert_eq!(aside(&log), [("bad_time", 1, vec![2])]);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn an_order_id_of_another_customer_is_no_repeat() {
    let log = |rows: &str| read("shop", rows, LogOptions::default()).unwrap();
    let joined = log("1,ann,x,2025-01-01,1,2,web\n").append(&log("1,bob,x,2025-01-01,1,2,web\n")).unwrap();
    assert_eq!((joined.n_orders(), joined.report().taken()), (2, 1));
    assert_eq!(joined.report().notes()[&Note::SharedOrderIds].count, 1);
    let partly = log("1,ann,x,2025-01-01,1,2,web\n1,,y,2025-01-01,1,2,web\n");
    assert_eq!(partly.report().notes()[&Note::PartlyAnonymous].count, 1);
    assert!(!partly.report().notes().contains_key(&Note::SharedOrderIds));
}

#[test]
fn a_rolling_window_without_order_ids_never_runs_out_of_numbers() {
    let one = OrderLog::from_baskets([vec!["a"], vec!["b"]]).unwrap();
    let mut log = one.clone();
    for _ in 0..50 {
        log = log.append(&one).unwrap();
    }
    assert_eq!((log.n_orders(), log.n_lines()), (102, 102));
}

#[test]
fn codes_behind_the_dictionary_are_refused() {
    let codes = IdValues::Coded {
        codes: Values::new(&[0_u32, 2][..]),
        dictionary: Box::new(IdValues::Text(Values::new(&["a", "b"][..]))),
    };
    let error = Batch::new(2).ids(Role::Item, codes).unwrap_err();
    assert_eq!(error.to_string(), "code 2 of column item is not below the 2 values of its dictionary");
}

#[test]
fn online_retail_is_read_whole() {
    let Some(path) = common::data("online_retail/online_retail.csv.gz") else { return };
    let options = LogOptions { returns: Returns::Drop, ..LogOptions::default() };
    let log = OrderLog::from_csv(&path, &common::online_retail_columns(), options).unwrap();
    let report = log.report();
    assert_eq!(report.rows(), 541_909);
    let count = |cause| report.set_aside()[&cause].count;
    assert_eq!((count(Cause::Return), count(Cause::NegativePrice)), (10_624, 2));
    assert_eq!(report.taken() + 10_626, 541_909);
    assert_eq!(log.baskets().unwrap().rows().len(), 20_726);
    let names = log.item_words("Description").unwrap();
    let item = log.items().unwrap().find("item", "85123A".into()).unwrap();
    assert_eq!(names[item], Some("WHITE HANGING HEART T-LIGHT HOLDER"));
    // Orders of one customer are never shared with another in this file.
    assert!(!report.notes().contains_key(&Note::SharedOrderIds));
}
