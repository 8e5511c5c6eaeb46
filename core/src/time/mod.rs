//! Time: instants, which are all that logs and models know, and civil days, as calendars and time zones cut it.

mod date;
mod instant;
mod zone;

pub use date::Date;
pub use instant::{MICROS_PER_DAY, Time, TimeUnit};
pub use zone::{Local, Zone};
