//! What in a log will spoil recommendations: found, told, and ready to be filtered out.
//!
//! [`OrderLog::diagnose`](crate::OrderLog::diagnose) and [`EventLog::diagnose`](crate::EventLog::diagnose) look for what is no
//! shopping, and give a [`Diagnosis`]: a [`Finding`] for each kind of trouble with counts, examples and a
//! [`LogFilter`](crate::data::LogFilter) that takes it out. Nothing is changed: whether a wholesaler or a burst is trouble is for the
//! shop to say. Nothing is learnt from other shops; every limit is below.
//!
//! # Of order logs
//!
//! - **Wholesalers.** Of each customer the means per purchase of units, of value (where the log has prices) and of distinct items
//!   (where it has items), as logarithms, of a millionth at least, against the median of all customers, in robust standard
//!   deviations (1.4826 times the median distance from the median, at least 0.35). A wholesaler has two purchases or more and is 3
//!   above in units and 2 in one of the others, or is 7 above in units or value. Fewer than 30 customers are not judged.
//! - **Not merchandise.** Postage, fees, vouchers, samples, corrections: an item with two points. Two for a name that
//!   consists of such words (in English, German, French, Spanish, Italian, Dutch, Hungarian, Polish, Czech and the Scandinavian
//!   languages), fillers and numbers, one for a name that contains one; one for unit prices of which the tenth and the ninetieth
//!   percentile differ by a factor of 8 or more, over 5 lines at least; one for a code (no integer) of a shape (letters, digits and
//!   other signs in their order) that a fiftieth of the items have at most, together with all shapes that are as rare or rarer.
//! - **Duplicate products.** Items whose names are equal but for case, spaces and punctuation, under different codes, whose
//!   median prices, where both are known, differ by less than a factor of 2, and who are not together in orders more than twice as
//!   often as by chance would be (and in more than 2). Names have 5 letters and digits or more, a letter among them, and not more
//!   than 5 codes; what is no merchandise is left out. The code with the most lines is kept.
//! - **Bursts.** Days (UTC) with more than 15 orders, more than three times those of usual days, and beyond these by more than six
//!   roots of one more than they have. Usual is the larger of the medians of the same weekday four weeks before and behind and of the
//!   three days before and behind. Hours of other days, where times of day are told, likewise, against the same hour of the seven
//!   days before and behind: five times, and eight roots, and more than half of the median of these days. Nothing is told of the
//!   first and the last seven days. Orders of same instants are not counted.
//! - **Gaps.** Days in a row without an order, where usual days would make 20 orders or more together: the median of the same
//!   weekday in the four weeks before and behind, of three such days at least, and at most one and a half times that of the seven
//!   days before and behind. Days at either end of a row that have fewer than one order in two as a rule are no part of it, and so days
//!   on which the shop is always closed are no gap.
//! - **Clocks.** Orders after [`now`](DiagnoseOptions::now), and up to a fiftieth of the orders at either end that lie apart from
//!   all others, by more than 60 days and a tenth of the span of these. Nothing else below, nor bursts and gaps, looks at
//!   them.
//! - **Midnights.** At least 20 orders at exactly midnight, a two-hundredth of all, ten times what a unit of time has in the hour
//!   before and behind (in two units where these are longer), and ten times what the two full hours on either side have in the mean,
//!   while times of day are told.
//! - **Same instants.** 20 orders or more at one instant other than midnight, ten times what a unit of time has in the rest of the
//!   hour, and ten times what the same instants of the two hours before and the two behind have in the mean; none where the unit is a
//!   quarter of an hour or longer.
//! - **Out of order.** Orders whose time is more than two days before or behind those of the ten orders with the numbers
//!   below and the ten above (but for one at either end), and before most of the former or behind most of the latter, of two at
//!   least, where 50 ids or more are numbered (behind letters or not) in the order of time for nine in ten. A numbering in which more
//!   than one order in twenty has a number that another customer has, too, is passed over.
//!
//! The unit of time is the coarsest of a day, an hour, 30, 15, 10 and 5 minutes, a minute, a second and a millisecond of which 19 in
//! 20 times are whole numbers, or a microsecond. Times of day are told where it is less than a day. Logs of more than 50,000 days
//! have no bursts and no gaps.
//!
//! # Of event logs
//!
//! - **Bots.** Sessions of 30 events or more in which less than a second lies between two of them in the mean; of 200 different items
//!   or more without a purchase and without anything put into the cart, far beyond the rest (3 robust standard deviations of the
//!   logarithm, of 0.35 at least); of 50 events or more at intervals as regular as no hand is (a coefficient of variation below 0.05).
//!   The first and the last only where the unit of time is a second or less. Impressions and messages are no deeds of a visitor and do
//!   not count.
//! - Bursts, gaps, clocks, midnights and same instants, of the starts of sessions.
//!
//! # What a filter names
//!
//! Exactly what was found: orders and sessions by their id; by id and customer where others have the same id; where there is
//! none, by customer and time, which takes what else the customer did at that time, too.

mod bots;
mod clocks;
mod days;
mod duplicates;
mod events;
mod finding;
mod merchandise;
mod named;
mod names;
mod options;
mod orders;
mod resolution;
mod robust;
mod wholesalers;
mod words;

pub use finding::{Diagnosis, Example, Finding, FindingKind, Subject};
pub use options::DiagnoseOptions;
