//! Events as finished sessions: what models of sessions are fitted on.

use crate::data::attribute::NONE;
use crate::data::{EventKind, EventLog, Rows, Sessions};
use crate::error::Result;
use crate::index::ItemIx;
use crate::time::Time;

/// Whether an event of a kind tells that a visitor turned to its item: views, clicks, wishes, adds to the cart, purchases and
/// clicks in messages do; what was shown, sent, searched for or put back does not.
pub(crate) const fn is_click(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::View
            | EventKind::Click
            | EventKind::AddToCart
            | EventKind::AddToWishlist
            | EventKind::Purchase
            | EventKind::MessageClicked
    )
}

impl Sessions {
    /// The sessions of an event log: views, clicks, wishes, adds to the cart, purchases and clicks in messages, each with the
    /// position of its kind in [`EventKind::ALL`] as the code. Other events, and sessions of nothing else, are left out.
    ///
    /// Linear in the events, but for sorting the sessions.
    ///
    /// ```
    /// use kosar::TimeUnit;
    /// use kosar::data::{Batch, EventLogBuilder, EventOptions, IdValues, Role, Sessions, TimeValues, Values};
    ///
    /// let mut builder = EventLogBuilder::new(EventOptions::default())?;
    /// builder.push(
    ///     &Batch::new(4)
    ///         .ids(Role::Session, IdValues::Int(Values::new(&[1, 1, 1, 2][..])))?
    ///         .ids(Role::Item, IdValues::Text(Values::new(&["tea", "mug", "mug", "tea"][..])))?
    ///         .ids(Role::Kind, IdValues::Text(Values::new(&["view", "view", "add_to_cart", "impression"][..])))?
    ///         .time(TimeValues::Int(Values::new(&[0, 10, 20, 30][..]), TimeUnit::Second))?,
    /// )?;
    /// let sessions = Sessions::from_events(&builder.finish()?)?;
    /// assert_eq!((sessions.len(), sessions.n_clicks()), (1, 3));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// None that a log can bring about; those of [`Sessions::from_parts`] are passed on.
    pub fn from_events(log: &EventLog) -> Result<Self> {
        let (mut rows, mut kinds, mut times) = (Rows::<ItemIx>::default(), Vec::new(), Vec::<Time>::new());
        let mut row: Vec<ItemIx> = Vec::new();
        for session in log.sessions() {
            let session = log.session(session);
            let mut last = None;
            for ((&item, &kind), &time) in session.items.iter().zip(session.kinds).zip(session.times) {
                if item.as_u32() != NONE && is_click(kind) {
                    row.push(item);
                    kinds.push(kind.code());
                    last = Some(time);
                }
            }
            if let Some(last) = last {
                rows.push(row.drain(..));
                times.push(last);
            }
        }
        Self::from_parts(log.items().clone(), rows, Some(kinds), times)
    }
}
