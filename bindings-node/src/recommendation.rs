//! Recommendations with their reasons, in an answer that is quick to hand over.

use std::fmt::{Display, Write};

use kosar::rank::{Reason, Recommendation};
use kosar::session::SessionAnswer;
use kosar::{Id, IdRef};
use napi::bindgen_prelude::{Env, Float64Array, Float64ArraySlice};
use napi_derive::napi;

use crate::convert::is_safe;
use crate::error::{Outcome, internal};

/// Recommendations, one after the other; `answers.js` reads them. Making each object property by property from here
/// would take longer than finding what is in it.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Answer<'env> {
    /// All ids that are text and all sentences, in the order of the figures.
    pub text: String,
    /// For each recommendation: the item, the score, the kind of the reason, its figures, and the length of its sentence.
    pub figures: Float64ArraySlice<'env>,
}

/// The kinds of reasons, as `answers.js` numbers them.
const RULE: f64 = 0.0;
const SIMILAR: f64 = 1.0;
const SEQUENCE: f64 = 2.0;
const POPULAR: f64 = 3.0;
const CONTRIBUTION: f64 = 4.0;
const ALIKE: f64 = 5.0;
const SESSION: f64 = 6.0;
const NEXT: f64 = 7.0;
const COMPLEMENT: f64 = 8.0;
const SUBSTITUTE: f64 = 9.0;
const POPULAR_IN: f64 = 10.0;
const TRENDING: f64 = 11.0;
const NEW_ARRIVAL: f64 = 12.0;
const REPEAT: f64 = 13.0;
const EXPLORE: f64 = 14.0;
const OTHER: f64 = -1.0;

/// The kinds of ids.
const SAFE_INTEGER: f64 = 0.0;
const TEXT: f64 = 1.0;
const BIG_INTEGER: f64 = 2.0;

/// The answers to many sessions, written by another thread as those to one are.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Answers {
    pub text: String,
    pub figures: Float64Array,
}

/// Recommendations for JavaScript.
pub(crate) fn answer<'env>(env: &'env Env, found: &[Recommendation]) -> Outcome<Answer<'env>> {
    let mut writer = Writer::with_room(found.len());
    writer.recommendations(found);
    writer.finish(env)
}

/// The answer to a session: how many recommendations, these, the items that are not known, and why there is nothing, in a
/// word and in a sentence.
pub(crate) fn session_answer<'env>(env: &'env Env, found: &SessionAnswer) -> Outcome<Answer<'env>> {
    let mut writer = Writer::with_room(found.recommendations.len());
    writer.session(found);
    writer.finish(env)
}

/// The same for many sessions, one after the other.
pub(crate) fn session_answers(found: &[SessionAnswer]) -> Answers {
    let mut writer = Writer::with_room(found.iter().map(|found| found.recommendations.len()).sum());
    found.iter().for_each(|found| writer.session(found));
    Answers { text: writer.text, figures: writer.figures.into() }
}

/// Writes what `answers.js` reads.
pub(crate) struct Writer {
    text: String,
    pub(crate) figures: Vec<f64>,
}

#[allow(clippy::cast_precision_loss, reason = "counts of baskets, customers and letters are below 2^53")]
impl Writer {
    /// With room for so many short ids and one sentence each; more is made where it is needed.
    pub(crate) fn with_room(n: usize) -> Self {
        Self { text: String::with_capacity(96 * n), figures: Vec::with_capacity(12 * n) }
    }

    pub(crate) fn finish(self, env: &Env) -> Outcome<Answer<'_>> {
        let figures = Float64ArraySlice::copy_from(env, &self.figures).map_err(internal)?;
        Ok(Answer { text: self.text, figures })
    }

    fn recommendations(&mut self, found: &[Recommendation]) {
        for Recommendation { item, score, reason } in found {
            self.id(item);
            self.figures.push(*score);
            self.reason(reason);
        }
    }

    fn session(&mut self, found: &SessionAnswer) {
        let SessionAnswer { recommendations, unknown, empty } = found;
        self.figures.push(recommendations.len() as f64);
        self.recommendations(recommendations);
        self.figures.push(unknown.len() as f64);
        unknown.iter().for_each(|item| self.id(item));
        self.words(&empty.map_or_else(Vec::new, |why| vec![why.name().to_owned(), why.to_string()]));
    }

    fn reason(&mut self, reason: &Reason) {
        match reason {
            Reason::Rule { antecedent, count, confidence, lift } => {
                self.figures.extend([RULE, *count as f64, *confidence, *lift, antecedent.len() as f64]);
                antecedent.iter().for_each(|item| self.id(item));
            }
            Reason::Similar { to, count, similarity } => {
                self.figures.extend([SIMILAR, *count as f64, *similarity]);
                self.id(to);
            }
            Reason::Sequence { after, count, confidence, median_days } => {
                self.figures.extend([SEQUENCE, *count as f64, *confidence, *median_days]);
                self.id(after);
            }
            Reason::Popular { count } => self.figures.extend([POPULAR, *count as f64]),
            Reason::Contribution { from, weight, share } => {
                self.figures.extend([CONTRIBUTION, *weight, *share]);
                self.id(from);
            }
            Reason::Session { from, share, sessions } => {
                self.figures.extend([SESSION, *share, *sessions as f64]);
                self.id(from);
            }
            Reason::Next { after, sessions, confidence } => {
                self.figures.extend([NEXT, *sessions as f64, *confidence]);
                self.id(after);
            }
            Reason::Alike { to, similarity, category, brand, tags, attributes, words } => {
                self.figures.extend([ALIKE, *similarity]);
                self.id(to);
                for one in [category, brand] {
                    self.words(one.as_slice());
                }
                for several in [tags, attributes, words] {
                    self.words(several);
                }
            }
            Reason::Complement { to, together, lift } => {
                self.figures.extend([COMPLEMENT, *together as f64, *lift]);
                self.id(to);
            }
            Reason::Substitute { to, together, context } => {
                self.figures.extend([SUBSTITUTE, *together as f64, *context]);
                self.id(to);
            }
            Reason::PopularIn { group, count, customers } => {
                self.figures.extend([POPULAR_IN, *count as f64, *customers as f64]);
                self.word(group);
            }
            Reason::Trending { recent, days, baseline, rise, lower_bound } => {
                // Not a number stands for none.
                let rise = rise.unwrap_or(f64::NAN);
                self.figures.extend([TRENDING, *recent as f64, *days, *baseline as f64, rise, *lower_bound]);
            }
            Reason::NewArrival { days, count } => self.figures.extend([NEW_ARRIVAL, *days, *count as f64]),
            Reason::Repeat { orders, of } => self.figures.extend([REPEAT, *orders as f64, *of as f64]),
            Reason::Explore { neighbors, orders } => {
                self.figures.extend([EXPLORE, *neighbors as f64, *orders as f64]);
            }
            _ => self.figures.push(OTHER),
        }
        self.word(reason);
    }

    pub(crate) fn id(&mut self, id: &Id) {
        match id.as_ref() {
            IdRef::Int(value) if is_safe(value) => self.figures.extend([SAFE_INTEGER, value as f64]),
            IdRef::Int(value) => {
                self.figures.push(BIG_INTEGER);
                self.word(value);
            }
            IdRef::Str(text) => {
                self.figures.push(TEXT);
                self.word(text);
            }
        }
    }

    /// Words, and how many.
    pub(crate) fn words(&mut self, words: &[String]) {
        self.figures.push(words.len() as f64);
        words.iter().for_each(|word| self.word(word));
    }

    /// Text, and its length as JavaScript counts it.
    pub(crate) fn word(&mut self, word: impl Display) {
        let from = self.text.len();
        write!(self.text, "{word}").expect("a string takes whatever is written");
        let word = &self.text[from..];
        let length = if word.is_ascii() { word.len() } else { word.encode_utf16().count() };
        self.figures.push(length as f64);
    }
}
