//! Association rules.

use std::path::PathBuf;
use std::sync::Arc;

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
use crate::itemsets::{FrequentItemsets, UnplacedOut, unplaced_out};
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::table::Table;
use crate::{persist, recommendation};

/// Rules between items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct AssociationRules(pub(crate) Arc<Core>);

/// The names of the measures of rules.
#[pyfunction]
pub(crate) fn measures() -> Vec<&'static str> {
    Measure::ALL.into_iter().map(Measure::name).collect()
}

/// The parameters by name.
fn read(given: &Fields<'_>) -> Out<AssociationRulesParams> {
    Ok(Core::params(given.real("min_support")?)
        .min_confidence(given.real("min_confidence")?)
        .consequent(Consequent::parse(&given.word("consequent")?)?)
        .max_len(given.optional_count("max_len", 2)?)
        .antecedent_items(side(&given.within("antecedent_items")?)?)
        .consequent_items(side(&given.within("consequent_items")?)?)
        .max_p_value(given.optional_real("max_p_value")?)
        .correction(Correction::parse(&given.word("correction")?)?)
        .drop_redundant(given.flag("drop_redundant")?)
        .min_improvement(given.optional_real("min_improvement")?)
        .rank_by(Measure::parse(&given.word("rank_by")?)?)
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

fn side(given: &Fields<'_>) -> Out<RuleSide> {
    let side = RuleSide::new()
        .exclude(given.ids("exclude")?)
        .any_of(given.ids("any_of")?)
        .min_len(given.count("min_len", 1)?)
        .max_len(given.optional_count("max_len", 1)?);
    Ok(match given.optional_ids("only")? {
        Some(only) => side.only(only),
        None => side,
    })
}

#[pymethods]
impl AssociationRules {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(0.5))
    }

    /// The model, and what the catalogue could not place.
    #[staticmethod]
    fn fit<'py>(
        py: Python<'py>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<(Self, UnplacedOut<'py>)> {
        let (params, log, catalog) = (read(&params)?.check()?, Arc::clone(&log.0), given(catalog));
        let (model, unplaced) = slow(py, move |control| {
            let baskets = params.view().baskets(&log, catalog.as_deref())?;
            Ok((params.fit_with(&baskets, control)?, baskets.unplaced().clone()))
        })?;
        Ok((Self(Arc::new(model)), unplaced_out(py, &unplaced)?))
    }

    #[staticmethod]
    fn from_itemsets(py: Python<'_>, itemsets: &FrequentItemsets, params: Fields<'_>) -> Out<Self> {
        let (params, itemsets) = (read(&params)?, Arc::clone(&itemsets.0));
        Ok(Self(Arc::new(slow(py, move |control| Core::from_itemsets_with(&params, &itemsets, control))?)))
    }

    /// The usual table, or one with the measures named.
    fn table(&self, py: Python<'_>, measures: Option<Vec<String>>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        let statistics: Option<Vec<RuleStatistic>> = measures
            .map(|names| names.iter().map(|name| RuleStatistic::parse(name)).collect())
            .transpose()?;
        let work = move |_: &_| {
            Ok(match statistics {
                Some(statistics) => model.table_with(statistics),
                None => model.table(),
            })
        };
        Ok(slow(py, work)?.into())
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
        fast(|| recommendation::list(py, self.0.recommend_with(&cart, n, &options)?))
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
