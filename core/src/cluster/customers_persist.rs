//! Clusters of customers in their file.

use ndarray::Array2;

use crate::cluster::choice::ClusterEvidence;
use crate::cluster::clustering::Clustering;
use crate::cluster::features::Plan;
use crate::cluster::measure::Measured;
use crate::cluster::prototypes::Prototypes;
use crate::cluster::{CustomerClusters, CustomerClustersParams, KMeans, KPrototypes};
use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};
use crate::rfm::Rfm;

/// The sections of [`Rfm`] and of [`KMeans`], or `means`, `modes`, `sizes`, `labels`, `cost`, `gamma` and `iterations` of
/// [`KPrototypes`]; where the features are others than recency, frequency and monetary value, `plan` (JSON), `features` (those
/// that `plan` has beside these, column by column) and `channels`; where clusters have other ids than their positions, `ids`
/// and `next_id`; where their number was chosen, `evidence` (JSON).
impl Persist for CustomerClusters {
    const KIND: &'static str = "customer_clusters";

    /// Fails without histories, as [`Rfm`] does.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        self.rfm.write_columns(writer, options)?;
        match &self.clustering {
            Clustering::Means(model) => model.write_run(writer, options)?,
            Clustering::Prototypes(model) => model.write_run(writer)?,
        }
        if self.plan != Plan::rfm(self.rfm.has_monetary()) {
            json(writer, "plan", &self.plan)?;
            let columns: Vec<&Vec<f64>> = self.measured.numbers.iter().collect();
            let values: Vec<f64> = columns.iter().copied().flatten().copied().collect();
            writer.f64s("features", &[columns.len(), self.rfm.len()], &values)?;
            if let Some(channels) = &self.measured.channels {
                writer.u32s("channels", channels.iter().copied())?;
            }
        }
        if !self.ids.iter().copied().eq(0..self.next_id) {
            writer.u32s("ids", self.ids.iter().copied())?;
            writer.u32s("next_id", [self.next_id])?;
        }
        if !self.evidence.is_empty() {
            json(writer, "evidence", &self.evidence)?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<CustomerClustersParams>()?.into_inner();
        let rfm = Rfm::read_columns(params.rfm.clone(), reader)?;
        let (plan, measured) = features(reader, &rfm)?;
        let clustering = if plan.channels.is_some() {
            Clustering::Prototypes(KPrototypes::read_run(&params, &plan, reader)?)
        } else {
            Clustering::Means(KMeans::read_run(params.kmeans.clone(), reader)?)
        };
        let n_columns = clustering.centroids().ncols();
        if clustering.labels().len() != rfm.len() || n_columns != plan.measures.len() {
            let why = "there must be a label for each customer and a column for each feature";
            return Err(invalid("labels", why));
        }
        let evidence = evidence(reader, &params)?;
        let refused = |error: crate::Error| invalid("features", error.to_string());
        let mut model =
            Self::from_parts(params, rfm, (plan, measured), clustering, evidence).map_err(refused)?;
        if reader.has("ids") {
            model.next_id = reader.u32s("next_id", 1)?[0];
            // Far more than fits can have used up; there must be room for new ones.
            if model.next_id > 1 << 31 {
                return Err(invalid("next_id", "it must be at most 2147483648"));
            }
            model.ids = reader.u32s_below("ids", model.n_clusters(), model.next_id as usize)?;
            let mut distinct = model.ids.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() < model.n_clusters() {
                return Err(invalid("ids", "each cluster must have an id of its own"));
            }
        }
        Ok(model)
    }
}

/// The features of the customers.
fn features(reader: &ModelReader<'_>, rfm: &Rfm) -> Result<(Plan, Measured), PersistError> {
    if !reader.has("plan") {
        let plan = Plan::rfm(rfm.has_monetary());
        let measured = Measured::of_rfm(&plan, rfm).expect("this plan has nothing else");
        return Ok((plan, measured));
    }
    let plan: Plan = from_json(reader, "plan")?;
    if !plan.is_valid() {
        return Err(invalid("plan", "it must name columns, each once, and rising words"));
    }
    let (n, columns) = (rfm.len(), plan.measures.len());
    let values = reader.f64s("features", &[columns, n])?;
    let numbers: Vec<Vec<f64>> = (0..columns).map(|column| values[column * n..][..n].to_vec()).collect();
    for (measure, values) in plan.measures.iter().zip(&numbers) {
        // Sums of shares may be a little above 1.
        if !measure.is_amount() && values.iter().any(|value| !(0.0..=1.0 + 1e-9).contains(value)) {
            return Err(invalid("features", "shares must be from 0 to 1"));
        }
    }
    let channels = match &plan.channels {
        Some(words) => Some(reader.u32s_below("channels", n, words.len() + 1)?),
        None => None,
    };
    let of_rfm = Plan { measures: plan.measures.clone(), channels: None };
    let told = Measured::of_rfm_only(&of_rfm, rfm);
    if numbers.iter().zip(told).any(|(stored, told)| told.is_some_and(|told| told != *stored)) {
        return Err(invalid(
            "features",
            "recency, frequency and monetary value must be those of the customers",
        ));
    }
    Ok((plan, Measured { numbers, channels }))
}

/// The evidence, where the number of clusters was chosen.
fn evidence(
    reader: &ModelReader<'_>,
    params: &CustomerClustersParams,
) -> Result<Vec<ClusterEvidence>, PersistError> {
    let Some((min, max)) = params.among else { return Ok(Vec::new()) };
    let evidence: Vec<ClusterEvidence> = from_json(reader, "evidence")?;
    let rises = evidence.iter().zip(min..=max).all(|(one, k)| one.n_clusters == k);
    let chosen: Vec<usize> = evidence.iter().filter(|one| one.chosen).map(|one| one.n_clusters).collect();
    if !rises || evidence.len() > max - min + 1 || chosen != [params.kmeans.n_clusters] {
        let why = "it must be of the numbers to choose from, and choose that of the clusters";
        return Err(invalid("evidence", why));
    }
    Ok(evidence)
}

fn json<T: serde::Serialize>(writer: &mut ModelWriter, section: &str, value: &T) -> Result<(), PersistError> {
    let text = serde_json::to_vec(value).map_err(|error| invalid(section, error.to_string()))?;
    writer.u8s(section, text)
}

fn from_json<T: serde::de::DeserializeOwned>(
    reader: &ModelReader<'_>,
    section: &str,
) -> Result<T, PersistError> {
    let text = reader.u8s(section, None)?;
    serde_json::from_slice(&text).map_err(|error| invalid(section, error.to_string()))
}

impl KPrototypes {
    fn write_run(&self, writer: &mut ModelWriter) -> Result<(), PersistError> {
        let Prototypes { means, modes } = &self.prototypes;
        writer.f64s("means", &[means.nrows(), means.ncols()], &means.iter().copied().collect::<Vec<_>>())?;
        writer.u32s("modes", modes.iter().copied())?;
        writer.u64s("sizes", self.sizes.iter().map(|&size| size as u64))?;
        writer.u32s("labels", self.labels.iter().copied())?;
        writer.f64s("cost", &[1], &[self.cost])?;
        writer.f64s("gamma", &[1], &[self.gamma])?;
        writer.u64s("iterations", [self.n_iter as u64, u64::from(self.converged)])
    }

    /// The model of one column of words.
    fn read_run(
        params: &CustomerClustersParams,
        plan: &Plan,
        reader: &ModelReader<'_>,
    ) -> Result<Self, PersistError> {
        let (k, columns) = (params.kmeans.n_clusters, plan.measures.len());
        let n_words = plan.channels.as_ref().map_or(0, Vec::len);
        let means = reader.f64s("means", &[k, columns])?;
        let means = Array2::from_shape_vec((k, columns), means).expect("the shape was checked");
        let modes = reader.u32s_below("modes", k, n_words + 1)?;
        let modes = Array2::from_shape_vec((k, 1), modes).expect("there is one for each cluster");
        let labels = reader.u32s_below("labels", None, k)?;
        let mut counted = vec![0_u64; k];
        labels.iter().for_each(|&label| counted[label as usize] += 1);
        if reader.u64s("sizes", k)? != counted {
            return Err(invalid("sizes", "they must count the labels"));
        }
        let (cost, gamma) = (reader.f64s("cost", &[1])?[0], reader.f64s("gamma", &[1])?[0]);
        if cost < 0.0 || gamma < 0.0 {
            return Err(invalid(if cost < 0.0 { "cost" } else { "gamma" }, "it cannot be negative"));
        }
        let iterations = reader.u64s("iterations", 2)?;
        let n_iter = usize::try_from(iterations[0]).map_err(|_| invalid("iterations", "too many"))?;
        let sizes = counted.into_iter().map(usize::try_from).collect::<Result<_, _>>();
        let of_fit = Self::params(k).gamma(gamma).n_init(params.kmeans.n_init).seed(params.kmeans.seed);
        Ok(Self {
            params: of_fit,
            gamma,
            prototypes: Prototypes { means, modes },
            labels,
            sizes: sizes.map_err(|_| invalid("sizes", "too large"))?,
            cost,
            n_iter,
            converged: iterations[1] == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Feature, NClusters};
    use crate::data::{LogOptions, OrderLog};
    use crate::datasets::Shop;
    use crate::error::Error;
    use crate::fit::Fit;

    fn log() -> OrderLog {
        Shop::params().lines(600).seed(3).generate().unwrap().to_log(LogOptions::default()).unwrap()
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        let chosen = CustomerClusters::params(NClusters::Among { min: 2, max: 3 }).resamples(2).references(1);
        let chosen = chosen.n_init(2).fit(&log()).unwrap();
        let words =
            CustomerClusters::params(2).features([Feature::Recency, Feature::Weekend, Feature::Channel]);
        let words = words.channel_column("category").fit(&log()).unwrap();
        for model in [&chosen, &words] {
            assert_eq!(&CustomerClusters::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
        }
        type Break = fn(&mut CustomerClusters);
        let breaks: [(&CustomerClusters, &str, Break); 14] = [
            (&chosen, "evidence", |m| m.evidence[0].n_clusters = 3),
            (&chosen, "evidence", |m| m.evidence.iter_mut().for_each(|one| one.chosen = true)),
            (&chosen, "ids", |m| m.ids = vec![1; m.n_clusters()]),
            (&chosen, "ids", |m| m.ids = (5..).take(m.n_clusters()).collect()),
            (&words, "plan", |m| m.plan.measures[1] = m.plan.measures[0].clone()),
            (&words, "plan", |m| m.plan.channels.as_mut().unwrap().reverse()),
            (&words, "features", |m| m.measured.numbers[1][0] = 1.5),
            (&words, "features", |m| m.measured.numbers[1][0] = f64::NAN),
            (&words, "features", |m| m.measured.numbers[0][0] += 1.0),
            (&words, "channels", |m| m.measured.channels.as_mut().unwrap()[0] = 1000),
            (&words, "modes", |m| prototypes(m).prototypes.modes[[0, 0]] = 1000),
            (&words, "sizes", |m| prototypes(m).sizes[0] += 1),
            (&words, "cost", |m| prototypes(m).cost = -1.0),
            (&words, "gamma", |m| prototypes(m).gamma = -1.0),
        ];
        for (at, (model, section, break_it)) in breaks.into_iter().enumerate() {
            let mut broken = model.clone();
            break_it(&mut broken);
            let read = broken.to_bytes().and_then(|bytes| CustomerClusters::from_bytes(&bytes));
            let Err(Error::Persist(PersistError::Invalid { section: found, .. })) = read else {
                panic!("break {at} was not seen")
            };
            assert_eq!(found, section, "break {at}");
        }
    }

    fn prototypes(model: &mut CustomerClusters) -> &mut KPrototypes {
        match &mut model.clustering {
            Clustering::Prototypes(model) => model,
            Clustering::Means(_) => panic!("there are words"),
        }
    }
}
