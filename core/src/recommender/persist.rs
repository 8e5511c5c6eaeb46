//! The recommender in a file: histories and what rules go by; everything that is counted is counted anew on reading.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::catalog_file::{self, list, read_list};
use super::counts_file;
use super::likeness::Likeness;
use super::lists::Lists;
use super::live::{Recommender, windows};
use super::params::RecommenderParams;
use super::population::Population;
use super::rules::{Goods, Rules};
use super::snapshot::Snapshot;
use super::state::{Items, Serving, State};
use super::state_file;
use super::state_read;
use crate::data::Returns;
use crate::error::{ParamError, PersistError};
use crate::fit::Control;
use crate::params::Params;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};

/// What stands in the place of parameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    params: RecommenderParams,
    /// `net`, `drop` or `keep`.
    returns: String,
    has_amounts: bool,
    histories: bool,
}

impl Params for Head {
    fn validate(&self) -> Result<(), ParamError> {
        self.params.validate()?;
        returns(&self.returns).map(|_| ())
    }
}

const RETURNS: [(&str, Returns); 3] =
    [("net", Returns::Net), ("drop", Returns::Drop), ("keep", Returns::Keep)];

fn returns(name: &str) -> Result<Returns, ParamError> {
    let found = RETURNS.into_iter().find(|&(other, _)| other == name);
    let value = name.to_owned();
    found.map(|(_, returns)| returns).ok_or(ParamError::UnknownChoice {
        name: "returns",
        value,
        allowed: "net, drop, keep",
    })
}

/// Sections: `items` (vocabulary), `rules` (JSON), `segments`, `catalog.*` where there is a catalogue; with histories, customers with
/// their levels and segments, orders and lines by customer, sessions and events (see `state_file`); without, how many bought each item,
/// in all, by segment and lately (see `counts_file`), and the lists of `similar` and `together`.
impl Persist for Recommender {
    const KIND: &'static str = "recommender";

    /// Without histories the file has no customer in it, and no count of fewer than `min_customers` of them, nor a sum that tells one.
    /// (Only of an item that enough bought lately it tells how often it was bought before; and what differs between all customers and
    /// those of the segments may be few.)
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let name =
            RETURNS.iter().find(|&&(_, other)| other == state.returns).map_or("net", |&(name, _)| name);
        writer.params(&Head {
            params: (*snapshot.params).clone(),
            returns: name.to_owned(),
            has_amounts: state.has_amounts,
            histories: options.histories && snapshot.lists.is_none(),
        })?;
        let rules = snapshot.rules.rules.to_json().map_err(|error| invalid("rules", error.to_string()))?;
        writer.u8s("rules", rules.into_bytes())?;
        list(writer, "segments", state.segments.iter().map(String::as_str))?;
        if let Some(catalog) = snapshot.goods.catalog() {
            let mut parts = catalog.to_parts();
            parts.stock = snapshot.goods.stock_by_position(parts.items.len(), parts.stock.is_some());
            catalog_file::write(&parts, writer)?;
        }
        if let Some(lists) = &snapshot.lists {
            counts_file::write(state, snapshot.params.min_customers, writer)?;
            return lists.write(writer);
        }
        if options.histories {
            return state_file::write(state, writer);
        }
        counts_file::write(state, snapshot.params.min_customers, writer)?;
        Lists::of(&snapshot).write(writer)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let head = reader.params::<Head>()?.into_inner();
        let policy = returns(&head.returns).map_err(|error| invalid("params", error.to_string()))?;
        let rules = reader.u8s("rules", None)?;
        let rules = std::str::from_utf8(&rules).map_err(|error| invalid("rules", error.to_string()))?;
        let rules = Rules::of_file(rules).map_err(|error| invalid("rules", error.to_string()))?;
        let segments = read_list(reader, "segments")?;
        if !segments.is_sorted_by(|a, b| a < b) {
            return Err(invalid("segments", "names must rise strictly"));
        }
        let catalog = catalog_file::read(reader)?.map(Arc::new);
        let params = Arc::new(head.params);
        let windows = windows(&params);
        let items = reader.vocabulary("items")?;
        let items_of_catalog = catalog.as_ref().map(|catalog| catalog.items());
        if items_of_catalog.is_some_and(|catalog| catalog.iter().any(|id| items.position(id).is_none())) {
            return Err(invalid("items", "they must have those of the catalogue among them"));
        }
        let (state, lists): (State, Option<Arc<Lists>>) = if head.histories {
            (state_read::read(reader, items, segments, policy, head.has_amounts, windows)?, None)
        } else {
            let lists = Lists::read(reader, items.len())?;
            let counts = state_read::read_counts(reader, items.len(), segments.len(), params.min_customers)?;
            let serving = Serving { counts, segments, returns: policy, has_amounts: head.has_amounts };
            (State::serving(serving, Items::new(items), windows), Some(Arc::new(lists)))
        };
        let refused = |section: &'static str| move |error: crate::Error| invalid(section, error.to_string());
        let likeness = || match &catalog {
            Some(catalog) if catalog.n_items() > 0 => {
                Likeness::of(catalog, &Control::new()).map(Arc::new).map(Some)
            }
            _ => Ok(None),
        };
        let (content, population) = rayon::join(likeness, || Population::of(&state));
        let content = content.map_err(refused("catalog.items"))?;
        let population = population.map_err(refused("order_time"))?;
        let goods = Goods::new(catalog.clone(), &state.items, params.category_depth);
        let recommender = Self::of(params, state, goods, Arc::new(rules), content, population);
        Ok(match lists {
            Some(lists) => recommender.with_lists(lists),
            None => recommender,
        })
    }
}

impl Recommender {
    /// Whether there are histories: not in one that was read from a serving file, which learns and forgets nothing.
    #[must_use]
    pub fn has_histories(&self) -> bool {
        self.snapshot().lists.is_none()
    }

    fn with_lists(self, lists: Arc<Lists>) -> Self {
        let snapshot = Snapshot { lists: Some(lists), population: None, ..(*self.snapshot()).clone() };
        Self::from_snapshot(snapshot)
    }
}
