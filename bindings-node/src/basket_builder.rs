//! Plain baskets on their way into a log, slice by slice.

use kosar::{ErrorKind, Id};
use napi::bindgen_prelude::{AsyncTask, Float64ArraySlice, FromNapiValue, Result, Uint32ArraySlice, Unknown};
use napi_derive::napi;

use crate::convert::{array, element, ids, needed_text, whole};
use crate::error::{Failure, Outcome, of_kind, refused};
use crate::log::OrderLog;
use crate::work::{Work, background};

/// The items of some baskets, one after the other.
enum Items {
    /// Integers as JavaScript holds them.
    Numbers(Vec<f64>),
    /// Positions among the words.
    Words(Vec<u32>),
    /// One basket of whatever ids.
    Ids(Vec<Id>),
}

/// Some baskets.
struct Slice {
    items: Items,
    /// Where each basket ends among the items.
    ends: Vec<u32>,
}

/// Collects baskets in slices; made by `baskets.js`.
#[napi(namespace = "internal")]
#[derive(Default)]
pub struct BasketBuilder {
    slices: Vec<Slice>,
    words: Vec<String>,
}

#[napi(namespace = "internal")]
impl BasketBuilder {
    #[napi(constructor, catch_unwind)]
    #[allow(clippy::new_without_default, reason = "the macro needs a constructor of this name")]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one basket of ids of any type.
    #[napi(catch_unwind)]
    pub fn push(&mut self, basket: Unknown<'_>) -> Result<(), String> {
        let items = ids("a basket", "item", basket)?;
        let ends = vec![u32::try_from(items.len()).map_err(|_| bad_slice())?];
        self.slices.push(Slice { items: Items::Ids(items), ends });
        Ok(())
    }

    /// Takes baskets of safe integers.
    #[napi(catch_unwind)]
    pub fn push_numbers(&mut self, numbers: Unknown<'_>, ends: Unknown<'_>) -> Result<(), String> {
        let numbers = Float64ArraySlice::from_unknown(numbers)
            .map_err(|_| refused("numbers", "a Float64Array", numbers))?
            .to_vec();
        let ends = ends_of(ends, numbers.len())?;
        self.slices.push(Slice { items: Items::Numbers(numbers), ends });
        Ok(())
    }

    /// Takes baskets of words by their numbers, in the order in which they were first given; the words not given before.
    #[napi(catch_unwind)]
    pub fn push_words(
        &mut self,
        codes: Unknown<'_>,
        ends: Unknown<'_>,
        new_words: Unknown<'_>,
    ) -> Result<(), String> {
        let new_words = array("words", new_words)?;
        for at in 0..new_words.len() {
            self.words.push(needed_text("words", element(&new_words, at)?)?);
        }
        let codes = codes_of(codes)?;
        if codes.iter().any(|&code| code as usize >= self.words.len()) {
            return Err(bad_slice());
        }
        let ends = ends_of(ends, codes.len())?;
        self.slices.push(Slice { items: Items::Words(codes), ends });
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<OrderLog>> {
        let (slices, words) = (std::mem::take(&mut self.slices), std::mem::take(&mut self.words));
        background(|| Ok(move || built(&slices, &words).map(OrderLog::from)))
    }
}

fn codes_of(value: Unknown<'_>) -> Outcome<Vec<u32>> {
    let slice = Uint32ArraySlice::from_unknown(value);
    Ok(slice.map_err(|_| refused("codes", "a Uint32Array", value))?.to_vec())
}

/// Where baskets end: rising, the last where the items end.
fn ends_of(value: Unknown<'_>, n_items: usize) -> Outcome<Vec<u32>> {
    let ends = codes_of(value)?;
    if ends.is_sorted() && ends.last().map_or(0, |&end| end as usize) == n_items {
        return Ok(ends);
    }
    Err(bad_slice())
}

fn bad_slice() -> Failure {
    of_kind(ErrorKind::Intake, "baskets and their items do not fit".to_owned())
}

fn built(slices: &[Slice], words: &[String]) -> kosar::Result<kosar::OrderLog> {
    let mut builder = kosar::data::BasketBuilder::default();
    for slice in slices {
        let mut from = 0;
        for &end in &slice.ends {
            let basket = from..end as usize;
            from = basket.end;
            match &slice.items {
                Items::Numbers(numbers) => {
                    // baskets.js puts nothing but safe integers there.
                    numbers[basket].iter().filter_map(|&n| whole(n)).try_for_each(|n| builder.push(n))?;
                }
                Items::Words(codes) => {
                    codes[basket].iter().try_for_each(|&code| builder.push(&words[code as usize]))?;
                }
                Items::Ids(ids) => ids[basket].iter().try_for_each(|id| builder.push(id))?,
            }
            builder.end_basket()?;
        }
    }
    Ok(builder.finish())
}
