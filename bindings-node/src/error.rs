//! The only mapping of errors: a message and a code that never changes.

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
    let message = error.to_string();
    match error.kind() {
        ErrorKind::Param => of_kind(ErrorKind::Param, camel_cased(&message)),
        kind => of_kind(kind, message),
    }
}

/// The options that the core names within its sentences.
const OPTIONS: [&str; 13] = [
    "min_support",
    "min_confidence",
    "min_customers",
    "min_len",
    "max_len",
    "top_k",
    "max_itemsets",
    "max_rules",
    "max_bytes",
    "max_seconds",
    "half_life_days",
    "as_of",
    "within_days",
];

/// A sentence with the options as JavaScript names them: `minSupport` for `min_support`. The first word of an error is
/// one; values in quotes stay as they are.
pub(crate) fn camel_cased(sentence: &str) -> String {
    let is_option = |word: &str| OPTIONS.contains(&word.trim_end_matches([',', ';', '.', ':']));
    let words = sentence.split(' ').enumerate();
    let words =
        words.map(|(at, word)| if at == 0 || is_option(word) { camel(word) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

fn camel(word: &str) -> String {
    let mut parts = word.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
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
