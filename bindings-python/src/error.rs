//! The only mapping of errors: the core's kinds to the classes of `kosar`.

use std::any::Any;

use kosar::{Error, ErrorKind, IdError, IntakeError, ParamError, PersistError};
use pyo3::prelude::*;

/// Why a call fails: an error of the core, or one that Python raised on the way.
#[derive(Debug)]
pub(crate) enum Failure {
    Core(Error),
    Python(PyErr),
}

/// The result of every function of this module.
pub(crate) type Out<T> = Result<T, Failure>;

/// The class of `kosar` for a kind of error.
fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Param => "ParamError",
        ErrorKind::UnknownId => "UnknownIdError",
        ErrorKind::IdType => "IdTypeError",
        ErrorKind::NoHistories => "NoHistoriesError",
        ErrorKind::Intake => "IntakeError",
        ErrorKind::MissingColumn => "MissingColumnError",
        ErrorKind::Overflow => "SumTooLargeError",
        ErrorKind::Io => "FileError",
        ErrorKind::ModelFile => "ModelFileError",
        ErrorKind::Cancelled => "CancelledError",
        _ => "KosarError",
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Core(error) => raise(class_of(error.kind()), &error.to_string()),
            Failure::Python(error) => error,
        }
    }
}

/// An exception of a class of `kosar`.
pub(crate) fn raise(class: &str, message: &str) -> PyErr {
    Python::attach(|py| {
        let errors = py.import("kosar._errors");
        let exception = errors.and_then(|errors| errors.getattr(class)?.call1((message,)));
        exception.map_or_else(|error| error, PyErr::from_value)
    })
}

/// What a caught panic becomes.
pub(crate) fn internal(panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic");
    raise("KosarError", &format!("internal error: {text}; please report this with what led to it")).into()
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<ParamError> for Failure {
    fn from(error: ParamError) -> Self {
        Self::Core(error.into())
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::Core(error.into())
    }
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Self {
        Self::Core(error.into())
    }
}

impl From<PersistError> for Failure {
    fn from(error: PersistError) -> Self {
        Self::Core(error.into())
    }
}
