//! The model in a file: the neighbours with both similarities; what they come to is derived from them on reading.

use serde::{Deserialize, Serialize};

use crate::content::{ContentSimilarity, ContentSimilarityParams};
use crate::data::Rows;
use crate::error::{ParamError, PersistError};
use crate::hybrid::model::Blended;
use crate::hybrid::{HybridSimilarity, HybridSimilarityParams};
use crate::index::ItemIx;
use crate::params::Params;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::rank::{Scored, ScratchPool};

/// Both sets of parameters, side by side.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    hybrid: HybridSimilarityParams,
    content: ContentSimilarityParams,
}

impl Params for Stored {
    fn validate(&self) -> Result<(), ParamError> {
        self.hybrid.validate()?;
        self.content.validate()
    }
}

/// Sections: `items` (vocabulary), `evidence`, `content_weight` (one number), `neighbors` (rows of items, best first),
/// `neighbors.counts`, `neighbors.similarities` (n, 2: by customers, by content), those of the content similarity with
/// `content.` before their names, and with histories `customers` (vocabulary) and `owned` (rows of items).
impl Persist for HybridSimilarity {
    const KIND: &'static str = "hybrid_similarity";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer
            .params(&Stored { hybrid: self.params.clone(), content: self.content.model_params().clone() })?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("evidence", self.evidence.iter().copied())?;
        writer.f64s("content_weight", &[1], &[self.content_weight])?;
        writer.rows("neighbors", &self.neighbors, |neighbor| neighbor.item.as_u32())?;
        let all = self.neighbors.values();
        writer.u32s("neighbors.counts", all.iter().map(|neighbor| neighbor.count))?;
        let both: Vec<f64> = all.iter().flat_map(|one| [one.collaborative, one.content]).collect();
        writer.f64s("neighbors.similarities", &[all.len(), 2], &both)?;
        self.content.write_sections(writer, "content.")?;
        match &self.owned {
            Some(owned) if options.histories => writer.owned(owned),
            _ => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let Stored { hybrid: params, content } = reader.params::<Stored>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let found = reader.rows("neighbors", n, n, RowOrder::Any, ItemIx::from_u32)?;
        let len = found.values().len();
        let counts = reader.u32s("neighbors.counts", len)?;
        let both = reader.f64s("neighbors.similarities", &[len, 2])?;
        if both.iter().any(|similarity| !(0.0..=1.0).contains(similarity)) {
            return Err(invalid("neighbors.similarities", "each must be from 0 to 1"));
        }
        let lists = found.values().iter().zip(counts).zip(both.chunks_exact(2));
        let lists = lists.map(|((&item, count), both)| Blended {
            item,
            count,
            collaborative: both[0],
            content: both[1],
        });
        let neighbors = Rows::from_parts(found.offsets().to_vec(), lists.collect());
        let weight = reader.f64s("content_weight", &[1])?[0];
        if !(weight > 0.0 && weight <= 1.0) {
            return Err(invalid("content_weight", "it must be above 0 and at most 1"));
        }
        let model = Self {
            params,
            evidence: reader.u32s("evidence", n)?,
            content_weight: weight,
            neighbors: neighbors.ok_or_else(|| invalid("neighbors", "the rows do not fit the counts"))?,
            content: ContentSimilarity::read_sections(reader, "content.", content)?,
            owned: reader.owned(n)?,
            scratch: ScratchPool::default(),
            items,
        };
        model.check_neighbors()?;
        Ok(model)
    }
}

impl HybridSimilarity {
    /// Every list is as a fit makes it: no longer than asked for, without the item itself, best first.
    fn check_neighbors(&self) -> Result<(), PersistError> {
        for (item, list) in self.neighbors.iter().enumerate() {
            if list.len() > self.params.neighbors {
                return Err(invalid("neighbors", "a list is longer than the parameter 'neighbors'"));
            }
            if list.iter().any(|neighbor| neighbor.item.as_usize() == item) {
                return Err(invalid("neighbors", "an item is its own neighbour"));
            }
            let scored = |neighbor: &Blended| Scored {
                score: self.similarity(ItemIx::new(item), neighbor),
                count: u64::from(neighbor.count),
                item: neighbor.item,
            };
            if !list.is_sorted_by(|a, b| scored(a) > scored(b)) {
                return Err(invalid("neighbors", "a list is not sorted best first"));
            }
        }
        Ok(())
    }
}
