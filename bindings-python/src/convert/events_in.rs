//! From Arrow's columns to a batch of events.

use arrow_array::RecordBatch;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use kosar::data::{Batch, EventLog, EventLogBuilder, EventOptions, Role};
use kosar::{Control, Result, TimeUnit};
use pyo3::prelude::*;

use super::arrow_in::{batch_of, batches_of, each_piece, kept};

/// Which column plays which role, by name.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct EventRoles {
    pub(crate) session: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) quantity: Option<String>,
    pub(crate) position: Option<String>,
    pub(crate) propensity: Option<String>,
    pub(crate) attributes: Vec<String>,
}

/// Everything about the reading of events.
#[derive(Debug)]
pub(crate) struct EventIntake {
    pub(crate) roles: EventRoles,
    pub(crate) options: EventOptions,
    pub(crate) time_unit: Option<TimeUnit>,
}

impl EventIntake {
    /// Builds a log from batches of one schema.
    pub(crate) fn log(
        self,
        schema: &arrow_schema::Schema,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        control: &Control,
    ) -> Result<EventLog> {
        let mut builder = EventLogBuilder::new(self.options.clone())?;
        each_piece(schema, batches, control, |rows| builder.push(&self.batch(rows)?))?;
        builder.finish()
    }

    /// Builds a log from an Arrow stream, batch by batch.
    pub(crate) fn log_of_stream(
        self,
        stream: RecordBatchStreamReader,
        control: &Control,
    ) -> Result<EventLog> {
        let (schema, batches) = batches_of(stream);
        self.log(&schema, batches, control)
    }

    fn batch<'a>(&self, rows: &'a RecordBatch) -> Result<Batch<'a>> {
        let roles = &self.roles;
        let ids = [
            (Role::Session, &roles.session),
            (Role::Customer, &roles.customer),
            (Role::Item, &roles.item),
            (Role::Kind, &roles.kind),
        ];
        let numbers = [
            (Role::Quantity, &roles.quantity),
            (Role::Position, &roles.position),
            (Role::Propensity, &roles.propensity),
        ];
        let batch = batch_of(rows, &ids, (&roles.time, self.time_unit), &numbers)?;
        kept(rows, batch, &roles.attributes)
    }
}
