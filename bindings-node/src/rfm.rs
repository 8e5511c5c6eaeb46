//! Recency, frequency, monetary value.

use std::sync::{Arc, OnceLock};

use kosar::Fit;
use kosar::rfm::{GridSegment, RfmCustomer as CoreCustomer, RfmParams, Scoring, SegmentGrid};
use napi::bindgen_prelude::{AsyncTask, Date, Either, Env, Null, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, count, element, id, is_missing, js_date, js_id, log, needed_text};
use crate::error::{Outcome, failure, kind_of, refused};
use crate::model;
use crate::options::Options;
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// Customers by recency, frequency and monetary value.
#[napi]
pub struct Rfm {
    model: Arc<kosar::rfm::Rfm>,
    table: OnceLock<Table>,
}

impl From<kosar::rfm::Rfm> for Rfm {
    fn from(model: kosar::rfm::Rfm) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new() }
    }
}

/// One customer of an `Rfm`.
#[napi(object, object_from_js = false)]
pub struct RfmCustomer {
    #[napi(ts_type = "Id")]
    pub customer: JsId,
    /// Whole days from the last order to `asOf`.
    pub recency_days: f64,
    /// The number of orders.
    pub frequency: f64,
    /// What was spent less what was returned; `null` in a log without prices.
    pub monetary: Either<f64, Null>,
    pub r_score: f64,
    pub f_score: f64,
    /// `null` in a log without prices.
    pub m_score: Either<f64, Null>,
    pub segment: String,
}

/// The cut points that scores come from, each list rising.
#[napi(object, object_from_js = false)]
pub struct CutPoints {
    pub recency: Vec<f64>,
    pub frequency: Vec<f64>,
    /// `null` in a log without prices.
    pub monetary: Either<Vec<f64>, Null>,
}

#[napi]
impl Rfm {
    /// Fits on a log. By default: as of the midnight after the last order, five classes by quantile, ten segments.
    #[napi(
        ts_args_type = "log: OrderLog, options?: RfmOptions",
        ts_return_type = "Promise<Rfm>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Rfm>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// All customers: `customer`, `recency_days`, `frequency`, `monetary`, `R_score`, `F_score`, `M_score`, `segment`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// One row a segment: its size, its share of customers and revenue, its medians.
    #[napi(getter, catch_unwind)]
    pub fn profiles(&self) -> Table {
        self.model.profile_table().into()
    }

    /// The cut points that the scores come from.
    #[napi(getter, catch_unwind)]
    pub fn cut_points(&self) -> CutPoints {
        let cuts = self.model.cut_points().clone();
        let monetary = cuts.monetary.map_or(Either::B(Null), Either::A);
        CutPoints { recency: cuts.recency, frequency: cuts.frequency, monetary }
    }

    /// The midnight at which recency was taken; `null` when the log was empty and none was given.
    #[napi(getter, ts_return_type = "Date | null", catch_unwind)]
    pub fn as_of<'env>(&self, env: &'env Env) -> Result<Option<Date<'env>>, String> {
        self.model.as_of().map(|time| js_date(env, time)).transpose()
    }

    /// The segment of a customer.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn segment(&self, customer: Unknown<'_>) -> Result<String, String> {
        let customer = id("customer", customer)?;
        self.model.customer(&customer).map(|found| found.segment.to_owned()).map_err(failure)
    }

    /// Everything known of a customer.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn customer(&self, customer: Unknown<'_>) -> Result<RfmCustomer, String> {
        let customer = id("customer", customer)?;
        self.model.customer(&customer).map(|found| js_customer(&found)).map_err(failure)
    }
}

model::persistent!(Rfm, kosar::rfm::Rfm, "Promise<Rfm>");

#[allow(clippy::cast_precision_loss, reason = "days are far below 2^53")]
fn js_customer(found: &CoreCustomer<'_>) -> RfmCustomer {
    let or_null = |value: Option<f64>| value.map_or(Either::B(Null), Either::A);
    RfmCustomer {
        customer: js_id(found.customer),
        recency_days: found.recency_days as f64,
        frequency: f64::from(found.frequency),
        monetary: or_null(found.monetary.map(|money| money.to_f64())),
        r_score: f64::from(found.r_score),
        f_score: f64::from(found.f_score),
        m_score: or_null(found.m_score.map(f64::from)),
        segment: found.segment.to_owned(),
    }
}

fn params(options: Option<Unknown<'_>>) -> Outcome<RfmParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::rfm::Rfm::params();
    if let Some(as_of) = options.time("asOf")? {
        params = params.as_of(as_of);
    }
    if let Some(scores) = options.value("scores")? {
        params = scored(params, scores)?;
    }
    let segments = options.value("segments")?.map(grid_segments).transpose()?;
    let bins = options.value("bins")?.map(|value| byte("bins", value)).transpose()?;
    options.finish()?;
    let default = SegmentGrid::default();
    let segments = segments.flatten().unwrap_or_else(|| default.segments().to_vec());
    let grid = SegmentGrid::new(bins.unwrap_or(default.bins()), segments).map_err(failure)?;
    Ok(params.segments(grid))
}

/// One way of scoring for all three, or an object with one for each.
fn scored(params: RfmParams, value: Unknown<'_>) -> Outcome<RfmParams> {
    let parse = |word: String| Scoring::parse(&word).map_err(failure);
    if kind_of(value) != "object" {
        return Ok(params.scores(parse(needed_text("scores", value)?)?));
    }
    let mut each = Options::new("scores", Some(value))?;
    let mut read = |key| each.text(key)?.map(parse).transpose();
    let (recency, frequency, monetary) = (read("recency")?, read("frequency")?, read("monetary")?);
    each.finish()?;
    Ok(params
        .recency_scores(recency.unwrap_or_default())
        .frequency_scores(frequency.unwrap_or_default())
        .monetary_scores(monetary.unwrap_or_default()))
}

/// The segments of a grid; `None` for `'default'`.
fn grid_segments(value: Unknown<'_>) -> Outcome<Option<Vec<GridSegment>>> {
    if kind_of(value) == "string" && needed_text("segments", value)? == "default" {
        return Ok(None);
    }
    if !matches!(kind_of(value), "array") {
        return Err(refused("segments", "'default' or an array of { name, r, f }", value));
    }
    let list = array("segments", value)?;
    (0..list.len()).map(|at| grid_segment(element(&list, at)?)).collect::<Outcome<_>>().map(Some)
}

fn grid_segment(value: Unknown<'_>) -> Outcome<GridSegment> {
    let mut segment = Options::new("segments", Some(value))?;
    let name = segment.text("name")?.ok_or_else(|| refused("segments", "objects of name, r and f", value))?;
    let mut scores = |key: &'static str| match segment.value(key)? {
        Some(found) => range(key, found),
        None => Err(refused(key, "the lowest and the highest score, such as [1, 2]", value)),
    };
    let (r, f) = (scores("r")?, scores("f")?);
    segment.finish()?;
    Ok(GridSegment { name, r, f })
}

/// A pair of scores, or one for both ends.
fn range(name: &'static str, value: Unknown<'_>) -> Outcome<(u8, u8)> {
    if kind_of(value) != "array" {
        let score = byte(name, value)?;
        return Ok((score, score));
    }
    let ends = array(name, value)?;
    match ends.len() {
        2 => Ok((byte(name, element(&ends, 0)?)?, byte(name, element(&ends, 1)?)?)),
        _ => Err(refused(name, "the lowest and the highest score, such as [1, 2]", value)),
    }
}

fn byte(name: &'static str, value: Unknown<'_>) -> Outcome<u8> {
    let found = if is_missing(value) { None } else { u8::try_from(count(name, value, 0)?).ok() };
    found.ok_or_else(|| refused(name, "a whole number from 0 to 255", value))
}
