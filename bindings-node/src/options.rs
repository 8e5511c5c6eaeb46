//! Objects of options, read key by key; a key that nobody asked for is refused.

use kosar::rank::ItemFilter;
use kosar::{ErrorKind, Id, ParamError, Time};
use napi::bindgen_prelude::{JsObjectValue, Object, Unknown, ValueType};

use crate::convert::{array, count, element, ids, is_missing, needed_text, number, object, time};
use crate::error::{Outcome, failure, internal, of_kind, refused};

/// The options of one call. A name such as `side.minLen` is the key `minLen`, and stands whole in messages.
pub(crate) struct Options<'env> {
    what: &'static str,
    object: Option<Object<'env>>,
    asked: Vec<&'static str>,
    barred: &'static [&'static str],
}

impl<'env> Options<'env> {
    /// The options given, or none; `what` names them in messages.
    pub(crate) fn new(what: &'static str, value: Option<Unknown<'env>>) -> Outcome<Self> {
        let given = value.filter(|value| !is_missing(*value));
        Ok(Self {
            what,
            object: given.map(|value| object(what, value)).transpose()?,
            asked: Vec::new(),
            barred: &[],
        })
    }

    /// The options of a fit; `signal` is one that `index.js` takes out.
    pub(crate) fn of_fit(value: Option<Unknown<'env>>) -> Outcome<Self> {
        let mut options = Self::new("options", value)?;
        options.asked.push("signal");
        Ok(options)
    }

    /// The options without some keys, which are refused where others would be read.
    pub(crate) const fn barring(mut self, keys: &'static [&'static str]) -> Self {
        self.barred = keys;
        self
    }

    /// The value of a key, `null` included; `None` where it is absent or `undefined`.
    pub(crate) fn raw(&mut self, name: &'static str) -> Outcome<Option<Unknown<'env>>> {
        let key = name.rsplit('.').next().unwrap_or(name);
        if self.barred.contains(&key) {
            return Ok(None);
        }
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let Some(object) = &self.object else { return Ok(None) };
        let value = object.get_named_property::<Unknown<'env>>(key).map_err(internal)?;
        Ok(Some(value).filter(|value| !matches!(value.get_type(), Ok(ValueType::Undefined))))
    }

    /// The value of a key; `None` where it is absent, `undefined` or `null`.
    pub(crate) fn value(&mut self, key: &'static str) -> Outcome<Option<Unknown<'env>>> {
        Ok(self.raw(key)?.filter(|value| !is_missing(*value)))
    }

    pub(crate) fn count(&mut self, key: &'static str, min: u32) -> Outcome<Option<usize>> {
        self.value(key)?.map(|value| count(key, value, min)).transpose()
    }

    /// A count that `null` takes away: the outer `None` where nothing is said.
    pub(crate) fn count_or_null(&mut self, key: &'static str, min: u32) -> Outcome<Option<Option<usize>>> {
        let read = |value| if is_missing(value) { Ok(None) } else { count(key, value, min).map(Some) };
        self.raw(key)?.map(read).transpose()
    }

    /// A number that `null` takes away: the outer `None` where nothing is said.
    pub(crate) fn number_or_null(&mut self, key: &'static str) -> Outcome<Option<Option<f64>>> {
        let Some(value) = self.raw(key)? else { return Ok(None) };
        if is_missing(value) {
            return Ok(Some(None));
        }
        self.number(key).map(Some)
    }

    pub(crate) fn seed(&mut self, key: &'static str) -> Outcome<Option<u64>> {
        Ok(self.count(key, 0)?.map(|seed| seed as u64))
    }

    /// Any number, NaN too; the core knows the range.
    pub(crate) fn number(&mut self, key: &'static str) -> Outcome<Option<f64>> {
        let read = |value: Unknown<'env>| match value.get_type() {
            Ok(ValueType::Number) => number(value),
            _ => Err(refused(key, "a number", value)),
        };
        self.value(key)?.map(read).transpose()
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Outcome<Option<String>> {
        self.value(key)?.map(|value| needed_text(key, value)).transpose()
    }

    /// A word that the core knows.
    pub(crate) fn choice<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> std::result::Result<T, ParamError>,
    ) -> Outcome<Option<T>> {
        self.text(key)?.map(|word| parse(&word).map_err(failure)).transpose()
    }

    /// Items by their ids.
    pub(crate) fn items(&mut self, key: &'static str) -> Outcome<Option<Vec<Id>>> {
        self.value(key)?.map(|value| ids(key, "item", value)).transpose()
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Outcome<Vec<String>> {
        let Some(value) = self.value(key)? else { return Ok(Vec::new()) };
        let texts = array(key, value)?;
        (0..texts.len()).map(|at| needed_text(key, element(&texts, at)?)).collect()
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Outcome<Option<bool>> {
        let read = |value: Unknown<'env>| match value.get_type() {
            Ok(ValueType::Boolean) => crate::convert::flag(value),
            _ => Err(refused(key, "true or false", value)),
        };
        self.value(key)?.map(read).transpose()
    }

    pub(crate) fn time(&mut self, key: &'static str) -> Outcome<Option<Time>> {
        self.value(key)?.map(|value| time(key, value)).transpose()
    }

    /// Refuses keys that were not asked for.
    pub(crate) fn finish(self) -> Outcome<()> {
        let Some(object) = &self.object else { return Ok(()) };
        for key in Object::keys(object).map_err(internal)? {
            if !self.asked.contains(&key.as_str()) {
                let (what, allowed) = (self.what, self.asked.join(", "));
                let message = format!("{what} have no '{key}'; allowed are: {allowed}");
                return Err(of_kind(ErrorKind::Param, message));
            }
        }
        Ok(())
    }
}

/// Which items may be answered: `exclude` and `only`.
pub(crate) fn item_filter(options: &mut Options<'_>) -> Outcome<ItemFilter> {
    let exclude = options.items("exclude")?.unwrap_or_default();
    Ok(ItemFilter::new().exclude(exclude).only(options.items("only")?))
}

/// Parameters with one set, where it was given.
pub(crate) fn set<P, T>(params: P, value: Option<T>, with: impl FnOnce(P, T) -> P) -> P {
    match value {
        Some(value) => with(params, value),
        None => params,
    }
}
