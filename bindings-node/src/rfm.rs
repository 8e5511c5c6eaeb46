//! Recency, frequency, monetary value.

use std::sync::{Arc, OnceLock};

use kosar::Fit;
use kosar::data::Returns;
use kosar::rfm::{
    Closed, CutPoints as CoreCutPoints, Cuts, GridSegment, RfmCustomer as CoreCustomer, RfmParams, Scoring,
    SegmentGrid,
};
use napi::bindgen_prelude::{
    AsyncTask, ClassInstance, Date, Either, Env, FromNapiValue, Null, Result, Unknown,
};
use napi_derive::napi;

use crate::convert::{
    JsId, array, count, element, id, ids, is_missing, js_date, js_id, log, needed_text, number,
};
use crate::error::{Outcome, failure, kind_of, refused};
use crate::model;
use crate::options::Options;
use crate::report::IntakeReport;
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// Customers by recency, frequency and monetary value.
#[napi]
pub struct Rfm {
    pub(crate) model: Arc<kosar::rfm::Rfm>,
    table: OnceLock<Table>,
    report: Option<kosar::data::IntakeReport>,
}

impl From<kosar::rfm::Rfm> for Rfm {
    fn from(model: kosar::rfm::Rfm) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new(), report: None }
    }
}

impl From<(kosar::rfm::Rfm, kosar::data::IntakeReport)> for Rfm {
    fn from((model, report): (kosar::rfm::Rfm, kosar::data::IntakeReport)) -> Self {
        Self { report: Some(report), ..model.into() }
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
    /// The mean of the scores by the weights.
    pub score: f64,
    /// The scores as digits, such as 543; without prices 54; `null` with ten classes.
    pub rfm: Either<f64, Null>,
}

type JsCuts = Either<Vec<f64>, Vec<Vec<f64>>>;

/// The cut points that scores come from, each list in rising order: of values, also where customers are scored by rank. By
/// nested scores one list for each recency score, for monetary value one for each pair of recency and frequency scores.
#[napi(object, object_from_js = false)]
pub struct CutPoints {
    #[napi(ts_type = "number[] | number[][]")]
    pub recency: JsCuts,
    #[napi(ts_type = "number[] | number[][]")]
    pub frequency: JsCuts,
    /// `null` in a log without prices.
    #[napi(ts_type = "number[] | number[][] | null")]
    pub monetary: Either<JsCuts, Null>,
}

/// A segment grid as data.
#[napi(object, object_from_js = false)]
pub struct SegmentGridData {
    pub name: String,
    pub bins: f64,
    #[napi(ts_type = "GridSegment[]")]
    pub segments: Vec<SegmentData>,
    /// The name of what no segment holds, in a grid of rules in order.
    pub other: Option<String>,
}

/// A segment of a grid, as `GridSegment` takes it.
#[napi(object, object_from_js = false)]
pub struct SegmentData {
    pub name: String,
    pub r: Vec<f64>,
    pub f: Vec<f64>,
    pub m: Option<Vec<f64>>,
    pub fm: Option<Vec<f64>>,
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

    /// The model with the orders of another, which was fitted on other orders with the same parameters: the one that a fit on
    /// all of them would give, to the byte.
    #[napi(ts_args_type = "other: Rfm", ts_return_type = "Promise<Rfm>", catch_unwind)]
    pub fn merge(&self, other: Unknown<'_>) -> AsyncTask<Work<Rfm>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let other = rfm("other", other)?;
            Ok(move || model.merge(&other).map(Self::from))
        })
    }

    /// What became of the rows that `fitColumns` was given; `null` after `fit`, which was given a log.
    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> Option<IntakeReport> {
        self.report.as_ref().map(IntakeReport::from)
    }

    /// The segment grids that have a name.
    #[napi(catch_unwind)]
    pub fn grids() -> Result<Vec<SegmentGridData>, String> {
        SegmentGrid::NAMES.into_iter().map(js_grid).collect()
    }

    /// All customers: `customer`, `recency_days`, `frequency`, `monetary`, `R_score`, `F_score`, `M_score`, `segment`, `score`,
    /// `RFM`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// One row a segment: its size, its share of customers and revenue, its medians and means.
    #[napi(getter, catch_unwind)]
    pub fn profiles(&self) -> Table {
        self.model.profile_table().into()
    }

    /// The cut points that the scores come from.
    #[napi(getter, catch_unwind)]
    pub fn cut_points(&self) -> CutPoints {
        let cuts = self.model.cut_points();
        let monetary = cuts.monetary.as_ref().map_or(Either::B(Null), |cuts| Either::A(js_cuts(cuts)));
        CutPoints { recency: js_cuts(&cuts.recency), frequency: js_cuts(&cuts.frequency), monetary }
    }

    /// The names of the segments, in the order of results.
    #[napi(getter, catch_unwind)]
    pub fn segment_names(&self) -> Vec<String> {
        self.model.grid().names().map(str::to_owned).collect()
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
        self.model.segment(&customer).map(str::to_owned).map_err(failure)
    }

    /// The segments of many customers, in their order.
    #[napi(ts_args_type = "customers: Id[]", catch_unwind)]
    pub fn segments_of(&self, customers: Unknown<'_>) -> Result<Vec<String>, String> {
        let customers = ids("customers", "customer", customers)?;
        let found = self.model.segments_of(&customers).map_err(failure)?;
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// The customers of a segment, by id.
    #[napi(ts_args_type = "segment: string", ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self, segment: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let segment = needed_text("segment", segment)?;
        Ok(self.model.customers(&segment).map_err(failure)?.map(js_id).collect())
    }

    /// Scores values by the model's cut points: a row for each, with the columns of `table` from `R_score` on. Ties that the
    /// model itself split by rank stay together.
    #[napi(ts_args_type = "values: RfmValues", catch_unwind)]
    pub fn score(&self, values: Unknown<'_>) -> Result<Table, String> {
        let mut options = Options::new("values", Some(values))?;
        let mut read = |key| options.value(key)?.map(|value| numbers(key, value)).transpose();
        let (days, orders, spent) = (read("recencyDays")?, read("frequency")?, read("monetary")?);
        options.finish()?;
        let needed =
            |found: Option<Vec<f64>>, key| found.ok_or_else(|| refused(key, "an array of numbers", values));
        let (days, orders) = (needed(days, "recencyDays")?, needed(orders, "frequency")?);
        self.model.score(&days, &orders, spent.as_deref()).map(Into::into).map_err(failure)
    }

    /// The customers of another model, scored by the cut points of this one.
    #[napi(ts_args_type = "other: Rfm", catch_unwind)]
    pub fn rescore(&self, other: Unknown<'_>) -> Result<Rfm, String> {
        self.model.rescore(&*rfm("other", other)?).map(Self::from).map_err(failure)
    }

    /// The customers of another log, scored by the cut points of this model; as of the midnight after the log's last order, or
    /// of `asOf`.
    #[napi(
        ts_args_type = "log: OrderLog, options?: RfmApplyOptions",
        ts_return_type = "Promise<Rfm>",
        catch_unwind
    )]
    pub fn apply(&self, log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Rfm>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let mut options = Options::new("options", options)?;
            let as_of = options.time("asOf")?;
            options.finish()?;
            let log = log(log_)?;
            Ok(move || model.apply(&log, as_of).map(Self::from))
        })
    }

    /// Who went from which segment of this model to which of a later one with the same segments: `before`, `after`,
    /// `customers`, and `share`, the part of those who were in the segment before. Who is in one model only comes from
    /// `(not yet a customer)` or goes to `(no longer counted)`.
    #[napi(ts_args_type = "after: Rfm", catch_unwind)]
    pub fn migration(&self, after: Unknown<'_>) -> Result<Table, String> {
        let migration = self.model.migration(&*rfm("after", after)?).map_err(failure)?;
        Ok(migration.table().into())
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
        score: found.score,
        rfm: or_null(found.rfm.map(|digits| digits as f64)),
    }
}

fn js_cuts(cuts: &Cuts) -> JsCuts {
    match cuts {
        Cuts::All(cuts) => Either::A(cuts.clone()),
        Cuts::PerClass(lists) => Either::B(lists.clone()),
    }
}

fn js_grid(name: &'static str) -> Outcome<SegmentGridData> {
    let grid = SegmentGrid::named(name).map_err(failure)?;
    let range = |(low, high): (u8, u8)| vec![f64::from(low), f64::from(high)];
    let segment = |segment: &GridSegment| SegmentData {
        name: segment.name.clone(),
        r: range(segment.r),
        f: range(segment.f),
        m: segment.m.map(range),
        fm: segment.fm.map(range),
    };
    Ok(SegmentGridData {
        name: name.to_owned(),
        bins: f64::from(grid.bins()),
        segments: grid.segments().iter().map(segment).collect(),
        other: grid.other().map(str::to_owned),
    })
}

model::updatable!(Rfm, "Promise<Rfm>");

/// The model of an `Rfm`.
fn rfm(name: &str, value: Unknown<'_>) -> Outcome<Arc<kosar::rfm::Rfm>> {
    let model = ClassInstance::<'_, Rfm>::from_unknown(value);
    model.map(|found| Arc::clone(&found.model)).map_err(|_| refused(name, "an Rfm", value))
}

pub(crate) fn params(options: Option<Unknown<'_>>) -> Outcome<RfmParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::rfm::Rfm::params();
    if let Some(as_of) = options.time("asOf")? {
        params = params.as_of(as_of);
    }
    if let Some(scores) = options.value("scores")? {
        params = scored(params, scores)?;
    }
    let bins = options.value("bins")?.map(|value| byte("bins", value)).transpose()?;
    let bins = bins.unwrap_or(SegmentGrid::default().bins());
    let (segments, named_other) = match options.value("segments")? {
        Some(value) => grid_segments(value, bins)?,
        None => (SegmentGrid::default().over(bins).map_err(failure)?.segments().to_vec(), None),
    };
    let other = options.text("other")?.or(named_other);
    if let Some(closed) = options.choice("closed", Closed::parse)? {
        params = params.closed(closed);
    }
    if let Some(value) = options.value("weights")? {
        let [recency, frequency, monetary] = numbers("weights", value)?[..] else {
            return Err(refused("weights", "three numbers", value));
        };
        params = params.weights(recency, frequency, monetary);
    }
    params = params.cut_points(options.value("cutPoints")?.map(cut_points).transpose()?);
    let days = options.count("windowDays", 1)?.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
    params = params.window_days(days).returns(options.choice("returns", Returns::parse)?);
    options.finish()?;
    Ok(params.segments(SegmentGrid::from_parts(bins, segments, other).map_err(failure)?))
}

/// Cut points of another model.
fn cut_points(value: Unknown<'_>) -> Outcome<CoreCutPoints> {
    let mut each = Options::new("cutPoints", Some(value))?;
    let needed = |found: Option<Cuts>| {
        found.ok_or_else(|| refused("cutPoints", "cut points of recency, frequency and monetary", value))
    };
    let mut read = |key| each.value(key)?.map(|value| cuts(key, value)).transpose();
    let (recency, frequency, monetary) = (read("recency")?, read("frequency")?, read("monetary")?);
    each.finish()?;
    Ok(CoreCutPoints { recency: needed(recency)?, frequency: needed(frequency)?, monetary })
}

/// One list of cut points, or a list for each class.
fn cuts(name: &'static str, value: Unknown<'_>) -> Outcome<Cuts> {
    let lists = array(name, value)?;
    if lists.len() == 0 || kind_of(element(&lists, 0)?) != "array" {
        return Ok(Cuts::All(numbers(name, value)?));
    }
    let found = (0..lists.len()).map(|at| numbers(name, element(&lists, at)?)).collect::<Outcome<_>>()?;
    Ok(Cuts::PerClass(found))
}

/// Numbers in an array or a `Float64Array`.
fn numbers(name: &str, value: Unknown<'_>) -> Outcome<Vec<f64>> {
    if kind_of(value) == "typed array" {
        let found = napi::bindgen_prelude::Float64Array::from_unknown(value);
        return found.map(|found| found.to_vec()).map_err(|_| refused(name, "an array of numbers", value));
    }
    let list = array(name, value)?;
    let read = |at| {
        let found = element(&list, at)?;
        if kind_of(found) == "number" {
            number(found)
        } else {
            Err(refused(name, "an array of numbers", value))
        }
    };
    (0..list.len()).map(read).collect()
}

/// One way of scoring for all three, or an object with one for each.
fn scored(params: RfmParams, value: Unknown<'_>) -> Outcome<RfmParams> {
    if kind_of(value) != "object" {
        return Ok(params.scores(scoring("scores", value)?));
    }
    let mut each = Options::new("scores", Some(value))?;
    let mut read = |key| each.value(key)?.map(|value| scoring(key, value)).transpose();
    let (recency, frequency, monetary) = (read("recency")?, read("frequency")?, read("monetary")?);
    each.finish()?;
    Ok(params
        .recency_scores(recency.unwrap_or_default())
        .frequency_scores(frequency.unwrap_or_default())
        .monetary_scores(monetary.unwrap_or_default()))
}

/// A way of scoring by its name, or cut points.
fn scoring(name: &'static str, value: Unknown<'_>) -> Outcome<Scoring> {
    if matches!(kind_of(value), "array" | "typed array") {
        return numbers(name, value).map(Scoring::Fixed);
    }
    Scoring::parse(&needed_text(name, value)?).map_err(failure)
}

/// The segments of a named grid or of one's own, and the name of what is left over in the named one.
fn grid_segments(value: Unknown<'_>, bins: u8) -> Outcome<(Vec<GridSegment>, Option<String>)> {
    if kind_of(value) == "string" {
        let named = SegmentGrid::named(&needed_text("segments", value)?).and_then(|grid| grid.over(bins));
        let named = named.map_err(failure)?;
        return Ok((named.segments().to_vec(), named.other().map(str::to_owned)));
    }
    if !matches!(kind_of(value), "array") {
        return Err(refused("segments", "the name of a grid or an array of { name, r, f }", value));
    }
    let list = array("segments", value)?;
    let own = (0..list.len()).map(|at| grid_segment(element(&list, at)?)).collect::<Outcome<_>>()?;
    Ok((own, None))
}

fn grid_segment(value: Unknown<'_>) -> Outcome<GridSegment> {
    let mut segment = Options::new("segments", Some(value))?;
    let name = segment.text("name")?.ok_or_else(|| refused("segments", "objects of name, r and f", value))?;
    let mut scores = |key: &'static str| segment.value(key)?.map(|found| range(key, found)).transpose();
    let needed = |key: &'static str, found: Option<(u8, u8)>| {
        found.ok_or_else(|| refused(key, "the lowest and the highest score, such as [1, 2]", value))
    };
    let (r, f) = (needed("r", scores("r")?)?, needed("f", scores("f")?)?);
    let (m, fm) = (scores("m")?, scores("fm")?);
    segment.finish()?;
    Ok(GridSegment { name, r, f, m, fm })
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
