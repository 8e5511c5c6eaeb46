//! Recency, frequency, monetary value of columns, slice by slice, without a log.

use kosar::data::{Batch, IntakeReport, Role};
use napi::bindgen_prelude::{AsyncTask, Result, Unknown};
use napi_derive::napi;

use crate::error::{Outcome, failure};
use crate::log::{log_options, time_unit};
use crate::log_builder::{Intake, TakesBatches, finished};
use crate::options::Options;
use crate::rfm::{Rfm, params};
use crate::work::{Work, background};

/// Collects rows in slices; made by `index.js`.
#[napi(namespace = "internal")]
pub struct RfmBuilder {
    intake: Option<Intake<kosar::rfm::RfmBuilder>>,
}

impl TakesBatches for kosar::rfm::RfmBuilder {
    type Log = (kosar::rfm::Rfm, IntakeReport);

    const ROLES: &'static [Role] = <kosar::data::LogBuilder as TakesBatches>::ROLES;

    fn push(&mut self, batch: &Batch<'_>) -> kosar::Result<()> {
        self.push(batch)
    }

    fn finish(self) -> kosar::Result<Self::Log> {
        self.finish()
    }
}

#[napi(namespace = "internal")]
impl RfmBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(reading: Option<Unknown<'_>>, options: Option<Unknown<'_>>) -> Result<Self, String> {
        let begun = || -> Outcome<_> {
            let mut reading = Options::new("reading", reading)?;
            let (log_options, unit) = (log_options(&mut reading)?, time_unit(&mut reading)?);
            reading.finish()?;
            let builder = kosar::rfm::RfmBuilder::new(params(options)?, log_options).map_err(failure)?;
            Ok(Intake::new(builder, unit))
        };
        Ok(Self { intake: Some(begun()?) })
    }

    /// Takes the columns of some rows.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        self.intake.as_mut().ok_or_else(finished)?.push(columns)
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<Rfm>> {
        background(|| {
            let intake = self.intake.take().ok_or_else(finished)?;
            Ok(move || intake.finish().map(Rfm::from))
        })
    }
}
