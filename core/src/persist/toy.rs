//! A model for the tests, with every kind of section, and a folder to save it in.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};
use crate::data::{Id, IdKind, Rows, Vocabulary};
use crate::error::{ParamError, PersistError};
use crate::index::ItemIx;
use crate::params::{Checked, Params};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToyParams {
    neighbors: usize,
    decay: f64,
    name: String,
}

impl Params for ToyParams {
    fn validate(&self) -> Result<(), ParamError> {
        crate::params::at_least("neighbors", self.neighbors, 1)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Toy {
    params: Checked<ToyParams>,
    pub(super) items: Vocabulary,
    pub(super) customers: Vocabulary,
    pub(super) counts: Vec<u32>,
    pub(super) best: Vec<u32>,
    pub(super) totals: Vec<u64>,
    pub(super) times: Vec<i64>,
    /// Shape (n_items, 2).
    pub(super) centers: Vec<f64>,
    pub(super) flags: Vec<u8>,
    pub(super) neighbors: Rows<ItemIx>,
    /// A row for each customer.
    pub(super) histories: Option<Rows<ItemIx>>,
}

impl Persist for Toy {
    const KIND: &'static str = "toy";

    fn write(&self, w: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        w.params(&*self.params)?;
        w.vocabulary("items", &self.items)?;
        w.u32s("counts", self.counts.iter().copied())?;
        w.u32s("best", self.best.iter().copied())?;
        w.u64s("totals", self.totals.iter().copied())?;
        w.i64s("times", self.times.iter().copied())?;
        w.f64s("centers", &[self.items.len(), 2], &self.centers)?;
        w.u8s("flags", self.flags.iter().copied())?;
        w.rows("neighbors", &self.neighbors, ItemIx::as_u32)?;
        if let Some(histories) = self.histories.as_ref().filter(|_| options.histories) {
            w.vocabulary("customers", &self.customers)?;
            w.rows("histories", histories, ItemIx::as_u32)?;
        }
        Ok(())
    }

    fn read(r: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = r.vocabulary("items")?;
        let n = items.len();
        let (customers, histories) = if r.has("histories") {
            let customers = r.vocabulary("customers")?;
            let histories = r.rows("histories", customers.len(), n, RowOrder::Rising, ItemIx::from_u32)?;
            (customers, Some(histories))
        } else {
            (Vocabulary::empty(IdKind::Int), None)
        };
        Ok(Self {
            params: r.params()?,
            counts: r.u32s("counts", n)?,
            best: r.u32s_below("best", None, n)?,
            totals: r.u64s("totals", 2)?,
            times: r.i64s("times", r.len("best")?)?,
            centers: r.f64s("centers", &[n, 2])?,
            flags: r.u8s("flags", n)?,
            neighbors: r.rows("neighbors", None, n, RowOrder::Any, ItemIx::from_u32)?,
            items,
            customers,
            histories,
        })
    }
}

impl Toy {
    /// What `read` promises, checked without it.
    pub(super) fn assert_invariants(&self) {
        let n = self.items.len();
        assert!(self.params.neighbors >= 1);
        for ids in [&self.items, &self.customers] {
            let ids: Vec<Id> = ids.iter().map(|id| id.to_id()).collect();
            assert!(ids.is_sorted_by(|a, b| a < b));
        }
        assert_eq!([self.counts.len(), self.flags.len(), self.centers.len() / 2], [n; 3]);
        assert_eq!((self.totals.len(), self.times.len()), (2, self.best.len()));
        assert!(self.best.iter().all(|&item| (item as usize) < n));
        assert!(self.centers.iter().all(|value| value.is_finite()));
        assert!(self.neighbors.iter().flatten().all(|item| item.as_usize() < n));
        let Some(histories) = &self.histories else { return };
        assert_eq!(histories.len(), self.customers.len());
        for row in histories.iter() {
            assert!(row.iter().all(|item| item.as_usize() < n) && row.is_sorted_by(|a, b| a < b));
        }
    }
}

fn rows(rows: &[&[u32]]) -> Rows<ItemIx> {
    rows.iter().map(|row| row.iter().copied().map(ItemIx::from_u32)).collect()
}

pub(super) fn toy() -> Toy {
    let params = ToyParams { neighbors: 3, decay: 0.1, name: "a \"b\"\n\\ č".to_owned() };
    Toy {
        params: params.check().unwrap(),
        items: ["pear", "", "äpfel"].map(Id::from).into_iter().collect(),
        customers: [-7, 1 << 60].map(Id::from).into_iter().collect(),
        counts: vec![0, 7, u32::MAX],
        best: vec![2],
        totals: vec![u64::MAX, 0],
        times: vec![i64::MIN],
        centers: vec![0.1, -0.0, 5e-324, f64::MAX, 1.0, f64::MIN],
        flags: vec![0, 1, 255],
        neighbors: rows(&[&[2, 0, 2], &[]]),
        histories: Some(rows(&[&[0, 2], &[1]])),
    }
}

/// A model of nothing: arrays of no values are where a shape can lie.
pub(super) fn empty_toy() -> Toy {
    let params = ToyParams { neighbors: 1, decay: 0.0, name: String::new() };
    Toy {
        params: params.check().unwrap(),
        items: Vocabulary::empty(IdKind::Str),
        customers: Vocabulary::empty(IdKind::Str),
        counts: vec![],
        best: vec![],
        totals: vec![0, 0],
        times: vec![],
        centers: vec![],
        flags: vec![],
        neighbors: Rows::default(),
        histories: Some(Rows::default()),
    }
}

/// A folder of one test, removed behind it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kosar-persist-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What is in the folder, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
