//! Conditions on figures of customers that models or the caller gave: segments, stages, clusters, affinities, values.

use crate::affinity::ValueIx;
use crate::audience::about::{Found, missing};
use crate::audience::facts::WordColumn;
use crate::audience::item_choice::{listed, unknown};
use crate::audience::plan::Place;
use crate::audience::value_test::{NumberTest, Subject, WordTest};
use crate::audience::{AudienceData, Condition, RfmFigure, Test};
use crate::data::NONE;
use crate::error::AudienceError;

/// A condition on a column of figures that models or the caller gave.
#[derive(Debug, Clone)]
pub(super) enum ColumnPlan {
    Segment(WordTest),
    Stage(WordTest),
    Rfm(RfmFigure, NumberTest),
    Cluster(NumberTest),
    Value(usize, NumberTest),
    Affinity(ValueIx, NumberTest),
}

impl ColumnPlan {
    /// About how long it takes to look at a customer.
    pub(super) fn cost(&self) -> u32 {
        if matches!(self, Self::Affinity(..)) { 5 } else { 1 }
    }

    pub(super) fn new(condition: &Condition, place: &mut Place<'_>) -> Result<Self, AudienceError> {
        let (data, path) = (place.data, place.path);
        let test_path = format!("{path}.test");
        let known_words = |column: &WordColumn, what: &'static str, test: &Test| {
            let all = || column.words.iter().map(String::as_str);
            let mut absent = None;
            let subject = Subject { path, of: what };
            let ready = subject.words(test, &column.words[..], &mut |word| absent = Some(word.to_owned()))?;
            match absent {
                Some(word) => Err(unknown(path, what, &word, listed(all()))),
                None => Ok(ready),
            }
        };
        match condition {
            Condition::Segment(test) => {
                let rfm = data.rfm.as_ref().ok_or_else(|| missing(place, "an RFM model"))?;
                let ready = known_words(&rfm.segment, "segment", test).map(Self::Segment);
                place.note_taken("RFM", rfm.as_of);
                ready
            }
            Condition::Stage(test) => {
                let (stages, taken) = data.stages.as_ref().ok_or_else(|| missing(place, "a lifecycle"))?;
                let ready = known_words(stages, "stage", test).map(Self::Stage);
                place.note_taken("the lifecycle", *taken);
                ready
            }
            Condition::Rfm(of) => {
                let rfm = data.rfm.as_ref().ok_or_else(|| missing(place, "an RFM model"))?;
                let needs_prices = matches!(of.of, RfmFigure::Monetary | RfmFigure::MScore);
                if needs_prices && rfm.monetary.is_none() {
                    return Err(missing(place, "an RFM model of a log with prices"));
                }
                let subject = Subject { path: &test_path, of: of.of.name() };
                Ok(Self::Rfm(of.of, subject.numbers(&of.test)?))
            }
            Condition::Cluster(test) => {
                if data.clusters.is_none() {
                    return Err(missing(place, "clusters of customers"));
                }
                Ok(Self::Cluster(Subject { path, of: "cluster" }.numbers(test)?))
            }
            Condition::Affinity(of) => {
                let (affinity, _) = data.affinity.as_ref().ok_or_else(|| missing(place, "affinities"))?;
                let found = affinity.value_ix(&of.facet, &of.value).map_err(|_| {
                    match affinity.population(&of.facet) {
                        Ok(values) => {
                            let known = listed(values.iter().map(|value| value.value));
                            unknown(&format!("{path}.value"), "value of the facet", &of.value, known)
                        }
                        Err(_) => {
                            let facets: Vec<String> =
                                affinity.facets().iter().map(ToString::to_string).collect();
                            let known = listed(facets.iter().map(String::as_str));
                            unknown(&format!("{path}.facet"), "facet", &of.facet, known)
                        }
                    }
                });
                Ok(Self::Affinity(found?, Subject { path: &test_path, of: "an affinity" }.numbers(&of.test)?))
            }
            Condition::Value(of) => {
                let known = || listed(data.values.iter().map(|(name, _)| name.as_str()));
                let found = data.values.iter().position(|(name, _)| *name == of.name);
                let found =
                    found.ok_or_else(|| unknown(&format!("{path}.name"), "value", &of.name, known()))?;
                Ok(Self::Value(found, Subject { path: &test_path, of: &of.name }.numbers(&of.test)?))
            }
            other => unreachable!("{other} has a plan of its own"),
        }
    }

    pub(super) fn holds(&self, data: &AudienceData, customer: usize) -> bool {
        match self {
            Self::Segment(test) => {
                data.rfm.as_ref().is_some_and(|rfm| test.holds(rfm.segment.codes[customer]))
            }
            Self::Stage(test) => {
                data.stages.as_ref().is_some_and(|(stages, _)| test.holds(stages.codes[customer]))
            }
            Self::Rfm(_, test) | Self::Cluster(test) | Self::Value(_, test) | Self::Affinity(_, test) => {
                test.holds(self.number(data, customer))
            }
        }
    }

    fn number(&self, data: &AudienceData, customer: usize) -> f64 {
        match self {
            Self::Rfm(figure, _) => data.rfm.as_ref().map_or(f64::NAN, |rfm| rfm.figure(*figure)[customer]),
            Self::Cluster(_) => data.clusters.as_ref().map_or(f64::NAN, |clusters| clusters[customer]),
            Self::Value(place, _) => data.values[*place].1[customer],
            Self::Affinity(value, _) => data.affinity.as_ref().map_or(f64::NAN, |(affinity, positions)| {
                let position = positions[customer];
                if position == NONE { f64::NAN } else { affinity.lift_at(position as usize, *value) }
            }),
            Self::Segment(_) | Self::Stage(_) => f64::NAN,
        }
    }

    /// What the value is.
    pub(super) fn found(&self, data: &AudienceData, customer: usize) -> Found {
        let word = |column: Option<&WordColumn>| {
            let word = column.and_then(|column| column.words.get(column.codes[customer] as usize));
            word.map_or(Found::Unknown, |word| Found::Text(word.clone()))
        };
        match self {
            Self::Segment(_) => word(data.rfm.as_ref().map(|rfm| &rfm.segment)),
            Self::Stage(_) => word(data.stages.as_ref().map(|(stages, _)| stages)),
            _ => self.number(data, customer).into(),
        }
    }
}
