//! Which stage a customer is in, and who is in a stage.

use serde::{Serialize, Serializer};

use crate::data::IdRef;
use crate::error::Result;
use crate::lifecycle::histories::NO_DAY;
use crate::lifecycle::{Lifecycle, Stage};
use crate::time::Time;

/// One customer of a [`Lifecycle`]. Days are those of UTC, given by their midnight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LifecycleCustomer<'a> {
    /// What the customer is called.
    #[serde(serialize_with = "id")]
    pub customer: IdRef<'a>,
    /// Where they stand at `as_of`.
    pub stage: Stage,
    /// The day on which they entered the stage; for a prospect the first on which they are known, `None` where that has no
    /// date.
    pub since: Option<Time>,
    /// The day at whose end the stage changes if nothing is bought until then; `None` for prospects, the lost, without a
    /// rhythm, and where it is later than a [`Time`] can be.
    pub next_change: Option<Time>,
    /// The stage that it will be then.
    pub next_stage: Option<Stage>,
    /// The median of what is expected of the interval after the last purchase, in days, at least 1; `None` for prospects, and
    /// where nobody bought on two days.
    pub rhythm_days: Option<f64>,
    /// The days since the last purchase at the end of the day before `as_of`; `None` for prospects.
    pub silence_days: Option<i64>,
    /// On how many days something was bought.
    pub purchases: u32,
}

fn id<S: Serializer>(id: &IdRef<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        IdRef::Int(id) => serializer.serialize_i64(*id),
        IdRef::Str(id) => serializer.serialize_str(id),
    }
}

impl Lifecycle {
    /// The stage of a customer. Logarithmic in the number of customers.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that is not in the model, or of the other type.
    pub fn stage<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Stage> {
        Ok(self.stages()[self.ids().find("customer", customer.into())?])
    }

    /// The stages of many customers, in their order.
    ///
    /// # Errors
    /// As [`Lifecycle::stage`], for the first that is not in the model.
    pub fn stages_of<'a, I: Into<IdRef<'a>>>(
        &self,
        customers: impl IntoIterator<Item = I>,
    ) -> Result<Vec<Stage>> {
        customers.into_iter().map(|customer| self.stage(customer)).collect()
    }

    /// All that is known of a customer. Linear in their purchases.
    ///
    /// # Errors
    /// As [`Lifecycle::stage`].
    pub fn customer<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<LifecycleCustomer<'_>> {
        Ok(self.at(self.ids().find("customer", customer.into())?))
    }

    /// The stage of a customer at the midnight (UTC) at which the day of an instant begins, by what they had bought by then;
    /// `None` where nobody knew them. After `as_of` it is what the stage will be if nothing is bought.
    ///
    /// ```
    /// # use kosar::{Fit, Time, data::LogOptions, datasets::toy, lifecycle::{Lifecycle, Stage}};
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// let model = Lifecycle::params().fit(&log)?;
    /// assert_eq!(model.stage_at("anna", Time::parse("2000-01-01")?)?, None);
    /// assert_eq!(model.stage_at("anna", Time::parse("2099-01-01")?)?, Some(Stage::Lost));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Lifecycle::stage`].
    pub fn stage_at<'a>(&self, customer: impl Into<IdRef<'a>>, time: Time) -> Result<Option<Stage>> {
        let at = self.ids().find("customer", customer.into())?;
        Ok(self.stage_on(at, Time::utc_day(time) - 1))
    }

    /// All customers, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = LifecycleCustomer<'_>> {
        (0..self.len()).map(|at| self.at(at))
    }

    /// The customers of a stage, by id. Linear in the number of customers.
    pub fn customers(&self, stage: Stage) -> impl Iterator<Item = IdRef<'_>> {
        let found = self.stages().iter().enumerate().filter(move |&(_, &found)| found == stage);
        found.map(|(at, _)| self.ids().get(at))
    }

    /// How many customers are in each stage, in the order of [`Stage::ALL`].
    #[must_use]
    pub fn counts(&self) -> [(Stage, u64); 8] {
        let mut counts = Stage::ALL.map(|stage| (stage, 0));
        self.stages().iter().for_each(|stage| counts[stage.position()].1 += 1);
        counts
    }

    /// The customer at a position among the ids.
    pub(super) fn at(&self, at: usize) -> LifecycleCustomer<'_> {
        let day = self.today();
        let customer = self.ids().get(at);
        let Some(standing) = self.standing(at, day) else {
            let known = self.histories.known[at];
            return LifecycleCustomer {
                customer,
                stage: Stage::Prospect,
                since: (known != NO_DAY).then(|| Time::of_utc_day(i64::from(known))),
                next_change: None,
                next_stage: None,
                rhythm_days: None,
                silence_days: None,
                purchases: 0,
            };
        };
        let next = self.rhythm.as_ref().and_then(|rhythm| standing.next(rhythm));
        LifecycleCustomer {
            customer,
            stage: standing.stage,
            since: Some(Time::of_utc_day(standing.since)),
            next_change: next.map(|(day, _)| Time::of_utc_day(day)),
            next_stage: next.map(|(_, stage)| stage),
            rhythm_days: standing.expected.map(|expected| expected.median()),
            silence_days: Some(i64::from(day) - i64::from(standing.last)),
            purchases: u32::try_from(standing.purchases).expect("days are fewer than 2^32"),
        }
    }
}
