//! Parameters by name.

use kosar::{Id, Time};
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{count, flag, ids, optional_count, real, time, word};
use crate::error::{Failure, Out, raise};

/// The parameters of a model as Python gives them, each read with the checks of its type. A name such as `side.min_len`
/// is the key `min_len`, and stands whole in messages.
#[derive(FromPyObject)]
#[pyo3(transparent)]
pub(crate) struct Fields<'py>(Bound<'py, PyDict>);

/// Item, kind and time.
pub(crate) type Event<'py> = (Bound<'py, PyAny>, String, Bound<'py, PyAny>);

impl<'py> Fields<'py> {
    fn value(&self, name: &str) -> Out<Bound<'py, PyAny>> {
        let missing = || Failure::from(raise("ParamError", &format!("no parameter '{name}' is given")));
        let key = name.rsplit('.').next().unwrap_or(name);
        self.0.get_item(key)?.ok_or_else(missing)
    }

    fn given(&self, name: &str) -> Out<Option<Bound<'py, PyAny>>> {
        Ok(Some(self.value(name)?).filter(|value| !value.is_none()))
    }

    /// Two words, or nothing; `allowed` is what the message asks for.
    pub(crate) fn optional_word_pair(&self, name: &'static str, allowed: &str) -> Out<Option<[String; 2]>> {
        let Some(value) = self.given(name)? else { return Ok(None) };
        let refuse = |class: &str| super::wrong_type(class, name, allowed, &value);
        let words: Vec<String> = value.extract().map_err(|_| refuse("ParamTypeError"))?;
        Ok(Some(<[String; 2]>::try_from(words).map_err(|_| refuse("ParamError"))?))
    }

    /// An object of a class of this module, or nothing.
    pub(crate) fn part<T: PyClass>(&self, name: &'static str) -> Out<Option<Bound<'py, T>>> {
        let Some(value) = self.given(name)? else { return Ok(None) };
        let wrong = |_| super::wrong_type("ParamTypeError", name, "an object of kosar", &value);
        Ok(Some(value.clone().cast_into::<T>().map_err(wrong)?))
    }

    pub(crate) fn real(&self, name: &'static str) -> Out<f64> {
        real(name, &self.value(name)?)
    }

    pub(crate) fn optional_real(&self, name: &'static str) -> Out<Option<f64>> {
        self.given(name)?.map(|value| real(name, &value)).transpose()
    }

    pub(crate) fn count(&self, name: &'static str, min: i64) -> Out<usize> {
        count(name, &self.value(name)?, min)
    }

    pub(crate) fn optional_count(&self, name: &'static str, min: i64) -> Out<Option<usize>> {
        optional_count(name, self.given(name)?.as_ref(), min)
    }

    /// Two whole numbers, or nothing.
    pub(crate) fn optional_counts(&self, name: &'static str, min: i64) -> Out<Option<(usize, usize)>> {
        let Some(value) = self.given(name)? else { return Ok(None) };
        match value.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() {
            Ok((from, to)) => Ok(Some((count(name, &from, min)?, count(name, &to, min)?))),
            Err(_) => {
                Err(super::wrong_type("ParamTypeError", name, "a pair of whole numbers", &value).into())
            }
        }
    }

    pub(crate) fn seed(&self, name: &'static str) -> Out<u64> {
        super::seed(&self.value(name)?)
    }

    pub(crate) fn word(&self, name: &'static str) -> Out<String> {
        word(name, &self.value(name)?)
    }

    pub(crate) fn optional_words(&self, name: &'static str) -> Out<Option<Vec<String>>> {
        let Some(values) = self.given(name)? else { return Ok(None) };
        let refuse = || super::wrong_type("ParamTypeError", name, "a list of strings", &values);
        if values.is_instance_of::<pyo3::types::PyString>() {
            return Err(refuse().into());
        }
        let words = values.try_iter().map_err(|_| refuse())?;
        Ok(Some(words.map(|value| word(name, &value?)).collect::<Out<_>>()?))
    }

    /// Numbers by word, or nothing; `allowed` is what the message asks for.
    pub(crate) fn optional_reals(
        &self,
        name: &'static str,
        allowed: &str,
    ) -> Out<Option<Vec<(String, f64)>>> {
        let Some(values) = self.given(name)? else { return Ok(None) };
        let refuse = || super::wrong_type("ParamTypeError", name, allowed, &values);
        let pair = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let key = word(&format!("a key of {name}"), &key)?;
            let value = real(&format!("{name}['{key}']"), &value)?;
            Ok((key, value))
        };
        Ok(Some(values.cast::<PyDict>().map_err(|_| refuse())?.iter().map(pair).collect::<Out<_>>()?))
    }

    /// Numbers of a list, or nothing.
    pub(crate) fn optional_numbers(&self, name: &'static str) -> Out<Option<Vec<f64>>> {
        let Some(values) = self.given(name)? else { return Ok(None) };
        let refuse = || super::wrong_type("ParamTypeError", name, "a list of numbers", &values);
        if values.is_instance_of::<pyo3::types::PyString>() {
            return Err(refuse().into());
        }
        let numbers = values.try_iter().map_err(|_| refuse())?;
        Ok(Some(numbers.map(|value| real(name, &value?)).collect::<Out<_>>()?))
    }

    pub(crate) fn optional_flag(&self, name: &'static str) -> Out<Option<bool>> {
        self.given(name)?.map(|value| flag(name, &value)).transpose()
    }

    pub(crate) fn optional_word(&self, name: &'static str) -> Out<Option<String>> {
        self.given(name)?.map(|value| word(name, &value)).transpose()
    }

    pub(crate) fn flag(&self, name: &'static str) -> Out<bool> {
        flag(name, &self.value(name)?)
    }

    pub(crate) fn ids(&self, name: &'static str) -> Out<Vec<Id>> {
        ids(name, &self.value(name)?)
    }

    pub(crate) fn optional_ids(&self, name: &'static str) -> Out<Option<Vec<Id>>> {
        self.given(name)?.map(|value| ids(name, &value)).transpose()
    }

    pub(crate) fn optional_id(&self, name: &'static str) -> Out<Option<Id>> {
        self.given(name)?.map(|value| super::id(name, &value)).transpose()
    }

    /// Events as the package gives them: item, kind and time of each.
    pub(crate) fn events(&self, name: &'static str) -> Out<Vec<Event<'py>>> {
        Ok(self.value(name)?.extract()?)
    }

    /// Items and instants, in pairs.
    pub(crate) fn sightings(&self, name: &'static str) -> Out<Vec<(Id, Time)>> {
        let pair = |pair: Bound<'py, PyAny>| {
            let (item, at): (Bound<'py, PyAny>, Bound<'py, PyAny>) = pair.extract()?;
            Ok((super::id("item", &item)?, time(name, &at)?))
        };
        self.value(name)?.try_iter()?.map(|one| pair(one?)).collect()
    }

    pub(crate) fn time(&self, name: &'static str) -> Out<Time> {
        time(name, &self.value(name)?)
    }

    pub(crate) fn optional_time(&self, name: &'static str) -> Out<Option<kosar::Time>> {
        self.given(name)?.map(|value| time(name, &value)).transpose()
    }

    /// A word, or a whole number.
    pub(crate) fn level(&self, name: &'static str) -> Out<kosar::data::Level> {
        let value = self.value(name)?;
        if super::as_int(&value).is_some() {
            return Ok(kosar::data::Level::Depth(count(name, &value, 1)?));
        }
        match value.cast::<pyo3::types::PyString>() {
            Ok(word) => Ok(kosar::data::Level::parse(word.to_str()?)?),
            Err(_) => {
                let allowed = "'item', 'mixed' or a depth from 1";
                Err(super::wrong_type("ParamTypeError", name, allowed, &value).into())
            }
        }
    }

    /// The fields of one parameter.
    pub(crate) fn within(&self, name: &'static str) -> Out<Self> {
        Ok(Self(self.value(name)?.cast_into::<PyDict>().map_err(PyErr::from)?))
    }
}
