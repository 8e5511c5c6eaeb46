//! What happened to one customer up to a day: the stage at its end, and since when.

use crate::lifecycle::Stage;
use crate::lifecycle::rhythm::{Expected, Rhythm};
use crate::time::MICROS_PER_DAY;

/// The last day with a midnight.
const LAST_DAY: i64 = i64::MAX / MICROS_PER_DAY;

/// Where a customer stands at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    pub(super) stage: Stage,
    /// The day on which the stage was entered.
    pub(super) since: i64,
    /// The number of purchases so far, and the day of the last.
    pub(super) purchases: usize,
    pub(super) last: i32,
    pub(super) expected: Option<Expected>,
}

/// The stage of somebody who bought and has reached no limit since: purchases of the run, and whether it is a later one.
fn within_rhythm(run: usize, is_later: bool, loyal: usize) -> Stage {
    match run {
        1 if is_later => Stage::WonBack,
        1 => Stage::New,
        _ if run >= loyal => Stage::Loyal,
        _ => Stage::Active,
    }
}

/// At the end of `day`; `None` where nothing was bought by then. `days` rise.
pub(super) fn replay(days: &[i32], day: i32, rhythm: Option<&Rhythm>, loyal: usize) -> Option<Standing> {
    let days = &days[..days.partition_point(|&bought| bought <= day)];
    let (&first, &last) = (days.first()?, days.last()?);
    let (mut run, mut is_later) = (1, false);
    let (mut stage, mut since) = (Stage::New, first);
    let mut sum = 0;
    for (n, both) in days.windows(2).enumerate() {
        let gap = i64::from(both[1]) - i64::from(both[0]);
        // The silence at the end of the day before.
        let reached = rhythm.map_or(0, |rhythm| rhythm.reached(&rhythm.expected(n, sum), gap - 1));
        (run, is_later) = if reached >= 2 { (1, true) } else { (run + 1, is_later) };
        let next = within_rhythm(run, is_later, loyal);
        if reached > 0 || next != stage {
            (stage, since) = (next, both[1]);
        }
        sum += rhythm.map_or(0, |rhythm| rhythm.logarithms.of(gap));
    }
    let expected = rhythm.map(|rhythm| rhythm.expected(days.len() - 1, sum));
    let mut standing = Standing { stage, since: i64::from(since), purchases: days.len(), last, expected };
    if let (Some(rhythm), Some(expected)) = (rhythm, &expected) {
        let reached = rhythm.reached(expected, i64::from(day) - i64::from(last));
        if reached > 0 {
            standing.stage = LAPSED[reached - 1];
            // A limit that was reached is no longer than the silence.
            let days = rhythm.days(expected, reached - 1).unwrap_or(0);
            standing.since = i64::from(last) + days;
        }
    }
    Some(standing)
}

/// The stages of those who have reached one, two and three limits.
const LAPSED: [Stage; 3] = [Stage::Slipping, Stage::Dormant, Stage::Lost];

impl Standing {
    /// The day on which the stage changes if nothing is bought, and to which; `None` for the lost, without a rhythm, and where
    /// that day is later than there are instants.
    pub(super) fn next(&self, rhythm: &Rhythm) -> Option<(i64, Stage)> {
        let expected = self.expected.as_ref()?;
        let reached = LAPSED.iter().position(|&stage| stage == self.stage).map_or(0, |at| at + 1);
        if reached == LAPSED.len() {
            return None;
        }
        let days = rhythm.days(expected, reached)?;
        let day = i64::from(self.last) + days;
        // Limits that fall on one day are passed together.
        let then = rhythm.reached(expected, days);
        (day <= LAST_DAY).then(|| (day, LAPSED[then - 1]))
    }
}
