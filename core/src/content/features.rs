//! The features of the items of a catalogue, weighed.

use crate::content::price::log_of;
use crate::content::words::{each_ngram, each_word};
use crate::content::{ContentSimilarityParams, Facet};
use crate::data::{Catalog, IdKind, Rows, Vocabulary};
use crate::data::{IdRef, Interner};
use crate::error::{IntakeError, Result};
use crate::fit::Control;
use crate::index::{ItemIx, MAX_INDICES};

/// Items looked at before the control is.
const ITEMS_PER_STEP: usize = 1024;

/// Between the name and the value of an attribute.
pub(super) const OF: char = '\u{1f}';

/// A feature of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) feature: u32,
    /// Above 0; the sum of the squares of an item's weights is at most 1.
    pub(super) weight: f32,
}

/// What items are compared by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Features {
    /// The features that more than one item has, each with the letter of its facet before it.
    pub(super) names: Vocabulary,
    /// Those of each item, rising.
    pub(super) rows: Rows<Weighed>,
    /// The logarithm of each price; 0 where there is none.
    pub(super) log_prices: Vec<f64>,
    /// The weight of each price; 0 where there is none.
    pub(super) price_weights: Vec<f64>,
}

impl Features {
    /// Those of a catalogue.
    ///
    /// In a facet, a feature that an item has `tf` times, of words `1 + ln tf`, is multiplied by
    /// `idf = ln((1 + n) / (1 + df)) + 1`, where `df` of `n` items have it (as scikit-learn's `TfidfVectorizer` has it with
    /// `sublinear_tf`), and the facet is brought to length 1. Facet `b` is then multiplied by `sqrt(w_b / W)`, `W` being the
    /// sum of the weights of the facets that the item has. So the scalar product of two items with all facets is the
    /// weighted mean of the cosines of their facets, and that of any two is their cosine.
    pub(super) fn of(catalog: &Catalog, params: &ContentSimilarityParams, control: &Control) -> Result<Self> {
        let (names, counts) = counted(catalog, params, control)?;
        let n_items = counts.len();
        let mut df = vec![0_u32; names.len()];
        counts.values().iter().for_each(|&(feature, _)| df[feature as usize] += 1);
        let limit = params.max_df * as_f64(n_items);
        let idf: Vec<f64> =
            df.iter().map(|&df| (as_f64(1 + n_items) / (1.0 + f64::from(df))).ln() + 1.0).collect();
        let facets: Vec<Facet> = names.iter().map(facet_of).collect();

        // A feature of one item alone counts for the length and can match nothing.
        let is_kept = |feature: usize| df[feature] > 1 && f64::from(df[feature]) <= limit;
        let kept: Vec<usize> = (0..names.len()).filter(|&feature| is_kept(feature)).collect();
        let mut new = vec![u32::MAX; names.len()];
        for (at, &feature) in kept.iter().enumerate() {
            new[feature] = u32::try_from(at).expect("features are bounded to u32");
        }

        let mut features = Self {
            names: names.subset(kept.into_iter()),
            rows: Rows::default(),
            log_prices: Vec::with_capacity(n_items),
            price_weights: Vec::with_capacity(n_items),
        };
        let mut row: Vec<(u32, f64)> = Vec::new();
        for (item, counts) in counts.iter().enumerate() {
            row.clear();
            let mut lengths = [0.0; Facet::ALL.len()];
            for &(feature, count) in counts.iter().filter(|&&(f, _)| f64::from(df[f as usize]) <= limit) {
                let raw = (1.0 + f64::from(count).ln()) * idf[feature as usize];
                lengths[facets[feature as usize] as usize] += raw * raw;
                row.push((feature, raw));
            }
            let price = catalog.price_at(item).filter(|_| params.price > 0.0);
            let has =
                |&facet: &Facet| lengths[facet as usize] > 0.0 || (facet == Facet::Price && price.is_some());
            let total: f64 = Facet::ALL.iter().filter(|facet| has(facet)).map(|&f| params.weight_of(f)).sum();
            features.rows.push(row.iter().filter(|&&(feature, _)| new[feature as usize] != u32::MAX).map(
                |&(feature, raw)| {
                    let facet = facets[feature as usize];
                    let weight = raw * (params.weight_of(facet) / (lengths[facet as usize] * total)).sqrt();
                    Weighed { feature: new[feature as usize], weight: as_f32(weight) }
                },
            ));
            features.log_prices.push(price.map_or(0.0, log_of));
            features.price_weights.push(price.map_or(0.0, |_| (params.price / total).sqrt()));
        }
        Ok(features)
    }

    /// The features of an item.
    pub(super) fn row(&self, item: ItemIx) -> &[Weighed] {
        self.rows.row(item.as_usize())
    }
}

/// The facet of a feature.
fn facet_of(feature: IdRef<'_>) -> Facet {
    let IdRef::Str(text) = feature else { unreachable!("features are text") };
    Facet::of_feature(text).expect("each feature begins with the letter of its facet").0
}

/// The features, and how often each item has each of its own, rising.
fn counted(
    catalog: &Catalog,
    params: &ContentSimilarityParams,
    control: &Control,
) -> Result<(Vocabulary, Rows<(u32, u32)>)> {
    let mut names = Interner::new(IdKind::Str);
    let mut found: Rows<u32> = Rows::default();
    let mut own: Vec<u32> = Vec::new();
    for item in 0..catalog.n_items() {
        if item % ITEMS_PER_STEP == 0 {
            control.check()?;
        }
        own.clear();
        let mut is_full = false;
        let mut feature = String::new();
        each_feature(catalog, item, params, |facet, parts| {
            feature.clear();
            feature.push(facet.letter());
            parts.iter().for_each(|part| feature.push_str(part));
            match names.intern(feature.as_str().into()) {
                Some(number) => own.push(number),
                None => is_full = true,
            }
        });
        if is_full {
            return Err(IntakeError::TooMany { what: "features", max: MAX_INDICES as u64 }.into());
        }
        found.push(own.iter().copied());
    }
    let (names, new) = names.finish();
    let mut counts = Rows::default();
    for row in found.iter() {
        own.clear();
        own.extend(row.iter().map(|&number| new[number as usize]));
        own.sort_unstable();
        let count = |same: &[u32]| (same[0], u32::try_from(same.len()).unwrap_or(u32::MAX));
        counts.push(own.chunk_by(|a, b| a == b).map(count));
    }
    Ok((names, counts))
}

/// Gives every feature of an item, a word as often as it stands there.
fn each_feature(
    catalog: &Catalog,
    item: usize,
    params: &ContentSimilarityParams,
    mut take: impl FnMut(Facet, &[&str]),
) {
    let counts = |facet| params.weight_of(facet) > 0.0;
    if counts(Facet::Category) {
        let tree = catalog.categories();
        let deepest = catalog.deepest(ItemIx::new(item)).iter();
        let mut all: Vec<_> =
            deepest.flat_map(|&own| std::iter::once(own).chain(tree.above(own).map(|c| c.id))).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().for_each(|category| take(Facet::Category, &[tree.get(category).path]));
    }
    if let Some(brand) = catalog.brand_at(item).filter(|_| counts(Facet::Brand)) {
        take(Facet::Brand, &[brand]);
    }
    if counts(Facet::Tags) {
        catalog.tags_at(item).for_each(|tag| take(Facet::Tags, &[tag]));
    }
    if counts(Facet::Attributes) {
        let of = OF.to_string();
        catalog.attributes_at(item).for_each(|(name, value)| take(Facet::Attributes, &[name, &of, value]));
    }
    for (facet, text) in [(Facet::Title, catalog.name_at(item)), (Facet::Text, catalog.text_at(item))] {
        let Some(text) = text.filter(|_| counts(facet)) else { continue };
        each_word(text, |word| match params.ngrams {
            None => take(facet, &[word]),
            Some(range) => each_ngram(word, range, |piece| take(facet, &[piece])),
        });
    }
}

#[allow(clippy::cast_precision_loss, reason = "numbers of items are exact in a double")]
fn as_f64(n: usize) -> f64 {
    n as f64
}

#[allow(clippy::cast_possible_truncation, reason = "from 0 to 1, to the nearest")]
fn as_f32(weight: f64) -> f32 {
    weight as f32
}
