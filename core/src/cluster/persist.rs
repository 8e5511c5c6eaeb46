//! The model in its file.

use crate::cluster::KMeans;
use crate::cluster::kmeans_params::KMeansParams;
use crate::cluster::lloyd::Run;
use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};

/// Sections: `centroids` (clusters x features), `sizes`, `inertia`, `iterations` (how many; 1 where converged), and with
/// histories `labels`.
impl Persist for KMeans {
    const KIND: &'static str = "kmeans";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        self.write_run(writer, options)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        Self::read_run(reader.params::<KMeansParams>()?.into_inner(), reader)
    }
}

impl KMeans {
    /// Everything but the parameters.
    pub(super) fn write_run(
        &self,
        writer: &mut ModelWriter,
        options: SaveOptions,
    ) -> Result<(), PersistError> {
        let run = &self.run;
        writer.f64s("centroids", &[run.sizes.len(), self.n_features], &run.centroids)?;
        writer.u64s("sizes", run.sizes.iter().map(|&size| size as u64))?;
        writer.f64s("inertia", &[1], &[run.inertia])?;
        writer.u64s("iterations", [run.n_iter as u64, u64::from(run.converged)])?;
        if options.histories {
            writer.u32s("labels", run.labels.iter().copied())?;
        }
        Ok(())
    }

    /// The model of parameters already read.
    pub(super) fn read_run(params: KMeansParams, reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let k = params.n_clusters;
        let sizes = reader.u64s("sizes", k)?.into_iter().map(usize::try_from);
        let sizes: Vec<usize> = sizes.collect::<Result<_, _>>().map_err(|_| invalid("sizes", "too large"))?;
        let n_values = reader.len("centroids")?;
        if n_values == 0 || !n_values.is_multiple_of(k) {
            return Err(invalid("centroids", "there must be the same features for each cluster"));
        }
        let n_features = n_values / k;
        let centroids = reader.f64s("centroids", &[k, n_features])?;
        let labels = if reader.has("labels") { reader.u32s_below("labels", None, k)? } else { Vec::new() };
        if !labels.is_empty() {
            let mut counted = vec![0; k];
            labels.iter().for_each(|&label| counted[label as usize] += 1);
            if counted != sizes {
                return Err(invalid("sizes", "they must count the labels"));
            }
        }
        let inertia = reader.f64s("inertia", &[1])?[0];
        if inertia < 0.0 {
            return Err(invalid("inertia", "it cannot be negative"));
        }
        let iterations = reader.u64s("iterations", 2)?;
        let n_iter = usize::try_from(iterations[0]).map_err(|_| invalid("iterations", "too many"))?;
        let run = Run { centroids, labels, sizes, inertia, n_iter, converged: iterations[1] == 1 };
        Ok(Self { params, n_features, run })
    }
}
