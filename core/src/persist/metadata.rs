//! The text under the key `kosar`: what the file holds, and the checksums.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use crate::error::PersistError;

/// The format version that this release writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// What errors call the header.
pub(super) const HEADER: &str = "__metadata__";

/// Behind `"self":"`, at the very end of the text: 8 hexadecimal digits, a quote and a brace.
const TAIL: usize = 10;

/// The parsed text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metadata {
    pub(super) crc32: BTreeMap<String, String>,
    #[serde(rename = "format")]
    _format: u32,
    pub(super) kind: String,
    pub(super) params: Value,
    #[serde(rename = "self")]
    _own_crc32: String,
}

/// As much of the text as a newer format is sure to have.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

pub(super) fn not_a_model(why: impl fmt::Display) -> PersistError {
    PersistError::NotAModel { why: why.to_string() }
}

/// A checksum as the file has it.
pub(super) fn crc32_text(parts: &[&[u8]]) -> String {
    let mut hasher = crc32fast::Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    format!("{:08x}", hasher.finalize())
}

/// The one text for these contents.
pub(super) fn encode(kind: &str, params: &Value, crc32: &BTreeMap<String, String>) -> String {
    let contents =
        json!({ "crc32": crc32, "format": FORMAT_VERSION, "kind": kind, "params": params, "self": "" });
    let mut text = String::new();
    push_canonical(&contents, &mut text);
    let own = crc32_text(&[text.as_bytes()]);
    text.truncate(text.len() - "\"}".len());
    text + &own + "\"}"
}

/// Sorts keys itself: the order of a JSON object in memory depends on how `serde_json` was built.
fn push_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|&(key, _)| key);
            text.push('{');
            for (position, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if position == 0 { "" } else { "," });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                push_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (position, value) in values.iter().enumerate() {
                text.push_str(if position == 0 { "" } else { "," });
                push_canonical(value, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// Checks version, checksum, keys, and parses, in this order: a newer format may differ in all the rest.
pub(super) fn decode(text: &str) -> Result<Metadata, PersistError> {
    let bad = |error: serde_json::Error| not_a_model(format_args!("its metadata is unreadable: {error}"));
    let Version { format } = serde_json::from_str(text).map_err(bad)?;
    if format > FORMAT_VERSION {
        return Err(PersistError::Version { found: format, supported: FORMAT_VERSION });
    }
    if format == 0 {
        return Err(not_a_model("there is no format version 0"));
    }
    let own = text
        .len()
        .checked_sub(TAIL)
        .and_then(|end| text.split_at_checked(end))
        .filter(|(head, _)| head.ends_with(",\"self\":\""))
        .and_then(|(head, tail)| Some((head, tail.strip_suffix("\"}")?)));
    let Some((head, own)) = own else {
        return Err(not_a_model("its metadata does not end with its checksum"));
    };
    if crc32_text(&[head.as_bytes(), b"\"}"]) != own {
        return Err(PersistError::Checksum { section: HEADER.to_owned() });
    }
    let RisingKeys = serde_json::from_str(text).map_err(bad)?;
    serde_json::from_str(text).map_err(bad)
}

/// Accepts any JSON in which the keys of every object rise strictly: none comes twice.
struct RisingKeys;

impl<'de> Deserialize<'de> for RisingKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for RisingKeys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with sorted keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut previous: Option<String> = None;
        while let Some((key, Self)) = entries.next_entry::<String, Self>()? {
            if previous.is_some_and(|previous| previous >= key) {
                return Err(A::Error::custom(format_args!("key '{key}' is out of order or comes twice")));
            }
            previous = Some(key);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts the right checksum at the end of a text.
    fn signed(head: &str) -> String {
        format!("{head}{}\"}}", crc32_text(&[head.as_bytes(), b"\"}"]))
    }

    fn encoded(params: &Value) -> String {
        encode("toy", params, &BTreeMap::from([("a".to_owned(), "00000000".to_owned())]))
    }

    #[test]
    fn the_text_has_sorted_keys_and_no_whitespace() {
        let text = encoded(&json!({ "b": [1, { "z": null, "y": 0.1 }], "a": "x y\n\"é" }));
        let expected = r#"{"crc32":{"a":"00000000"},"format":1,"kind":"toy","params":{"a":"x y\n\"é","b":[1,{"y":0.1,"z":null}]},"self":""#;
        assert_eq!(text, signed(expected));
    }

    #[test]
    fn every_number_comes_back_as_it_was() {
        let mut numbers: Vec<f64> = (1..2000).map(|n| f64::from(n).sqrt() / 1e3).collect();
        numbers.extend([-0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX]);
        let metadata = decode(&encoded(&json!(numbers))).unwrap();
        let back: Vec<f64> = serde_json::from_value(metadata.params).unwrap();
        let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&numbers));
        let metadata = decode(&encoded(&json!([u64::MAX, i64::MIN]))).unwrap();
        assert_eq!(metadata.params, json!([u64::MAX, i64::MIN]));
    }

    #[test]
    fn a_newer_version_is_named_whatever_else_it_says() {
        let newer = decode(r#"{"format":2,"layout":"columns"}"#).unwrap_err();
        assert!(matches!(newer, PersistError::Version { found: 2, supported: 1 }), "{newer}");
    }

    #[test]
    fn the_smallest_damage_to_the_text_is_found() {
        let text = encoded(&json!({ "n": 10 }));
        assert!(decode(&text).is_ok());
        let damaged = decode(&text.replace("10", "11")).unwrap_err();
        assert!(matches!(&damaged, PersistError::Checksum { section } if section == HEADER), "{damaged}");
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_under_a_right_checksum() {
        let text = |crc32: &str, params: &str| {
            signed(&format!(r#"{{"crc32":{crc32},"format":1,"kind":"toy","params":{params},"self":""#))
        };
        assert!(decode(&text("{}", r#"{"n":1}"#)).is_ok());
        for (crc32, params) in
            [("{}", r#"{"n":1,"n":2}"#), (r#"{"a":"","a":""}"#, "{}"), ("{}", r#"[{"b":{"n":1,"a":2}}]"#)]
        {
            let error = decode(&text(crc32, params)).unwrap_err();
            assert!(error.to_string().contains("out of order or comes twice"), "{error}");
        }
    }

    #[test]
    fn absent_and_unknown_keys_are_refused_under_a_right_checksum() {
        for head in [
            r#"{"format":1,"kind":"toy","params":{},"self":""#,
            r#"{"crc32":{},"extra":0,"format":1,"kind":"toy","params":{},"self":""#,
            r#"{"crc32":{},"format":1,"kind":7,"params":{},"self":""#,
            r#"{"crc32":{},"format":0,"kind":"toy","params":{},"self":""#,
        ] {
            assert!(matches!(decode(&signed(head)), Err(PersistError::NotAModel { .. })), "{head}");
        }
    }
}
