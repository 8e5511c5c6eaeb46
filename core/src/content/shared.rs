//! What two items have in common, in words.

use crate::content::Facet;
use crate::content::features::{Features, OF};
use crate::content::index::each_shared;
use crate::data::{Id, IdRef};
use crate::index::ItemIx;
use crate::rank::Reason;

/// How many tags, attributes and words a reason names.
const NAMED: usize = 5;

/// Why an item is like another: what they share, the most telling first.
pub(super) fn reason(features: &Features, item: ItemIx, to: ItemIx, to_id: Id, similarity: f64) -> Reason {
    let mut shared: Vec<(f64, u32)> = Vec::new();
    each_shared(features.row(item), features.row(to), |feature, product| shared.push((product, feature)));
    shared.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let of = |facet: Facet| {
        shared.iter().filter_map(move |&(_, feature)| match features.names.get(feature as usize) {
            IdRef::Str(text) => {
                Facet::of_feature(text).filter(|&(own, _)| own == facet).map(|(_, rest)| rest)
            }
            IdRef::Int(_) => None,
        })
    };
    let first = |facet: Facet, n: usize| -> Vec<String> {
        of(facet).take(n).map(|text| text.trim().replace(OF, " ")).collect()
    };
    // Of a category and the one above it that have the same items, the one below comes later.
    let rarest = shared.iter().max_by(|a, b| {
        let is_category = |feature: u32| facet_and_rest(features, feature).0 == Facet::Category;
        (is_category(a.1).cmp(&is_category(b.1))).then(a.0.total_cmp(&b.0)).then(a.1.cmp(&b.1))
    });
    let rarest = rarest.map(|&(_, feature)| facet_and_rest(features, feature));
    let mut words = first(Facet::Title, NAMED);
    for word in first(Facet::Text, NAMED) {
        if words.len() < NAMED && !words.contains(&word) {
            words.push(word);
        }
    }
    Reason::Alike {
        to: to_id,
        similarity,
        category: rarest.filter(|&(facet, _)| facet == Facet::Category).map(|(_, path)| path.to_owned()),
        brand: of(Facet::Brand).next().map(str::to_owned),
        tags: first(Facet::Tags, NAMED),
        attributes: first(Facet::Attributes, NAMED),
        words,
    }
}

/// What a feature is of, and what it is.
fn facet_and_rest(features: &Features, feature: u32) -> (Facet, &str) {
    let IdRef::Str(text) = features.names.get(feature as usize) else { unreachable!("features are text") };
    Facet::of_feature(text).expect("each feature begins with the letter of its facet")
}
