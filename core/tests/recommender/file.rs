//! The file: whole, checked, and the same for the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use kosar::data::{Catalog, Id, LogOptions};
use kosar::datasets::Shop;
use kosar::recommender::{Recommender, RecommenderSources, Rules};
use kosar::{Fit, Persist};
use serde_json::{Value, json};

use crate::common::{Called, EventRow, Row, answers, answers_of, events_of, log, log_of};

const ITEMS: [i64; 5] = [0, 1, 2, 3, 4];
const CUSTOMERS: [i64; 4] = [0, 1, 2, 77];

fn small() -> Recommender {
    small_of(Called::Numbers)
}

fn small_of(called: Called) -> Recommender {
    let row = |at: i64| -> Row {
        (
            at / 2,
            (at % 9 != 8).then_some(at / 2 % 7),
            at * 5 % 12,
            at * 31 % 900,
            if at == 13 { -1 } else { 1 },
        )
    };
    let rows: Vec<Row> = (0..60).map(row).collect();
    let click = |at: i64| -> EventRow {
        (
            (at % 3 > 0).then_some(at / 6),
            (at % 2 == 0 || at % 3 == 0).then_some(at % 5),
            at % 12,
            at * 7,
            u8::try_from(at % 4).unwrap(),
        )
    };
    let clicks: Vec<EventRow> = (0..40).map(click).collect();
    let path = |item: i64| ["Food/Bread", "Food", "Toys", ""][usize::try_from(item % 4).unwrap()];
    let names: Vec<Id> = (0..12).map(|item| called.id(item)).collect();
    let catalog = Catalog::from_paths(names.iter().zip((0..).map(path))).unwrap();
    let rules = r#"{"filters": [{"only": {"not": {"category": "Toys"}}}], "caps": [{"by": {"category": 1}, "max": 3}]}"#;
    let (log, events) = (log_of(&rows, called), events_of(&clicks, called));
    let sources = RecommenderSources::new(&log).events(&events).catalog(&catalog);
    Recommender::params().min_customers(2).fit(&sources.rules(Rules::from_json(rules).unwrap())).unwrap()
}

/// The header of a file and its sections: name, type, shape and bytes, in the order of the file.
struct Taken {
    header: Value,
    sections: Vec<(String, Vec<u8>)>,
}

fn take(file: &[u8]) -> Taken {
    let length = usize::try_from(u64::from_le_bytes(file[..8].try_into().unwrap())).unwrap();
    let header: Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    let data = &file[8 + length..];
    let mut sections: Vec<(usize, String, Vec<u8>)> = Vec::new();
    for (name, info) in header.as_object().unwrap().iter().filter(|(name, _)| *name != "__metadata__") {
        let at = |which: usize| usize::try_from(info["data_offsets"][which].as_u64().unwrap()).unwrap();
        sections.push((at(0), name.clone(), data[at(0)..at(1)].to_vec()));
    }
    // Empty sections begin where others do; the order in the header says which comes first.
    let text = String::from_utf8(file[8..8 + length].to_vec()).unwrap();
    sections.sort_by_key(|(_, name, _)| text.find(&format!("\"{name}\":{{\"dtype\"")).unwrap());
    Taken { header, sections: sections.into_iter().map(|(_, name, bytes)| (name, bytes)).collect() }
}

fn crc(parts: &[&[u8]]) -> String {
    let mut hasher = crc32fast::Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    format!("{:08x}", hasher.finalize())
}

/// The file of sections with all checksums as they should be.
fn put(taken: &Taken) -> Vec<u8> {
    let metadata: Value =
        serde_json::from_str(taken.header["__metadata__"]["kosar"].as_str().unwrap()).unwrap();
    let mut crc32: BTreeMap<String, String> = BTreeMap::new();
    let (mut entries, mut begin, mut data) = (String::new(), 0, Vec::new());
    for (name, bytes) in &taken.sections {
        let dtype = taken.header[name]["dtype"].as_str().unwrap();
        let size = match dtype {
            "U8" => 1,
            "U32" | "F32" => 4,
            _ => 8,
        };
        let shape = format!("[{}]", bytes.len() / size);
        crc32.insert(name.clone(), crc(&[dtype.as_bytes(), shape.as_bytes(), bytes]));
        let end = begin + bytes.len();
        entries.push_str(&format!(
            ",\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[{begin},{end}]}}"
        ));
        begin = end;
        data.extend_from_slice(bytes);
    }
    // serde_json's map is sorted, which is the form of the file.
    let contents = json!({
        "crc32": crc32, "format": metadata["format"], "kind": metadata["kind"], "params": metadata["params"], "self": ""
    });
    let mut text = contents.to_string();
    let own = crc(&[text.as_bytes()]);
    text.truncate(text.len() - 2);
    let text = text + &own + "\"}";
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut header = format!("{{\"__metadata__\":{{\"kosar\":\"{escaped}\"}}{entries}}}").into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header);
    file.extend(data);
    file
}

/// Numbers that are good enough to damage files by.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

/// The most memory that this process ever had, in MiB; 0 where the system does not tell.
fn most_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: 0 kB");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(0) / 1024
}

#[test]
fn the_same_recommender_has_the_same_bytes_and_a_checksum_of_ours_is_one_of_its_own() {
    let bytes = small().to_bytes().unwrap();
    assert_eq!(bytes, small().to_bytes().unwrap());
    assert_eq!(put(&take(&bytes)), bytes);
    let loaded = Recommender::from_bytes(&bytes).unwrap();
    assert_eq!(answers(&loaded, &ITEMS, &CUSTOMERS), answers(&small(), &ITEMS, &CUSTOMERS));
}

/// Files of the first format, kept for ever: [`small`] with histories and for serving, as it was when they were written.
fn kept() -> [Vec<u8>; 2] {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files"));
    ["recommender-1.kosar", "recommender-serving-1.kosar"].map(|name| fs::read(folder.join(name)).unwrap())
}

#[test]
fn files_of_the_first_format_open() {
    let files = kept();
    let models = files.each_ref().map(|file| Recommender::from_bytes(file).unwrap());
    for (model, file) in models.iter().zip(&files) {
        assert!(model.to_bytes().unwrap() == *file, "the same recommender has the same bytes");
    }
    let similar = |model: &Recommender| model.similar(1, &kosar::recommender::Request::new(5)).unwrap();
    assert_eq!(similar(&models[0]), similar(&models[1]));
    assert_eq!((models[0].readiness().orders, models[1].has_histories()), (36, false));
}

/// `KOSAR_MUTATIONS` says how many; some thousand by default.
#[test]
fn a_damaged_file_is_refused_or_a_recommender_that_keeps_what_it_promises() {
    let n: usize = std::env::var("KOSAR_MUTATIONS").map_or(4_000, |n| n.parse().unwrap());
    let whole = [Called::Numbers, Called::Words].map(|called| small_of(called).to_bytes().unwrap());
    let serving = small().to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap();
    let mut state = 7;
    let (mut refused, mut read) = (0, 0);
    let more = [(900, Some(3), 4, 901, 2), (901, Some(50), 13, 902, 1)];
    let more = [Called::Numbers, Called::Words].map(|called| log_of(&more, called));
    let before = most_memory();
    for at in 0..n {
        let called = if at % 7 < 3 { Called::Words } else { Called::Numbers };
        let has_words = usize::from(called == Called::Words);
        let file = if at % 4 == 3 && has_words == 0 { &serving } else { &whole[has_words] };
        let mut bytes = file.clone();
        if at % 5 == 0 {
            // As it is, checksums and all.
            let place = next(&mut state) % bytes.len();
            bytes[place] ^= 1 << (next(&mut state) % 8);
        } else {
            let mut taken = take(file);
            for _ in 0..=next(&mut state) % 3 {
                let section = next(&mut state) % taken.sections.len();
                let bytes = &mut taken.sections[section].1;
                if bytes.is_empty() {
                    continue;
                }
                let place = next(&mut state) % bytes.len();
                match next(&mut state) % 5 {
                    0 => bytes[place] ^= 1 << (next(&mut state) % 8),
                    1 => bytes[place] = 0,
                    2 => bytes[place] = 255,
                    3 => {
                        let other = next(&mut state) % bytes.len();
                        bytes.swap(place, other);
                    }
                    _ => {
                        let wide = bytes.len().min(8);
                        bytes.rotate_right(wide);
                    }
                }
            }
            bytes = put(&taken);
        }
        match Recommender::from_bytes(&bytes) {
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
            Ok(recommender) => {
                read += 1;
                // Other ids may be in it; what is answered is beside the point, as long as it is.
                let asked = std::panic::catch_unwind(|| {
                    let told = answers_of(&recommender, &ITEMS, &CUSTOMERS, called);
                    let again = Recommender::from_bytes(&recommender.to_bytes().unwrap()).unwrap();
                    assert_eq!(answers_of(&again, &ITEMS, &CUSTOMERS, called), told);
                    if recommender.has_histories() {
                        let _ = recommender.update(&more[has_words]);
                        let forget = |&customer| assert!(recommender.forget(&called.id(customer)).is_ok());
                        CUSTOMERS.iter().for_each(forget);
                        assert!(Recommender::from_bytes(&recommender.to_bytes().unwrap()).is_ok());
                    }
                });
                assert!(asked.is_ok(), "mutation {at}");
            }
        }
    }
    assert!(refused > n / 5 && read > n / 20, "{refused} refused, {read} read");
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 64, "memory grew by {grown} MiB");
}

#[test]
fn customers_that_a_file_only_speaks_of_take_no_memory() {
    let mut taken = take(&small().to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap());
    let totals = taken.sections.iter_mut().find(|(name, _)| name == "totals").unwrap();
    totals.1[..4].fill(255);
    let read = Recommender::from_bytes(&put(&taken)).unwrap();
    assert_eq!(read.readiness().customers, u32::MAX);
}

/// A folder of its own that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kosar-recommender-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn two() -> [Recommender; 2] {
    let shop = |seed| {
        let log = Shop::params()
            .lines(30_000)
            .seed(seed)
            .generate()
            .unwrap()
            .to_log(LogOptions::default())
            .unwrap();
        Recommender::params().fit(&log).unwrap()
    };
    [shop(1), shop(2)]
}

/// What the next test starts with `KOSAR_SAVE_TO`, and kills; without it there is nothing to save to.
#[test]
fn saves_until_it_is_killed() {
    let Ok(path) = std::env::var("KOSAR_SAVE_TO") else { return };
    let models = two();
    fs::write(Path::new(&path).with_extension("ready"), "").unwrap();
    for model in models.iter().cycle() {
        model.save(&path).unwrap();
    }
}

/// `KOSAR_KILLS` says how often; a few times by default.
#[test]
#[cfg(target_os = "linux")]
fn a_killed_save_leaves_the_old_or_the_new_file_and_nothing_else() {
    let n: usize = std::env::var("KOSAR_KILLS").map_or(12, |n| n.parse().unwrap());
    let folder = Folder::new("killed");
    let path = folder.0.join("model");
    let both = two().map(|model| model.to_bytes().unwrap());
    fs::write(&path, &both[0]).unwrap();
    let mut state = 5;
    for _ in 0..n {
        let _ = fs::remove_file(path.with_extension("ready"));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "file::saves_until_it_is_killed", "-q"])
            .env("KOSAR_SAVE_TO", &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !path.with_extension("ready").exists() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_micros((next(&mut state) % 60_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let file = fs::read(&path).unwrap();
        assert!(both.contains(&file), "a file of {} bytes is neither", file.len());
        Recommender::load(&path).unwrap();
        let left: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let strays = left.iter().filter(|name| name.to_string_lossy().contains("kosar-tmp")).count();
        assert_eq!(strays, 0, "{left:?}");
    }
}

#[test]
fn nothing_of_a_forgotten_customer_is_in_a_new_file() {
    let name = "qZ8kW3vN1xJ6rT4mB9cLp0Hs";
    let number = 0x1F2E_3D4C_5B6A_7988_i64;
    let baskets = [(name, number), ("somebody else", 5), ("another", 6)];
    let text: String = std::iter::once("customer,order,item,time,session\n".to_owned())
        .chain((0..30).map(|at| {
            let (customer, _) = baskets[at % 3];
            format!("{customer},o{at}-{},i{},2024-01-{:02}T00:00:00Z,\n", customer.len(), at % 7, at % 28 + 1)
        }))
        .collect();
    let folder = Folder::new("forgotten");
    let path = folder.0.join("log.csv");
    fs::write(&path, text).unwrap();
    let column = |name: &str| Some(name.to_owned());
    let columns = kosar::data::CsvColumns {
        customer: column("customer"),
        order: column("order"),
        item: column("item"),
        time: column("time"),
        ..Default::default()
    };
    let log_of_text = kosar::OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    let own = Recommender::params().fit(&log_of_text).unwrap();
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(has(&own.to_bytes().unwrap(), name.as_bytes()));
    let receipt = own.forget(name).unwrap();
    assert_eq!((receipt.found, receipt.orders), (true, 10));
    assert!(!has(&own.to_bytes().unwrap(), name.as_bytes()));
    assert_eq!(own.sweep(), 0);

    let rows: Vec<Row> =
        (0..30).map(|at| (at, Some(baskets[usize::try_from(at % 3).unwrap()].1), at % 7, at, 1)).collect();
    let own = Recommender::params().fit(&log(&rows)).unwrap();
    assert!(has(&own.to_bytes().unwrap(), &number.to_le_bytes()));
    own.forget(number).unwrap();
    assert!(!has(&own.to_bytes().unwrap(), &number.to_le_bytes()));
    assert!(own.export(number).is_err());
}

/// A section of numbers of eight or four bytes.
fn numbers(bytes: &[u8], name: &str) -> Vec<u64> {
    let taken = take(bytes);
    let (_, section) = taken.sections.iter().find(|(other, _)| other == name).unwrap();
    let wide = if taken.header[name]["dtype"] == "U64" { 8 } else { 4 };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
    section.chunks(wide).map(number).collect()
}

#[test]
fn a_serving_file_has_no_sum_that_tells_of_a_few() {
    // Twelve customers buy item 0 on the last day and four of them a month before; customers from 100 on buy the others.
    let many = (0..12).map(|at| (at, Some(at), 0, 2_400, 1));
    let before = (20..24).map(|at| (at, Some(at - 20), 0, 1_600, 1));
    let common: Vec<Row> = many.chain(before).collect();
    let serving = |others: &[Row]| {
        let rows: Vec<Row> = common.iter().chain(others).copied().collect();
        let own = Recommender::params().min_customers(5).fit(&log(&rows)).unwrap();
        let bytes = own.to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap();
        let read = Recommender::from_bytes(&bytes).unwrap();
        assert!(read.to_bytes().unwrap() == bytes);
        let trend = numbers(&bytes, "trend");
        let told = [0, 1].map(|side| trend.iter().skip(side).step_by(2).sum::<u64>());
        (own, read, told, numbers(&bytes, "totals"))
    };
    // Two customers bought an item each: the sums do not tell so.
    let (_, _, told, totals) = serving(&[(100, Some(100), 1, 2_390, 1), (101, Some(101), 2, 2_390, 1)]);
    assert_eq!((told, &totals[2..]), ([12, 4], &[12, 4][..]));
    // One customer bought many items.
    let one: Vec<Row> = (1..10).map(|item| (99 + item, Some(100), item, 2_390, 1)).collect();
    let (_, _, told, totals) = serving(&one);
    assert_eq!((told, &totals[2..]), ([12, 4], &[12, 4][..]));
    // Five customers did: what is not told stands in the sums, and all trends are as they were.
    let five: Vec<Row> = (0..5)
        .flat_map(|at| {
            [(100 + at, Some(100 + at), 1 + at / 2, 2_390, 1), (200 + at, Some(100 + at), 4, 1_600, 1)]
        })
        .collect();
    let (own, read, told, totals) = serving(&five);
    assert_eq!((told, &totals[2..]), ([12, 4], &[17, 9][..]));
    let trending = |of: &Recommender| of.trending(&kosar::recommender::Request::new(9)).unwrap();
    assert_eq!(trending(&read), trending(&own));
    // Nor does a file tell how few customers there are.
    let own = Recommender::params().min_customers(5).fit(&log(&common[..4])).unwrap();
    let bytes = own.to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap();
    assert_eq!(numbers(&bytes, "totals")[0], 0);
    assert_eq!(Recommender::from_bytes(&bytes).unwrap().readiness().customers, 0);
}

#[test]
fn orders_of_nobody_without_ids_have_one_order_in_the_file() {
    use kosar::data::{Batch, IdValues, LogBuilder, Role, TimeValues, Values};
    let batch = Batch::new(2)
        .ids(Role::Item, IdValues::Int(Values::new(&[1, 1][..])))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(&[5, 5][..]), kosar::TimeUnit::Second)));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    let bytes = Recommender::params().fit(&builder.finish().unwrap()).unwrap().to_bytes().unwrap();
    // They differ in whether they count as purchases, and in nothing else.
    let with_flags = |flags: [u8; 2]| {
        let mut taken = take(&bytes);
        taken.sections.iter_mut().find(|(name, _)| name == "order_flags").unwrap().1 = flags.to_vec();
        put(&taken)
    };
    let again = |flags| Recommender::from_bytes(&with_flags(flags)).unwrap().to_bytes().unwrap();
    assert!(again([0, 1]) == again([1, 0]));
    assert!(again([0, 1]) == with_flags([0, 1]));
}

#[test]
fn a_file_with_an_event_that_another_tells_is_refused() {
    let clicks: [EventRow; 2] = [(Some(5), Some(1), 7, 0, 0), (Some(5), None, 7, 1, 0)];
    let (log, events) = (log(&[(1, Some(1), 7, 1, 1)]), events_of(&clicks, Called::Numbers));
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap();
    let mut taken = take(&own.to_bytes().unwrap());
    // Both at one instant.
    taken.sections.iter_mut().find(|(name, _)| name == "event_time").unwrap().1.fill(0);
    let error = Recommender::from_bytes(&put(&taken)).unwrap_err().to_string();
    assert!(error.contains("event_customer"), "{error}");
}
