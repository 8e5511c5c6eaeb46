//! Association rules.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use kosar::data::Unit;
use kosar::rule::{
    AssociationRules as Core, AssociationRulesParams, Combine, Consequent, Correction, Measure,
    RecommendOptions, RuleSide, RuleStatistic,
};
use kosar::{Fit, Params};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::itemsets::{FrequentItemsets, NotesOut, UnplacedOut, notes_out, unplaced_out};
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::table::{self, Table};
use crate::{persist, recommendation};

/// Rules between items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct AssociationRules(Arc<Core>, OnceLock<Py<Table>>);

impl From<Core> for AssociationRules {
    fn from(model: Core) -> Self {
        Self(Arc::new(model), OnceLock::new())
    }
}

impl AssociationRules {
    /// The rules, for whoever evaluates them.
    pub(crate) fn shared(&self) -> Arc<Core> {
        Arc::clone(&self.0)
    }
}

/// The names of the measures of rules.
#[pyfunction]
pub(crate) fn measures() -> Vec<&'static str> {
    Measure::ALL.into_iter().map(Measure::name).collect()
}

/// One side by its name, which is in the messages of its fields.
macro_rules! side {
    ($name:literal, $given:expr) => {{
        let fields = $given.within($name)?;
        let side = RuleSide::new()
            .exclude(fields.ids(concat!($name, ".exclude"))?)
            .any_of(fields.ids(concat!($name, ".any_of"))?)
            .min_len(fields.count(concat!($name, ".min_len"), 1)?)
            .max_len(fields.optional_count(concat!($name, ".max_len"), 1)?);
        match fields.optional_ids(concat!($name, ".only"))? {
            Some(only) => side.only(only),
            None => side,
        }
    }};
}

/// The parameters by name.
fn read(given: &Fields<'_>) -> Out<AssociationRulesParams> {
    Ok(Core::params(given.real("min_support")?)
        .min_confidence(given.real("min_confidence")?)
        .consequent(Consequent::parse(&given.word("consequent")?)?)
        .max_len(given.optional_count("max_len", 2)?)
        .antecedent_items(side!("antecedent_items", given))
        .consequent_items(side!("consequent_items", given))
        .max_p_value(given.optional_real("max_p_value")?)
        .correction(Correction::parse(&given.word("correction")?)?)
        .drop_redundant(given.flag("drop_redundant")?)
        .min_improvement(given.optional_real("min_improvement")?)
        .rank_by(Measure::parse_as("rank_by", &given.word("rank_by")?)?)
        .top_k(given.optional_count("top_k", 1)?)
        .half_life_days(given.optional_real("half_life_days")?)
        .as_of(given.optional_time("as_of")?)
        .min_customers(given.count("min_customers", 1)?)
        .level(given.level("level")?)
        .unit(Unit::parse(&given.word("unit")?)?)
        .max_itemsets(given.count("max_itemsets", 1)?)
        .max_rules(given.count("max_rules", 1)?)
        .max_bytes(given.count("max_bytes", 1)?)
        .max_seconds(given.optional_real("max_seconds")?))
}

#[pymethods]
impl AssociationRules {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(0.5))
    }

    /// The model, what the catalogue could not place, and notes.
    #[staticmethod]
    fn fit<'py>(
        py: Python<'py>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<(Self, UnplacedOut<'py>, NotesOut)> {
        let (params, log, catalog) = (read(&params)?.check()?, Arc::clone(&log.0), given(catalog));
        let level = params.view().level;
        let (model, unplaced, notes) = slow(py, move |control| {
            let baskets = params.view().baskets(&log, catalog.as_deref())?;
            Ok((params.fit_with(&baskets, control)?, baskets.unplaced().clone(), params.notes(&baskets)))
        })?;
        Ok((model.into(), unplaced_out(py, level, &unplaced)?, notes_out(&notes)))
    }

    #[staticmethod]
    fn from_itemsets(py: Python<'_>, itemsets: &FrequentItemsets, params: Fields<'_>) -> Out<Self> {
        let (params, itemsets) = (read(&params)?, Arc::clone(&itemsets.0));
        Ok(slow(py, move |control| Core::from_itemsets_with(&params, &itemsets, control))?.into())
    }

    /// The usual table, made when it is first asked for, or one with the measures named.
    fn table(&self, py: Python<'_>, measures: Option<Vec<String>>) -> Out<Py<Table>> {
        let model = Arc::clone(&self.0);
        let Some(measures) = measures else { return table::once(py, &self.1, move || model.table()) };
        let statistics: Vec<RuleStatistic> =
            measures.iter().map(|name| RuleStatistic::parse(name)).collect::<Result<_, _>>()?;
        let table: Table = slow(py, move |_| Ok(model.table_with(statistics)))?.into();
        Ok(Py::new(py, table)?)
    }

    fn mlxtend_table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.mlxtend_table()))?.into())
    }

    fn recommend<'py>(
        &self,
        py: Python<'py>,
        cart: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (cart, n) = (convert::ids("cart", cart)?, convert::count("n", n, 0)?);
        let options = RecommendOptions::new()
            .measure(Measure::parse(&options.word("measure")?)?)
            .combine(Combine::parse(&options.word("combine")?)?)
            .min_score(options.optional_real("min_score")?)
            .exclude(options.ids("exclude")?);
        fast(|| {
            let found = py.detach(|| self.0.recommend_with(&cart, n, &options))?;
            recommendation::list(py, found)
        })
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    /// Why rules are missing, as a sentence.
    #[getter]
    fn partial(&self) -> Option<String> {
        self.0.partial().map(|partial| partial.to_string())
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
