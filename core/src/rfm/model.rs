//! Recency, frequency and monetary value of every customer, their scores and segments.

use crate::data::{IdRef, OrderLog, Vocabulary};
use crate::error::{Error, Result};
use crate::fit::{Control, Fit};
use crate::index::{CustomerIx, OrderIx};
use crate::money::Money;
use crate::params::Checked;
use crate::rfm::answers::BLOCK;
use crate::rfm::scores::Scores;
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

    /// Two passes over the lines and some over the customers.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Rfm> {
        let times = log.need_times("Rfm")?;
        log.need_customers("Rfm")?;
        let as_of = self.as_of.or_else(|| log.span().map(|(_, last)| last.next_midnight()));
        let sums = Sums::of(log, times, as_of);
        control.check()?;
        Rfm::from_sums(self.clone().into_inner(), log, as_of, &sums)
    }
}

/// What is summed up of each customer of a log.
struct Sums {
    last: Vec<Option<Time>>,
    frequency: Vec<u32>,
    /// In millionths: amounts of a customer may pass the bound on the way to a sum that does not.
    monetary: Option<Vec<i128>>,
}

impl Sums {
    fn of(log: &OrderLog, times: &[Time], as_of: Option<Time>) -> Self {
        let n = log.n_customers();
        let mut sums = Self {
            last: vec![None; n],
            frequency: vec![0; n],
            monetary: log.has_amounts().then(|| vec![0; n]),
        };
        let in_time = |order: &OrderIx| as_of.is_none_or(|as_of| times[order.as_usize()] < as_of);
        for order in log.orders().filter(in_time) {
            let Some(customer) = log.customer_of(order).map(CustomerIx::as_usize) else { continue };
            if let Some(monetary) = &mut sums.monetary {
                let amounts = log.lines_of(order).filter_map(|line| line.amount);
                monetary[customer] += amounts.map(|amount| i128::from(amount.millionths())).sum::<i128>();
            }
            if log.is_purchase(order) {
                sums.frequency[customer] += 1;
                sums.last[customer] = sums.last[customer].max(Some(times[order.as_usize()]));
            }
        }
        sums
    }
}

impl Rfm {
    fn from_sums(params: RfmParams, log: &OrderLog, as_of: Option<Time>, sums: &Sums) -> Result<Self> {
        let counted: Vec<usize> =
            (0..sums.last.len()).filter(|&customer| sums.last[customer].is_some()).collect();
        let customers = log.customers().map_or_else(
            || Vocabulary::empty(crate::data::IdKind::Str),
            |ids| ids.subset(counted.iter().copied()),
        );
        let as_of_or_zero = as_of.unwrap_or(Time::from_micros(0));
        let recency_days: Vec<i64> = counted
            .iter()
            .filter_map(|&customer| sums.last[customer])
            .map(|last| as_of_or_zero.days_since(last))
            .collect();
        let frequency: Vec<u32> = counted.iter().map(|&customer| sums.frequency[customer]).collect();
        let money = |(&customer, position): (&usize, usize)| {
            let sum = sums.monetary.as_ref().map_or(0, |all| all[customer]);
            i64::try_from(sum).map(Money::from_millionths).map_err(|_| Error::Overflow {
                what: "monetary value",
                role: "customer",
                id: customers.get(position).quoted(),
            })
        };
        let monetary: Option<Vec<Money>> = match &sums.monetary {
            Some(_) => Some(counted.iter().zip(0..).map(money).collect::<Result<_>>()?),
            None => None,
        };
        Self::from_columns(params, as_of, customers, recency_days, frequency, monetary)
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
    ) -> Result<Self> {
        let Scores { r, f, m, segment, cut_points } =
            Scores::of(&params, &recency_days, &frequency, monetary.as_deref())?;
        let heads = customers.subset((0..customers.len()).step_by(BLOCK));
        Ok(Self {
            params,
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
