//! What in a log will spoil recommendations: found, told, and ready to be filtered out.
//!
//! [`OrderLog::diagnose`](crate::OrderLog::diagnose) and [`EventLog::diagnose`](crate::EventLog::diagnose) look for what is no
//! shopping, and give a [`Diagnosis`]: a [`Finding`] for each kind of trouble with counts, examples and a
//! [`LogFilter`](crate::data::LogFilter) that takes it out. Nothing is changed: whether a wholesaler or a burst is trouble is for the
//! shop to say. Nothing is learnt from other shops; every limit is below.
//!
//! # Of order logs
//!
//! - **Wholesalers.** Of each customer the means per order of units, of value and of distinct items, as logarithms, against the
//!   median of all customers, in robust standard deviations (1.4826 times the median distance from the median, at least
//!   0.35). A wholesaler has two orders or more and is 3 above in units and 2 in one of the others, or is 7 above in units or
//!   value. Fewer than 30 customers are not judged.
//! - **Not merchandise.** Postage, fees, vouchers, samples, corrections: an item with two points. Two for a name that
//!   consists of such words (in English, German, French, Spanish, Italian, Dutch, Hungarian, Polish, Czech and the Scandinavian
//!   languages), one for a name that contains one; one for unit prices of which the tenth and the ninetieth percentile differ
//!   by a factor of 8 or more, over 5 lines at least; one for a code of a shape (letters, digits and other signs in
//!   their order) that less than a fiftieth of the items have together with all that is as rare.
//! - **Duplicate products.** Items whose names are equal but for case, spaces and punctuation, under different codes, whose
//!   median prices differ by less than a factor of 2, and who are not together in orders more than twice as often as by chance
//!   would be (and in more than 2). The code with the most lines is kept.
//! - **Bursts.** Days (UTC) with more than three times the orders of usual ones: the larger of the medians of the same weekday
//!   four weeks before and behind and of the three days before and behind; and beyond it by six roots of it; more than 15. Hours
//!   of other days likewise, against the same hour of the seven days before and behind: five times, and eight roots, and half
//!   of what such a day has. Nothing is told of the first and the last seven days.
//! - **Gaps.** Days in a row without an order, where usual days would make 20 orders or more together: the median of the same
//!   weekday in the four weeks before and behind, at most one and a half times that of the seven days before and behind. Days on
//!   which the shop is always closed are none.
//! - **Clocks.** Orders after [`now`](DiagnoseOptions::now), and up to a fiftieth of the orders that lie apart from all others, by
//!   60 days and a tenth of the span of these at least. Midnights: at least 20 orders, a two-hundredth of all, and ten times what
//!   a midnight would have, while most orders tell their time of day. Instants with 20 orders or more, ten times what the
//!   hour would give. Orders whose time is more than two days before or behind those of the ten orders with the numbers
//!   below and the ten above (but for one at either end), where ids are numbered (behind letters or not) in the order of time for nine in ten.
//!
//! # Of event logs
//!
//! - **Bots.** Sessions of 30 events or more in which less than a second lies between two of them in the mean; of 200 different items
//!   or more without a purchase and without anything put into the cart, far beyond the rest (3 robust standard deviations of the
//!   logarithm); of 50 events or more at intervals as regular as no hand is (a coefficient of variation below 0.05). Impressions
//!   and messages are no deeds of a visitor and do not count.
//! - Bursts, gaps and clocks, of the starts of sessions.

mod bots;
mod clocks;
mod days;
mod duplicates;
mod events;
mod finding;
mod merchandise;
mod names;
mod options;
mod orders;
mod robust;
mod wholesalers;
mod words;

pub use finding::{Diagnosis, Example, Finding, FindingKind, Subject};
pub use options::DiagnoseOptions;
