//! Who has this in the basket has that too.

use std::sync::Arc;

use kosar::rule::{Measure, RuleStatistic};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Env, FromNapiValue, Result, Unknown};
use napi_derive::napi;

use crate::convert::{array, element, how_many, ids, log, needed_text};
use crate::error::{Outcome, camel_cased, failure, refused};
use crate::evaluate::Shared;
use crate::itemset::FrequentItemsets;
use crate::model;
use crate::options::Options;
use crate::recommendation::{Answer, answer};
use crate::rule_options::{params, recommend_options};
use crate::table::Table;
use crate::view::{Unplaced, View, told};
use crate::work::{Cancel, Work, background, control};

/// Every rule of sufficient support and confidence, or of these the ones asked for, and what the rules add to a cart.
#[napi]
pub struct AssociationRules {
    model: Arc<kosar::rule::AssociationRules>,
    unplaced: Option<kosar::data::Unplaced>,
    notes: Vec<kosar::Note>,
}

impl From<kosar::rule::AssociationRules> for AssociationRules {
    fn from(model: kosar::rule::AssociationRules) -> Self {
        Self { model: Arc::new(model), unplaced: None, notes: Vec::new() }
    }
}

impl AssociationRules {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<kosar::rule::AssociationRules>::clone(&self.model)
    }
}

#[napi]
impl AssociationRules {
    /// Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count; `minConfidence` is 0.5 by default. A
    /// `level` of categories needs a `catalog`.
    #[napi(
        ts_args_type = "log: OrderLog, options: AssociationRulesOptions",
        ts_return_type = "Promise<AssociationRules>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<AssociationRules>> {
        let control = control(cancel);
        background(|| {
            let log = log(log_)?;
            let mut options = Options::of_fit(options)?;
            let (params, view) = (params(&mut options)?, View::read(&mut options)?);
            options.finish()?;
            let params = params.level(view.level()).unit(view.unit());
            Ok(move || {
                let (model, unplaced, notes) =
                    view.fit(&params, kosar::rule::AssociationRulesParams::notes, &log, &control)?;
                Ok(Self { unplaced, notes, ..Self::from(model) })
            })
        })
    }

    /// Makes rules from itemsets that were found before, such as those of several parts, or those that several sets of
    /// rules begin with: the rules of exactly the itemsets given. Where these are all of the baskets, they are the rules
    /// that `fit` makes; an item that `exclude` kept out of the itemsets is in no rule. `unplaced` is that of the itemsets.
    ///
    /// The itemsets must be all that are frequent, with a `minSupport` of at most that of the rules.
    #[napi(
        ts_args_type = "itemsets: FrequentItemsets, options: RuleOptions & Cancellable",
        ts_return_type = "Promise<AssociationRules>",
        catch_unwind
    )]
    pub fn from_itemsets(
        itemsets: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<AssociationRules>> {
        let control = control(cancel);
        background(|| {
            let (itemsets, unplaced) = ClassInstance::<'_, FrequentItemsets>::from_unknown(itemsets)
                .map(|itemsets| (itemsets.shared(), itemsets.left_out()))
                .map_err(|_| refused("itemsets", "FrequentItemsets", itemsets))?;
            let mut options = Options::new("options", options)?;
            let params = params(&mut options)?;
            options.finish()?;
            let make = kosar::rule::AssociationRules::from_itemsets_with;
            Ok(move || Ok(Self { unplaced, ..Self::from(make(&params, &itemsets, &control)?) }))
        })
    }

    /// The rules, by `rankBy`, highest lift first unless told: `antecedent`, `consequent`, `antecedent_support`,
    /// `consequent_support`, `count`, and a column for each of the ten usual measures. Nothing is computed before it is read.
    #[napi(getter, catch_unwind)]
    pub fn rules(&self) -> Table {
        Table::of(Arc::clone(&self.model))
    }

    /// The rules with a column for each of the statistics asked for, behind the first five of `rules`: measures (see
    /// `MEASURES`), or `improvement`; computed off the event loop.
    #[napi(ts_args_type = "statistics: RuleStatistic[]", ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn table(&self, statistics: Unknown<'_>) -> AsyncTask<Work<Table>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let statistics = statistics_of(statistics)?;
            Ok(move || Ok(Table::from(model.table_with(statistics))))
        })
    }

    /// Why rules are missing, where a limit ended the computation; `null` when every rule is there.
    #[napi(getter, ts_return_type = "string | null", catch_unwind)]
    pub fn partial(&self) -> Option<String> {
        self.model.partial().map(|partial| camel_cased(&partial.to_string()))
    }

    /// The number of baskets that the rules were made from; of weighted ones what they weigh together.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }

    /// What is allowed and hardly meant in the options of a fit, such as a `minSupport` above the number of baskets; empty
    /// for a model that was loaded.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> Vec<String> {
        self.notes.iter().map(|note| camel_cased(&note.to_string())).collect()
    }

    /// What the catalogue could not place, of a fit with a `level` of categories; `null` of any other, and of a model that
    /// was loaded.
    #[napi(getter, ts_return_type = "Unplaced | null", catch_unwind)]
    pub fn unplaced(&self) -> Option<Unplaced> {
        self.unplaced.as_ref().map(told)
    }

    /// What goes with a cart: the rules whose antecedents are in it speak for their consequents, each by its measure, the
    /// confidence unless told; the one that says most is the reason. At most `n`, 10 by default; items of the cart are
    /// never among them.
    #[napi(
        ts_args_type = "cart: Id[], n?: number, options?: RecommendOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        cart: Unknown<'env>,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (cart, n, options) = (ids("cart", "item", cart)?, how_many(n)?, recommend_options(options)?);
        let found = self.model.recommend_with(&cart, n, &options).map_err(failure)?;
        answer(env, &found)
    }
}

model::persistent!(AssociationRules, kosar::rule::AssociationRules, "Promise<AssociationRules>");

/// The names of all measures.
#[napi(namespace = "internal", catch_unwind)]
pub fn measures() -> Vec<&'static str> {
    Measure::ALL.iter().map(|measure| measure.name()).collect()
}

fn statistics_of(value: Unknown<'_>) -> Outcome<Vec<RuleStatistic>> {
    let names = array("statistics", value)?;
    let statistic = |at| {
        let name = needed_text("a statistic", element(&names, at)?)?;
        RuleStatistic::parse(&name).map_err(failure)
    };
    (0..names.len()).map(statistic).collect()
}
