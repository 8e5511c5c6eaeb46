//! Columns of a log, slice by slice.

use std::collections::{BTreeMap, VecDeque};

use kosar::data::{Batch, Role};
use kosar::{ErrorKind, TimeUnit};
use napi::bindgen_prelude::{AsyncTask, JsObjectValue, Object, Result, Unknown};
use napi_derive::napi;

use crate::columns::{Cells, Kind, Purpose, wrong_type};
use crate::convert::object;
use crate::error::{Failure, Outcome, failure, internal, of_kind};
use crate::log::{OrderLog, log_options, time_unit};
use crate::options::Options;
use crate::work::{Work, background};

/// Some rows, in columns.
#[derive(Default)]
struct Slice {
    n_rows: usize,
    columns: Vec<(Purpose, Cells)>,
}

/// Collects rows in slices; made by `index.js`.
#[napi(namespace = "internal")]
pub struct LogBuilder {
    intake: Option<Intake<kosar::data::LogBuilder>>,
}

/// What takes batches of rows and makes a log of them.
pub(crate) trait TakesBatches {
    type Log;

    /// The columns that a log of this kind may have.
    const ROLES: &'static [Role];

    fn push(&mut self, batch: &Batch<'_>) -> kosar::Result<()>;

    fn finish(self) -> kosar::Result<Self::Log>;
}

impl TakesBatches for kosar::data::LogBuilder {
    type Log = kosar::OrderLog;

    const ROLES: &'static [Role] =
        &[Role::Customer, Role::Order, Role::Item, Role::Time, Role::Quantity, Role::Price, Role::Amount];

    fn push(&mut self, batch: &Batch<'_>) -> kosar::Result<()> {
        self.push(batch)
    }

    fn finish(self) -> kosar::Result<kosar::OrderLog> {
        self.finish()
    }
}

/// Slices on their way into a log.
pub(crate) struct Intake<B> {
    builder: B,
    unit: TimeUnit,
    /// The columns of which the type is known.
    kinds: BTreeMap<Purpose, Kind>,
    /// Slices that wait for the type of a column in which nothing but missing values was seen so far.
    waiting: VecDeque<Slice>,
}

/// How many slices one call hands to the core: more than it brings, so that the waiting get fewer, and few, so that it
/// is short.
const AT_ONCE: usize = 2;

#[napi(namespace = "internal")]
impl LogBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("options", options)?;
        let (log_options, unit) = (log_options(&mut options)?, time_unit(&mut options)?);
        options.finish()?;
        Ok(Self { intake: Some(Intake::new(kosar::data::LogBuilder::new(log_options), unit)) })
    }

    /// Takes the columns of some rows.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        self.intake.as_mut().ok_or_else(finished)?.push(columns)
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let intake = self.intake.take().ok_or_else(finished)?;
            Ok(move || intake.finish().map(OrderLog::from))
        })
    }
}

pub(crate) fn finished() -> Failure {
    of_kind(ErrorKind::Intake, "the log is finished already".to_owned())
}

impl<B: TakesBatches> Intake<B> {
    /// Numbers are instants in milliseconds, unless told.
    pub(crate) fn new(builder: B, unit: Option<TimeUnit>) -> Self {
        let unit = unit.unwrap_or(TimeUnit::Millisecond);
        Self { builder, unit, kinds: BTreeMap::new(), waiting: VecDeque::new() }
    }

    /// Takes the columns of some rows.
    pub(crate) fn push(&mut self, columns: Unknown<'_>) -> Outcome<()> {
        let slice = Slice::read(columns, B::ROLES)?;
        slice.learn(&mut self.kinds)?;
        let waits = !slice.is_decided(&self.kinds);
        self.waiting.push_back(slice);
        if waits { Ok(()) } else { self.hand_over(AT_ONCE).map_err(failure) }
    }

    fn hand_over(&mut self, at_most: usize) -> kosar::Result<()> {
        for slice in self.waiting.drain(..at_most.min(self.waiting.len())) {
            self.builder.push(&slice.batch(&self.kinds, self.unit)?)?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> kosar::Result<B::Log> {
        self.hand_over(usize::MAX)?;
        self.builder.finish()
    }
}

impl Slice {
    fn read(value: Unknown<'_>, roles: &[Role]) -> Outcome<Self> {
        let mut given = Options::new("columns", Some(value))?;
        let mut slice = Self::default();
        for &role in roles {
            if let Some(values) = given.value(role.name())? {
                slice.take(Purpose::Role(role), values)?;
            }
        }
        if let Some(value) = given.value("attributes")? {
            let attributes = object("attributes", value)?;
            for name in Object::keys(&attributes).map_err(internal)? {
                let values = attributes.get_named_property::<Unknown<'_>>(&name).map_err(internal)?;
                slice.take(Purpose::Kept(name), values)?;
            }
        }
        given.finish()?;
        slice.n_rows = slice.columns.first().map_or(0, |(_, cells)| cells.len());
        Ok(slice)
    }

    fn take(&mut self, purpose: Purpose, values: Unknown<'_>) -> Outcome<()> {
        let cells = Cells::read(&purpose, values)?;
        self.columns.push((purpose, cells));
        Ok(())
    }

    /// The columns whose type must not change from slice to slice.
    fn typed(&self) -> impl Iterator<Item = &(Purpose, Cells)> {
        self.columns.iter().filter(|(purpose, _)| purpose.is_ids() || matches!(purpose, Purpose::Kept(_)))
    }

    fn learn(&self, kinds: &mut BTreeMap<Purpose, Kind>) -> Outcome<()> {
        for (purpose, cells) in self.typed() {
            let Some(kind) = cells.kind() else { continue };
            let known = *kinds.entry(purpose.clone()).or_insert(kind);
            if known != kind {
                return Err(wrong_type(purpose, "strings and numbers", "values of one type"));
            }
        }
        Ok(())
    }

    fn is_decided(&self, kinds: &BTreeMap<Purpose, Kind>) -> bool {
        self.typed().all(|(purpose, _)| kinds.contains_key(purpose))
    }

    fn batch(&self, kinds: &BTreeMap<Purpose, Kind>, unit: TimeUnit) -> kosar::Result<Batch<'_>> {
        let mut batch = Batch::new(self.n_rows);
        for (purpose, cells) in &self.columns {
            let kind = kinds.get(purpose).copied().unwrap_or(Kind::Text);
            batch = match purpose {
                Purpose::Role(role) if purpose.is_ids() => batch.ids(*role, cells.ids(purpose, kind)?),
                Purpose::Role(Role::Time) => batch.time(cells.times(unit)),
                Purpose::Role(role) => batch.numbers(*role, cells.numbers(purpose)?),
                Purpose::Kept(name) => batch.attribute(name, cells.attribute(purpose, kind)?),
                Purpose::Words(_) | Purpose::Numbers(_) | Purpose::Times(_) | Purpose::Customer(..) => {
                    Ok(batch)
                }
            }?;
        }
        Ok(batch)
    }
}
