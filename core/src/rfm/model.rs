//! Recency, frequency and monetary value of every customer, their scores and segments.

use crate::data::{IdRef, OrderLog, Vocabulary};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::money::Money;
use crate::params::Checked;
use crate::rfm::answers::BLOCK;
use crate::rfm::scores::Scores;
use crate::rfm::sums::{Sums, must_keep_all};
use crate::rfm::{CutPoints, RfmParams, SegmentGrid};
use crate::time::Time;

/// Customers by recency, frequency and monetary value.
///
/// Only customers with at least one order that counts before `as_of` are in it. Recency is in whole days of 24 hours from
/// the last such order to `as_of`; frequency is the number of such orders; monetary value the sum of all amounts before
/// `as_of`, returns included. An order counts when it has a line of positive value (or quantity, in a log without
/// prices).
///
/// ```
/// use kosar::data::{CsvColumns, LogOptions, OrderLog};
/// use kosar::rfm::Rfm;
/// use kosar::Fit;
///
/// # let path = std::env::temp_dir().join(format!("kosar-rfm-doc-{}.csv", std::process::id()));
/// # std::fs::write(&path, "who,when,paid\nann,2025-01-01,20\nann,2025-03-01,30\nbob,2025-01-15,5\n").unwrap();
/// let columns = CsvColumns {
///     customer: Some("who".into()),
///     time: Some("when".into()),
///     amount: Some("paid".into()),
///     ..CsvColumns::default()
/// };
/// let log = OrderLog::from_csv(&path, &columns, LogOptions::default())?;
/// let rfm = Rfm::params().fit(&log)?;
/// let ann = rfm.customer("ann")?;
/// assert_eq!((ann.recency_days, ann.frequency), (1, 2));
/// assert_eq!(ann.segment, "champions");
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rfm {
    pub(super) params: RfmParams,
    pub(super) as_of: Option<Time>,
    /// What the columns below come from.
    pub(super) sums: Sums,
    /// The customers that the columns below speak of.
    pub(super) customers: Vocabulary,
    /// The first customer of each block: a look-up searches these, which stay in the cache, and then one block.
    pub(super) heads: Vocabulary,
    pub(super) recency_days: Vec<i64>,
    pub(super) frequency: Vec<u32>,
    pub(super) monetary: Option<Vec<Money>>,
    pub(super) r_score: Vec<u8>,
    pub(super) f_score: Vec<u8>,
    pub(super) m_score: Option<Vec<u8>>,
    /// Positions among the names of the grid.
    pub(super) segment: Vec<u16>,
    pub(super) cut_points: CutPoints,
}

/// One customer of an [`Rfm`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RfmCustomer<'a> {
    /// What the customer is called.
    pub customer: IdRef<'a>,
    /// Whole days from the last order to `as_of`.
    pub recency_days: i64,
    /// The number of orders.
    pub frequency: u32,
    /// What was spent less what was returned; `None` in a log without prices.
    pub monetary: Option<Money>,
    /// The recency score, 1 to the number of classes; the most recent highest.
    pub r_score: u8,
    /// The frequency score.
    pub f_score: u8,
    /// The monetary score; `None` in a log without prices.
    pub m_score: Option<u8>,
    /// The name of the segment.
    pub segment: &'a str,
    /// The mean of the scores by the weights of the parameters.
    pub score: f64,
    /// The scores as digits, such as 543; without prices 54; `None` with ten classes.
    pub rfm: Option<i64>,
}

impl Fit<OrderLog> for Checked<RfmParams> {
    type Model = Rfm;

    /// One pass over the lines, and some over the customers.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Rfm> {
        let sums = Sums::of_log(self, log)?;
        control.check()?;
        let as_of = sums.as_of(self, log.span().map(|(_, last)| last));
        sums.into_model(self.clone().into_inner(), as_of)
    }
}

impl Rfm {
    /// The model with more orders: the one that would be fitted on both logs together, bit for bit. The orders of `log` must
    /// be new ones; [`OrderLog::append`] tells where they are not. Linear in the new lines and in all customers, whose
    /// scores are taken anew. Orders at a given `as_of` or later do not count, as in a fit.
    ///
    /// # Errors
    /// [`IntakeError::Append`](crate::IntakeError::Append) where ids are of another type or only one of the logs has
    /// prices, [`ParamError::NotWith`](crate::ParamError::NotWith) for `window_days` without `as_of`, since orders that
    /// have left the window are not kept; as fitting.
    pub fn update(&self, log: &OrderLog) -> Result<Self> {
        self.update_with(log, &Control::new())
    }

    /// As [`Rfm::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Rfm::update`]; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn update_with(&self, log: &OrderLog, control: &Control) -> Result<Self> {
        must_keep_all(&self.params)?;
        let new = Sums::of_log(&self.params, log)?;
        control.check()?;
        self.with_sums(self.sums.merged(&new)?)
    }

    /// One model of two that were fitted with the same parameters on different orders, say of two years or two shops:
    /// the one that would be fitted on all orders together, bit for bit.
    ///
    /// # Errors
    /// [`ParamError::NotWith`](crate::ParamError::NotWith) where the parameters differ; as [`Rfm::update`].
    pub fn merge(&self, other: &Self) -> Result<Self> {
        must_keep_all(&self.params)?;
        if self.params != other.params {
            let (allowed, with) = ("fitted with the same parameters", "merging");
            return Err(ParamError::NotWith { name: "other", allowed, with }.into());
        }
        self.with_sums(self.sums.merged(&other.sums)?)
    }

    /// The model without a customer: the one that would be fitted on the log without their orders, bit for bit. Linear in
    /// the customers.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that no order had, or of the other type;
    /// [`ParamError::NotWith`](crate::ParamError::NotWith) as [`Rfm::update`].
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`Rfm::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Rfm::forget`]; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        must_keep_all(&self.params)?;
        let sums = self.sums.without(customer.into())?;
        control.check()?;
        self.with_sums(sums)
    }

    fn with_sums(&self, sums: Sums) -> Result<Self> {
        let as_of = sums.as_of(&self.params, None);
        sums.into_model(self.params.clone(), as_of)
    }

    /// The model of three columns over the same customers.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] and [`ParamError::NotWith`](crate::ParamError::NotWith) for parameters that need monetary
    /// values where there are none.
    pub(super) fn from_columns(
        params: RfmParams,
        as_of: Option<Time>,
        customers: Vocabulary,
        recency_days: Vec<i64>,
        frequency: Vec<u32>,
        monetary: Option<Vec<Money>>,
        sums: Sums,
    ) -> Result<Self> {
        let Scores { r, f, m, segment, cut_points } =
            Scores::of(&params, &recency_days, &frequency, monetary.as_deref())?;
        let heads = customers.subset((0..customers.len()).step_by(BLOCK));
        Ok(Self {
            params,
            sums,
            as_of,
            customers,
            heads,
            recency_days,
            frequency,
            monetary,
            r_score: r,
            f_score: f,
            m_score: m,
            segment,
            cut_points,
        })
    }

    /// What the customers are called.
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.customers
    }

    /// The number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.customers.len()
    }

    /// Whether there is no customer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parameters that the model was fitted with; of [`Rfm::rescore`] and [`Rfm::apply`] with the cut points.
    #[must_use]
    pub fn parameters(&self) -> &RfmParams {
        &self.params
    }

    /// The midnight at which recency was taken; `None` when the log was empty and none was given.
    #[must_use]
    pub fn as_of(&self) -> Option<Time> {
        self.as_of
    }

    /// The cut points that the scores come from.
    #[must_use]
    pub fn cut_points(&self) -> &CutPoints {
        &self.cut_points
    }

    /// The segment grid.
    #[must_use]
    pub fn grid(&self) -> &SegmentGrid {
        &self.params.grid
    }

    /// The customers, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RfmCustomer<'_>> {
        (0..self.len()).map(|position| self.at(position))
    }

    /// The customer of an id. Logarithmic in the number of customers.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that is no customer's here: unknown, without a counted order, or of the
    /// other type.
    pub fn customer<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<RfmCustomer<'_>> {
        Ok(self.at(self.position(customer.into())?))
    }

    /// Whether the log had prices.
    #[must_use]
    pub fn has_monetary(&self) -> bool {
        self.monetary.is_some()
    }

    /// The customer at a position in every column.
    pub(super) fn at(&self, position: usize) -> RfmCustomer<'_> {
        let (r_score, f_score) = (self.r_score[position], self.f_score[position]);
        let m_score = self.m_score.as_ref().map(|scores| scores[position]);
        RfmCustomer {
            customer: self.customers.get(position),
            recency_days: self.recency_days[position],
            frequency: self.frequency[position],
            monetary: self.monetary.as_ref().map(|monetary| monetary[position]),
            r_score,
            f_score,
            m_score,
            segment: self.segment_at(position),
            score: self.params.weighted(r_score, f_score, m_score),
            rfm: self.params.digits(r_score, f_score, m_score),
        }
    }

    /// The segment of the customer at a position in every column.
    pub(super) fn segment_at(&self, position: usize) -> &str {
        self.params.grid.name_at(usize::from(self.segment[position]))
    }
}
