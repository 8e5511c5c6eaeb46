//! Training on finished sessions, asking for later ones.

use crate::data::EventLog;
use crate::error::Result;
use crate::eval::Cut;
use crate::time::Time;

/// Splits sessions at an instant: those that end before it are trained on, the others asked about. Both are whole, so that
/// no event of a session that is asked about has been seen.
///
/// Of [`Cut`], days are counted back from the last event, and a share is one of the sessions, by their ends.
///
/// ```
/// use kosar::data::{EventOptions, Sessions};
/// use kosar::datasets::Shop;
/// use kosar::eval::{Cut, EvaluateOptions, evaluate_sessions, split_sessions};
/// use kosar::session::SessionKnn;
/// use kosar::{Control, Fit};
///
/// let events = Shop::params().lines(1_000).clicks(5_000).generate()?.to_events(EventOptions::default())?;
/// let (train, test) = split_sessions(&events, Cut::Fraction(0.2))?;
/// assert_eq!(train.n_sessions() + test.n_sessions(), events.n_sessions());
///
/// let model = SessionKnn::params().fit(&train)?;
/// let test = Sessions::from_events(&test)?;
/// println!("{}", evaluate_sessions(&model, &test, &EvaluateOptions::at(20), &Control::new())?);
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// Time: linear in the events, twice.
///
/// # Errors
/// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a number of days or a share out of its range;
/// [`ParamError::EmptyPart`](crate::ParamError::EmptyPart), which tells the span of the log, for a cut that leaves no session
/// on one side.
pub fn split_sessions(events: &EventLog, cut: Cut) -> Result<(EventLog, EventLog)> {
    let end = |session| *events.session(session).times.last().expect("a session has an event");
    let ends: Vec<Time> = events.sessions().map(end).collect();
    let at = cut.among(ends.iter().copied())?;
    let n_before = ends.partition_point(|&end| end < at);
    if n_before == 0 || n_before == ends.len() {
        return Err(cut.leaves_nothing("session", at, n_before == 0, events.span()).into());
    }
    Ok((events.part(0..n_before), events.part(n_before..ends.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Batch, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
    use crate::time::TimeUnit;

    /// Sessions 1 to 4 that end at 10, 20, 20 and 40 seconds; the second begins at 5.
    fn events() -> EventLog {
        let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
        let batch = Batch::new(6)
            .ids(Role::Session, IdValues::Int(Values::new(&[1, 2, 2, 3, 4, 4][..])))
            .unwrap()
            .ids(Role::Item, IdValues::Int(Values::new(&[7, 7, 8, 8, 9, 7][..])))
            .unwrap()
            .time(TimeValues::Int(Values::new(&[10, 5, 20, 20, 30, 40][..]), TimeUnit::Second))
            .unwrap();
        builder.push(&batch).unwrap();
        builder.finish().unwrap()
    }

    fn at(seconds: i64) -> Cut {
        Cut::At(Time::from_micros(seconds * 1_000_000))
    }

    #[test]
    fn a_session_that_goes_on_behind_the_cut_is_asked_about_as_a_whole() {
        let (train, test) = split_sessions(&events(), at(15)).unwrap();
        assert_eq!((train.n_sessions(), train.n_events(), test.n_events()), (1, 1, 5));
        assert_eq!((train.items().len(), test.items().len()), (1, 3));
    }

    #[test]
    fn a_share_is_one_of_sessions_and_days_go_back_from_the_last_event() {
        let sizes = |cut| {
            let (train, test) = split_sessions(&events(), cut).unwrap();
            (train.n_sessions(), test.n_sessions())
        };
        assert_eq!(sizes(Cut::Fraction(0.25)), (3, 1));
        // Two sessions end together: both are asked about.
        assert_eq!(sizes(Cut::Fraction(0.5)), (1, 3));
        // 25 seconds before the last event: from 15 on.
        assert_eq!(sizes(Cut::LastDays(25.0 / 86_400.0)), (1, 3));
    }

    #[test]
    fn a_cut_that_leaves_nothing_is_refused_with_the_span() {
        for (cut, missing) in [(at(10), "no session is before"), (at(41), "no session is at or after")] {
            let message = split_sessions(&events(), cut).unwrap_err().to_string();
            assert!(message.contains(missing) && message.contains("the log spans"), "{message}");
        }
        let none = events().before(Time::from_micros(0));
        let message = split_sessions(&none, Cut::Fraction(0.5)).unwrap_err().to_string();
        assert!(message.ends_with("the log has no sessions"), "{message}");
        assert!(split_sessions(&events(), Cut::Fraction(1.0)).is_err());
    }
}
