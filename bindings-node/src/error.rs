//! The only mapping of errors: a message and a code that never changes.

use std::collections::HashMap;
use std::sync::LazyLock;

use kosar::ErrorKind;
use napi::bindgen_prelude::{Unknown, ValueType};
use napi::{Error, JsError, JsValue};

use crate::convert::shown;

/// An error on its way to JavaScript; the status becomes its `code`.
pub(crate) type Failure = Error<String>;

/// The result of a conversion, or of a call of the core.
pub(crate) type Outcome<T> = std::result::Result<T, Failure>;

/// The code of what cannot happen unless this package is wrong.
const INTERNAL: &str = "KOSAR_INTERNAL";

/// An error of the core, with the code of its kind.
pub(crate) fn failure(error: impl Into<kosar::Error>) -> Failure {
    let error = error.into();
    match error.kind() {
        // Rules are JSON with the same keys in every language.
        ErrorKind::Param if matches!(error, kosar::Error::Rule(_)) => verbatim(error),
        kind @ (ErrorKind::Param | ErrorKind::MissingColumn) => {
            of_kind(kind, camel_cased(&error.to_string()))
        }
        // The others name no options, but ids, columns and files, which stay as they are.
        _ => verbatim(error),
    }
}

/// An error about what is JSON in every language: its names stay as they are.
#[allow(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn verbatim(error: kosar::Error) -> Failure {
    of_kind(error.kind(), error.to_string())
}

/// The names of two words or more that the declarations have, by the names that the core has for them.
static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../options.d.ts").lines();
    let properties = lines.filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
    let names = properties.map(|(name, _)| name.trim_end_matches('?'));
    let is_long = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && snake(name) != *name;
    names.filter(is_long).map(|name| (snake(name), name)).collect()
});

/// A sentence with the options as JavaScript names them: `minSupport` for `min_support`. What stands in quotes is a value
/// and stays as it is.
pub(crate) fn camel_cased(sentence: &str) -> String {
    let parts = sentence.split('\'').enumerate();
    let parts = parts.map(|(at, part)| if at % 2 == 0 { renamed(part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("'")
}

fn renamed(text: &str) -> String {
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = text.split_inclusive(|letter| !is_of_word(letter)).map(|piece| {
        let word = piece.trim_end_matches(|letter| !is_of_word(letter));
        let name = NAMES.get(word).copied().unwrap_or(word);
        [name, &piece[word.len()..]]
    });
    words.flatten().collect()
}

fn snake(name: &str) -> String {
    let letters = name.chars().flat_map(|letter| {
        let breaks = letter.is_ascii_uppercase().then_some('_');
        breaks.into_iter().chain([letter.to_ascii_lowercase()])
    });
    letters.collect()
}

/// A value that a parameter cannot take.
pub(crate) fn refused(name: &str, allowed: &str, value: Unknown<'_>) -> Failure {
    of_kind(ErrorKind::Param, format!("{name} must be {allowed}, got {}", shown(value)))
}

/// A failure of a kind with a message of its own.
pub(crate) fn of_kind(kind: ErrorKind, message: String) -> Failure {
    Error::new(kind.code().to_owned(), message)
}

/// A failure of the engine's own interface.
#[allow(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn internal(error: Error) -> Failure {
    Error::new(INTERNAL.to_owned(), error.reason.clone())
}

/// A panic, with its message where it has one.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
    Error::new(INTERNAL.to_owned(), format!("kosar failed: {text}"))
}

/// The failure as what a promise is rejected with.
pub(crate) fn rejection(failure: Failure, env: napi::Env) -> Error {
    Error::from(JsError::from(failure).into_unknown(env))
}

/// What a value is, for a message.
pub(crate) fn kind_of(value: Unknown<'_>) -> &'static str {
    match value.get_type() {
        Ok(ValueType::Undefined) => "undefined",
        Ok(ValueType::Null) => "null",
        Ok(ValueType::Boolean) => "boolean",
        Ok(ValueType::Number) => "number",
        Ok(ValueType::String) => "string",
        Ok(ValueType::BigInt) => "bigint",
        Ok(ValueType::Function) => "function",
        Ok(ValueType::Symbol) => "symbol",
        _ if value.is_array().unwrap_or(false) => "array",
        _ if value.is_date().unwrap_or(false) => "Date",
        _ if value.is_typedarray().unwrap_or(false) => "typed array",
        _ => "object",
    }
}
