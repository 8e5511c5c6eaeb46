//! The whole path: saving and loading, and what damage and forgery meet.

use std::borrow::Cow;
use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::container::{Container, Dtype, Section};
use super::toy::{Folder, Toy, empty_toy, toy};
use super::{ModelWriter, Persist, SaveOptions, kind_of, metadata};
use crate::error::{Error, PersistError, Result};

/// A file with right checksums for any contents.
fn sealed(container: &Container<'_>) -> Vec<u8> {
    let mut bytes = container.header().unwrap();
    container.write_sections(&mut bytes).unwrap();
    bytes
}

/// The toy's file with its contents changed and its checksums right.
fn forged(change: impl FnOnce(&mut Container<'_>)) -> Result<Toy> {
    let bytes = toy().to_bytes().unwrap();
    let mut container = Container::open(&bytes).unwrap();
    change(&mut container);
    Toy::from_bytes(&sealed(&container))
}

fn persist_error(result: Result<Toy>) -> PersistError {
    match result {
        Err(Error::Persist(error)) => error,
        other => panic!("expected an error of the model file, got {other:?}"),
    }
}

#[test]
fn every_kind_of_section_comes_back_as_it_was() {
    for model in [toy(), empty_toy()] {
        let bytes = model.to_bytes().unwrap();
        let back = Toy::from_bytes(&bytes).unwrap();
        assert_eq!(back, model);
        assert_eq!(
            back.centers.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            model.centers.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        );
        assert_eq!(kind_of(&bytes).unwrap(), "toy");
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let bytes = toy().to_bytes().unwrap();
    assert_eq!(toy().to_bytes().unwrap(), bytes);
    assert_eq!(Toy::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
}

#[test]
fn these_bytes_are_version_1_for_ever() {
    let crc32 = crc32fast::hash(&toy().to_bytes().unwrap());
    assert_eq!(format!("{crc32:08x}"), "06cd966c");
}

#[test]
fn any_safetensors_reader_opens_the_file_with_aligned_arrays() {
    let bytes = toy().to_bytes().unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.len(), 13);
    let centers = file.tensor("centers").unwrap();
    assert_eq!((centers.dtype(), centers.shape()), (safetensors::Dtype::F64, &[3, 2][..]));
    assert_eq!(centers.data()[..8], 0.1_f64.to_le_bytes());
    for (name, tensor) in file.iter() {
        let position = tensor.data().as_ptr().addr() - bytes.as_ptr().addr();
        assert_eq!(position % (tensor.dtype().bitsize() / 8), 0, "{name}");
    }
}

#[test]
fn a_serving_file_has_no_histories_and_no_customers() {
    let bytes = toy().to_bytes_with(SaveOptions::serving()).unwrap();
    let back = Toy::from_bytes(&bytes).unwrap();
    assert_eq!(back.histories, None);
    assert!(back.customers.is_empty());
    assert_eq!(back.neighbors, toy().neighbors);
}

#[test]
fn another_kind_of_model_is_named() {
    let error = persist_error(forged(|container| container.kind = Cow::Borrowed("other")));
    assert_eq!(error.to_string(), "the file holds a model of kind 'other', expected 'toy'");
}

#[test]
fn a_newer_version_asks_for_an_upgrade() {
    let bytes = toy().to_bytes().unwrap();
    let version = br#"\"format\":1"#;
    let at = bytes.windows(version.len()).position(|window| window == version).unwrap();
    let mut newer = bytes.clone();
    newer[at + version.len() - 1] = b'2';
    let error = persist_error(Toy::from_bytes(&newer));
    assert!(matches!(error, PersistError::Version { found: 2, supported: 1 }), "{error}");
}

#[test]
fn every_change_of_a_single_byte_is_refused() {
    for model in [toy(), empty_toy()] {
        let mut bytes = model.to_bytes().unwrap();
        for position in 0..bytes.len() {
            let original = bytes[position];
            for changed in (0..=255).filter(|&changed| changed != original) {
                bytes[position] = changed;
                let result = Toy::from_bytes(&bytes);
                assert!(result.is_err(), "byte {position}: {original} to {changed} was accepted");
            }
            bytes[position] = original;
        }
        assert!(Toy::from_bytes(&bytes).is_ok());
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let mut bytes = toy().to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert!(Toy::from_bytes(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
    bytes.push(0);
    assert!(Toy::from_bytes(&bytes).is_err());
}

#[test]
fn a_damaged_section_is_named() {
    let bytes = toy().to_bytes().unwrap();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let error = persist_error(Toy::from_bytes(&damaged));
    assert!(matches!(&error, PersistError::Checksum { section } if section == "items.text"), "{error}");
    assert!(kind_of(&damaged).is_err());
}

#[test]
fn a_broken_rule_is_named_under_right_checksums() {
    type Change = fn(&mut Container<'_>);
    fn set(container: &mut Container<'_>, name: &str, position: usize, value: u8) {
        container.sections.get_mut(name).unwrap().data.to_mut()[position] = value;
    }
    let cases: [(&str, &str, Change); 15] = [
        ("params", "neighbors must be at least 1, got 0", |c| c.params["neighbors"] = json!(0)),
        ("params", "unknown field", |c| c.params["extra"] = json!(0)),
        ("params", "invalid type", |c| c.params = Value::Null),
        ("best", "value 3 at 0 must be below 3", |c| set(c, "best", 0, 3)),
        ("histories.values", "must be below 3", |c| set(c, "histories.values", 4, 9)),
        ("histories.values", "row 0 must rise strictly", |c| set(c, "histories.values", 4, 0)),
        ("histories.offsets", "begin with 0", |c| set(c, "histories.offsets", 0, 1)),
        ("histories.offsets", "not fall", |c| set(c, "histories.offsets", 8, 9)),
        ("histories.offsets", "end with 3", |c| set(c, "histories.offsets", 16, 4)),
        ("items.ends", "rise strictly", |c| set(c, "items.ends", 8, 0)),
        ("items.text", "invalid utf-8", |c| set(c, "items.text", 0, 0xff)),
        ("customers", "rise strictly", |c| set(c, "customers", 7, 0x7f)),
        ("centers", "value inf at 5 must be finite", |c| {
            c.sections.get_mut("centers").unwrap().data.to_mut()[40..]
                .copy_from_slice(&f64::INFINITY.to_le_bytes());
        }),
        ("counts", "type must be U32, is U8", |c| {
            c.sections.insert("counts".to_owned(), c.sections["flags"].clone());
        }),
        ("centers", "shape must be [3, 2], is [2, 3]", |c| {
            c.sections.get_mut("centers").unwrap().shape = vec![2, 3];
        }),
    ];
    for (section, why, change) in cases {
        let error = persist_error(forged(change));
        assert!(
            matches!(&error, PersistError::Invalid { section: found, .. } if found == section),
            "{error}"
        );
        assert!(error.to_string().contains(why), "{error} does not say: {why}");
    }
}

#[test]
fn sections_must_be_those_of_the_model() {
    for name in toy_sections() {
        let error = persist_error(forged(|container| drop(container.sections.remove(&name))));
        let base = name.split('.').next().unwrap();
        assert!(error.to_string().contains(base), "{name}: {error}");
    }
    let extra = Section { dtype: Dtype::U8, shape: vec![0], data: Cow::Borrowed(&[]) };
    let error = persist_error(forged(|container| drop(container.sections.insert("extra".to_owned(), extra))));
    assert_eq!(error.to_string(), "section 'extra' is invalid: this model has no such section");
}

fn toy_sections() -> Vec<String> {
    Container::open(&toy().to_bytes().unwrap()).unwrap().sections.into_keys().collect()
}

#[test]
fn checksums_and_sections_must_match_one_to_one() {
    let header = |crc32: Value, sections: &str| {
        let crc32 = serde_json::from_value(crc32).unwrap();
        let text = metadata::encode("toy", &Value::Null, &crc32).replace('"', "\\\"");
        let mut header = format!(r#"{{"__metadata__":{{"kosar":"{text}"}}{sections}}}"#);
        header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
        [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
    };
    let a = r#","a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#;
    let right = metadata::crc32_text(&[b"U8[0]"]);
    assert!(kind_of(&header(json!({ "a": right }), a)).is_ok());
    let error = kind_of(&header(json!({}), a)).unwrap_err();
    assert_eq!(error.to_string(), "section 'a' is invalid: it has no checksum");
    let error = kind_of(&header(json!({ "a": right, "b": right }), a)).unwrap_err();
    assert_eq!(error.to_string(), "section 'b' is missing");
    for other in
        [format!("{a}{a}"), a.replace("U8", "BOOL"), a.replace("[0]", "[0, 0]"), a.replace("\"a\"", "\"A\"")]
    {
        assert!(kind_of(&header(json!({ "a": right }), &other)).is_err(), "{other}");
    }
    // Sizes that, added up, pass the largest number there is.
    let quarter = 1_u64 << 61;
    let huge: String = (0..8)
        .map(|i| {
            let (begin, size) = (i * (quarter - 1), quarter - 1);
            format!(r#","s{i}":{{"dtype":"U8","shape":[{size}],"data_offsets":[{begin},{}]}}"#, begin + size)
        })
        .collect();
    assert!(kind_of(&header(json!({}), &huge)).is_err());
}

#[test]
fn what_is_no_model_is_called_so() {
    let huge_header = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
    let plain = safetensors::serialize::<&str, safetensors::tensor::TensorView<'_>, _>([], None).unwrap();
    let nested = [&100_000_u64.to_le_bytes()[..], &[b'['; 100_000]].concat();
    for bytes in [&b""[..], b"PK", &[0; 64], &huge_header, &plain, &nested] {
        let error = persist_error(Toy::from_bytes(bytes));
        assert!(matches!(error, PersistError::NotAModel { .. }), "{error}");
    }
}

#[test]
fn the_writer_refuses_what_could_not_be_read_back() {
    let mut writer = ModelWriter::new("toy");
    writer.u8s("a", [1]).unwrap();
    assert!(writer.u8s("a", [1]).is_err());
    for name in ["", "A", "a b", "é", "__metadata__ "] {
        assert!(writer.u8s(name, [1]).is_err(), "{name}");
    }
    assert!(writer.u8s("__metadata__", [1]).is_err());
    assert!(writer.f64s("b", &[1], &[f64::NAN]).is_err());
    assert!(writer.f64s("b", &[2, 2], &[1.0]).is_err());
    assert!(writer.f64s("b", &[usize::MAX, 2], &[1.0]).is_err());
    writer.params(&"long ".repeat(300_000)).unwrap();
    let error = writer.finish().header().unwrap_err();
    assert!(error.to_string().contains("would be above 1048576 bytes"), "{error}");
}

#[test]
fn a_saved_model_loads_and_replaces_the_one_before() {
    let folder = Folder::new("saved");
    let path = folder.path("model.kosar");
    toy().save(&path).unwrap();
    assert_eq!(Toy::load(&path).unwrap(), toy());
    assert_eq!(fs::read(&path).unwrap(), toy().to_bytes().unwrap());
    empty_toy().save(&path).unwrap();
    assert_eq!(Toy::load(&path).unwrap(), empty_toy());
    assert_eq!(folder.names(), ["model.kosar"]);
}

#[test]
fn errors_of_the_file_system_name_the_path() {
    let folder = Folder::new("named");
    let path = folder.path("absent/model.kosar");
    let error = persist_error(Toy::load(&path));
    assert!(
        matches!(&error, PersistError::Io { action: "read", path: named, .. } if *named == path),
        "{error}"
    );
    let error = toy().save(&path).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot write {}: ", path.display())), "{error}");
    assert!(folder.names().is_empty());
}

/// A change of the contents, as picked by random numbers.
fn mutate(container: &mut Container<'_>, what: u8, which: usize, position: usize, value: u8) {
    let names: Vec<String> = container.sections.keys().cloned().collect();
    let name = &names[which % names.len()];
    let other = names[position % names.len()].clone();
    let section = container.sections.get_mut(name).unwrap();
    let len = section.data.len();
    match what {
        0..=3 if len > 0 => section.data.to_mut()[position % len] = value,
        4 if len > 0 => section.data.to_mut()[position % len] ^= 1 << (value % 8),
        5 => {
            let size = len / section.len().max(1);
            section.data.to_mut().extend(std::iter::repeat_n(value % 4, size));
            section.shape = vec![section.len()];
        }
        6 if section.len() > 0 => {
            let kept = (section.len() - 1) * (len / section.len());
            section.data.to_mut().truncate(kept);
            section.shape = vec![section.len()];
        }
        7 => section.shape.push(1),
        8 => section.shape = vec![0, usize::from(value)],
        9 => drop(container.sections.remove(name)),
        10 => {
            let taken = container.sections[&other].clone();
            container.sections.insert(name.clone(), taken);
        }
        11 => container.params["neighbors"] = json!(value % 3),
        12 => container.params["decay"] = json!(f64::from(value) / 7.0),
        13 => {
            section.dtype = match section.dtype {
                Dtype::U64 => Dtype::I64,
                Dtype::I64 => Dtype::F64,
                Dtype::F64 => Dtype::U64,
                Dtype::F32 => Dtype::U32,
                same => same,
            };
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn random_damage_is_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let bytes = toy().to_bytes().unwrap();
        let mut damaged = bytes.clone();
        for (at, value) in changes {
            damaged[at.index(bytes.len())] = value;
        }
        prop_assert_eq!(Toy::from_bytes(&damaged).is_ok(), damaged == bytes);
    }

    #[test]
    fn forgery_with_right_checksums_is_refused_or_keeps_every_invariant(
        changes in prop::collection::vec((0_u8..14, any::<usize>(), any::<usize>(), any::<u8>()), 1..4),
    ) {
        let bytes = toy().to_bytes().unwrap();
        let mut container = Container::open(&bytes).unwrap();
        for (what, which, position, value) in changes {
            mutate(&mut container, what, which, position, value);
        }
        let forged = sealed(&container);
        if let Ok(model) = Toy::from_bytes(&forged) {
            model.assert_invariants();
            prop_assert_eq!(model.to_bytes().unwrap(), forged);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Toy::from_bytes(&bytes).is_err());
    }
}
