//! What sets the members of an audience apart from everybody.

use serde::Serialize;

use crate::audience::{AudienceData, Audiences};
use crate::data::NONE;
use crate::data::{CustomerColumn, IdRef};
use crate::error::Result;
use crate::fit::Control;

/// An audience against everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AudienceProfile {
    /// The number of members.
    pub members: usize,
    /// The number of customers.
    pub customers: usize,
    /// Words: attributes, segments, stages, clusters; each field's most telling word first.
    pub words: Vec<WordProfile>,
    /// Numbers: attributes, figures of RFM, values given, orders and events.
    pub numbers: Vec<NumberProfile>,
}

/// How often members have a word.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WordProfile {
    /// What it is a word of.
    pub field: String,
    /// The word.
    pub word: String,
    /// How many members have it.
    pub members: usize,
    /// Their share of the members of whom the field is known.
    pub share: f64,
    /// The share of all customers of whom the field is known.
    pub share_of_all: f64,
    /// The first share by the second.
    pub lift: f64,
}

/// How large a number is for members.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NumberProfile {
    /// What it is.
    pub field: String,
    /// Of how many members it is known.
    pub known: usize,
    /// The mean over these; NaN where there is none.
    pub mean: f64,
    /// The mean over all customers of whom it is known.
    pub mean_of_all: f64,
    /// The mean of the members by that of all; NaN where the latter is 0.
    pub ratio: f64,
}

impl Audiences {
    /// What sets the members of an audience apart from everybody, from all that the data knows: the words of a field by
    /// falling lift, at most 20 a field, and the means of its numbers. Orders and events are those before
    /// [`as_of`](Audiences::as_of).
    ///
    /// # Errors
    /// [`AudienceError::Unknown`](crate::AudienceError::Unknown) for a name that no audience has;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn profile_with(&self, name: &str, control: &Control) -> Result<AudienceProfile> {
        let members = self.members_with(name, control)?;
        let data = &*self.data;
        let mut profile = AudienceProfile {
            members: members.len(),
            customers: data.customers.len(),
            words: Vec::new(),
            numbers: Vec::new(),
        };
        let mut is_in = vec![false; data.customers.len()];
        members.places().for_each(|place| is_in[place] = true);
        profile.about(data, &is_in);
        profile.models(data, &is_in);
        control.check()?;
        profile.behaviour(data, &is_in, self.as_of().micros());
        Ok(profile)
    }
}

/// The most words of a field that are told.
const MOST: usize = 20;

#[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
impl AudienceProfile {
    fn about(&mut self, data: &AudienceData, is_in: &[bool]) {
        let Some(about) = &data.about else { return };
        for (name, column) in &about.attributes {
            match column {
                CustomerColumn::Words { words, codes } => {
                    self.words_of(name, &|code| word(words.get(code)), words.len(), codes, is_in);
                }
                CustomerColumn::Numbers(values) => self.numbers_of(name, |at| values[at], is_in),
                CustomerColumn::Flags(flags) => {
                    let codes: Vec<u32> = flags.iter().map(|flag| flag.map_or(NONE, u32::from)).collect();
                    let words = ["false", "true"];
                    self.words_of(name, &|code| words[code].to_owned(), 2, &codes, is_in);
                }
                // A date has no mean that says anything.
                CustomerColumn::Dates(_) => (),
            }
        }
    }

    fn models(&mut self, data: &AudienceData, is_in: &[bool]) {
        if let Some(rfm) = &data.rfm {
            let words = &rfm.segment.words;
            self.words_of("segment", &|code| words[code].clone(), words.len(), &rfm.segment.codes, is_in);
            self.numbers_of("recency_days", |at| rfm.recency_days[at], is_in);
            self.numbers_of("frequency", |at| rfm.frequency[at], is_in);
            if let Some(monetary) = &rfm.monetary {
                self.numbers_of("monetary", |at| monetary[at], is_in);
            }
        }
        if let Some((stages, _)) = &data.stages {
            self.words_of(
                "stage",
                &|code| stages.words[code].clone(),
                stages.words.len(),
                &stages.codes,
                is_in,
            );
        }
        if let Some(clusters) = &data.clusters {
            let mut ids: Vec<u64> =
                clusters.iter().filter(|id| !id.is_nan()).map(|id| id.to_bits()).collect();
            ids.sort_unstable();
            ids.dedup();
            let code = |id: &f64| match ids.binary_search(&id.to_bits()) {
                Ok(code) => u32::try_from(code).unwrap_or(NONE),
                Err(_) => NONE,
            };
            let codes: Vec<u32> = clusters.iter().map(code).collect();
            self.words_of("cluster", &|code| f64::from_bits(ids[code]).to_string(), ids.len(), &codes, is_in);
        }
        for (name, values) in &data.values {
            self.numbers_of(name, |at| values[at], is_in);
        }
    }

    fn behaviour(&mut self, data: &AudienceData, is_in: &[bool], now: i64) {
        if let Some(table) = &data.orders {
            let orders = |at: usize| table.between(at, (i64::MIN, now));
            let is_bought =
                |order: &usize| table.bought[table.lines[*order]..table.lines[*order + 1]].contains(&true);
            self.numbers_of("orders", |at| orders(at).filter(is_bought).count() as f64, is_in);
            if let Some(amounts) = &table.amount {
                let spent = |at: usize| {
                    let orders = orders(at);
                    let lines = table.lines[orders.start]..table.lines[orders.end];
                    lines.map(|line| i128::from(amounts[line].millionths())).sum::<i128>() as f64 / 1e6
                };
                self.numbers_of("spent", spent, is_in);
            }
        }
        if let Some(table) = &data.events {
            self.numbers_of("events", |at| table.between(at, (i64::MIN, now)).len() as f64, is_in);
        }
    }

    fn words_of(
        &mut self,
        field: &str,
        word: &dyn Fn(usize) -> String,
        n_words: usize,
        codes: &[u32],
        is_in: &[bool],
    ) {
        let (mut of_members, mut of_all) = (vec![0_usize; n_words], vec![0_usize; n_words]);
        for (&code, &is_in) in codes.iter().zip(is_in).filter(|(code, _)| **code != NONE) {
            of_all[code as usize] += 1;
            of_members[code as usize] += usize::from(is_in);
        }
        let (n_members, n_all): (usize, usize) = (of_members.iter().sum(), of_all.iter().sum());
        let mut found: Vec<(usize, f64, f64)> = (0..n_words)
            .filter(|&code| of_members[code] > 0)
            .map(|code| {
                (code, of_members[code] as f64 / n_members as f64, of_all[code] as f64 / n_all as f64)
            })
            .collect();
        let lift = |one: &(usize, f64, f64)| one.1 / one.2;
        found.sort_by(|a, b| {
            lift(b).total_cmp(&lift(a)).then(of_members[b.0].cmp(&of_members[a.0])).then(a.0.cmp(&b.0))
        });
        self.words.extend(found.into_iter().take(MOST).map(|(code, share, share_of_all)| WordProfile {
            field: field.to_owned(),
            word: word(code),
            members: of_members[code],
            share,
            share_of_all,
            lift: share / share_of_all,
        }));
    }

    fn numbers_of(&mut self, field: &str, value: impl Fn(usize) -> f64, is_in: &[bool]) {
        let (mut known, mut sum, mut known_of_all, mut sum_of_all) = (0_usize, 0.0, 0_usize, 0.0);
        for (at, &is_in) in is_in.iter().enumerate() {
            let value = value(at);
            if !value.is_nan() {
                (known_of_all, sum_of_all) = (known_of_all + 1, sum_of_all + value);
                if is_in {
                    (known, sum) = (known + 1, sum + value);
                }
            }
        }
        let (mean, mean_of_all) = (sum / known as f64, sum_of_all / known_of_all as f64);
        let ratio = if mean_of_all == 0.0 { f64::NAN } else { mean / mean_of_all };
        self.numbers.push(NumberProfile { field: field.to_owned(), known, mean, mean_of_all, ratio });
    }
}

fn word(id: IdRef<'_>) -> String {
    id.to_string()
}
