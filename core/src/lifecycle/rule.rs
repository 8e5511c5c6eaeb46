//! What tells stages when everybody is forgotten: the rhythm of all, without their purchases.

use crate::data::Rows;
use crate::lifecycle::replay::replay;
use crate::lifecycle::rhythm::Rhythm;
use crate::lifecycle::{LifecycleParams, Stage};

/// The rhythm of all customers, and what a loyal one is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageRule {
    rhythm: Option<Rhythm>,
    loyal_purchases: usize,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stood {
    pub(crate) stage: Stage,
    /// The day on which the stage was entered, and that on which it ends if nothing is bought.
    pub(crate) since: i64,
    pub(crate) next: Option<(i64, Stage)>,
}

impl StageRule {
    /// From the days on which each customer bought, rising.
    pub(crate) fn of(days: &Rows<i32>, params: &LifecycleParams) -> Self {
        Self { rhythm: Rhythm::of(days, params), loyal_purchases: params.loyal_purchases }
    }

    /// At the end of a day, by the days bought on, rising; `None` where nothing was bought by then.
    pub(crate) fn stage(&self, days: &[i32], day: i32) -> Option<Stood> {
        let standing = replay(days, day, self.rhythm.as_ref(), self.loyal_purchases)?;
        let next = self.rhythm.as_ref().and_then(|rhythm| standing.next(rhythm));
        Some(Stood { stage: standing.stage, since: standing.since, next })
    }
}
