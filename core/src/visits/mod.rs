//! What someone looked at and did not buy: recently viewed items, and what to go on with in the next session.
//!
//! [`Visits`] is made from an event log, with what was bought since taken out; it answers for a customer, for a session, and
//! for the session that is going on.

mod ask;
mod index;
mod persist;

pub use ask::VisitQuery;
pub use index::{Seen, SeenKind, Visits};
