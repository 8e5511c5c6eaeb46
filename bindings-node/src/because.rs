//! Answers of a recommender, in the flat form of `recommendation.rs`; `answers.js` reads them.

use kosar::Time;
use kosar::recommender::{Answer, Because};
use napi::bindgen_prelude::Env;

use crate::convert::millis;
use crate::error::Outcome;
use crate::recommendation::{self, Writer};

/// The kinds of reasons, as `answers.js` numbers them.
const PINNED: f64 = 0.0;
const GIVEN: f64 = 1.0;
const SIMILAR: f64 = 2.0;
const TOGETHER: f64 = 3.0;
const ALIKE: f64 = 4.0;
const SESSION: f64 = 5.0;
const CUSTOMERS: f64 = 6.0;
const REPEAT: f64 = 7.0;
const SEGMENT: f64 = 8.0;
const CATEGORY: f64 = 9.0;
const TRENDING: f64 = 10.0;
const POPULAR: f64 = 11.0;
const NEW: f64 = 12.0;
const CATALOGUE: f64 = 13.0;
const EXPLORED: f64 = 14.0;
const VIEWED: f64 = 15.0;
const OTHER: f64 = -1.0;

/// Stands in the place of a query that was not asked for.
const NOT_ASKED: f64 = -1.0;

/// Answers for JavaScript; with queries if `explain`.
pub(crate) fn answers<'env>(
    env: &'env Env,
    found: &[Answer],
    explain: bool,
) -> Outcome<recommendation::Answer<'env>> {
    let mut writer = Writer::with_room(found.len());
    for answer in found {
        writer.id(&answer.item);
        writer.figures.push(answer.score);
        writer.word(answer.step);
        writer.because(&answer.because);
        if explain {
            writer.words(answer.sql().as_slice());
        } else {
            writer.figures.push(NOT_ASKED);
        }
    }
    writer.finish(env)
}

/// Milliseconds since 1970; not a number stands for none.
fn since(time: Option<Time>) -> f64 {
    time.map_or(f64::NAN, millis)
}

#[allow(clippy::cast_precision_loss, reason = "places and counts of items are below 2^53")]
impl Writer {
    fn because(&mut self, because: &Because) {
        match because {
            Because::Pinned => self.figures.push(PINNED),
            Because::Given { position, affinity } => {
                self.figures.extend([GIVEN, *position as f64, *affinity]);
            }
            Because::Similar { to, customers, of, item_customers, similarity, since: from, max_items } => {
                self.figures.extend([SIMILAR, (*customers).into(), (*of).into(), (*item_customers).into()]);
                self.figures.extend([*similarity, since(*from), *max_items as f64]);
                self.id(to);
            }
            Because::Together { with, customers, of, lift, since: from, max_items } => {
                self.figures.extend([TOGETHER, (*customers).into(), (*of).into(), *lift]);
                self.figures.extend([since(*from), *max_items as f64]);
                self.id(with);
            }
            Because::Alike { to, similarity } => {
                self.figures.extend([ALIKE, *similarity]);
                self.id(to);
            }
            Because::Session { sessions } => self.figures.extend([SESSION, (*sessions).into()]),
            Because::Customers { customers } => self.figures.extend([CUSTOMERS, (*customers).into()]),
            Because::Repeat { orders, of, last } => {
                self.figures.extend([REPEAT, (*orders).into(), (*of).into(), millis(*last)]);
            }
            Because::Segment { segment, customers, of } => {
                self.figures.extend([SEGMENT, (*customers).into(), (*of).into()]);
                self.word(segment);
            }
            Because::Category { category, customers } => {
                self.figures.extend([CATEGORY, (*customers).into()]);
                self.word(category);
            }
            Because::Trending { recent, days, end, baseline, spans, lower_bound } => {
                self.figures.extend([TRENDING, (*recent).into(), (*days).into(), millis(*end)]);
                self.figures.extend([baseline.map_or(f64::NAN, f64::from), (*spans).into(), *lower_bound]);
            }
            Because::Popular { customers } => self.figures.extend([POPULAR, (*customers).into()]),
            Because::New { launched } => self.figures.extend([NEW, millis(*launched)]),
            Because::Catalogue => self.figures.push(CATALOGUE),
            Because::Explored => self.figures.push(EXPLORED),
            Because::Viewed { views, last, in_cart } => {
                self.figures.extend([VIEWED, (*views).into(), millis(*last), (*in_cart).into()]);
            }
            _ => self.figures.push(OTHER),
        }
        self.word(because);
    }
}
