//! A facet as it is read: which values an item, a price or an hour stands for, and what the population leans to.

use crate::affinity::clock::HOURS_OF_WEEK;
use crate::affinity::ledger::Ledger;
use crate::affinity::shelf::{Facts, Shelf};
use crate::affinity::{AffinityParams, Facet};
use crate::data::{IdRef, Rows, Vocabulary};
use crate::money::Money;

/// The days, as values of [`Facet::Weekday`].
pub(super) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What the values of a facet are called.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labels {
    /// Words by bytes.
    Words(Vocabulary),
    /// Names in an order of their own.
    Listed(Vec<String>),
}

impl Labels {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Listed(names) => names.len(),
        }
    }

    pub(super) fn get(&self, value: u32) -> &str {
        match self {
            Self::Words(words) => match words.get(value as usize) {
                IdRef::Str(word) => word,
                IdRef::Int(_) => unreachable!("values are words"),
            },
            Self::Listed(names) => &names[value as usize],
        }
    }

    pub(super) fn find(&self, label: &str) -> Option<u32> {
        let place = match self {
            Self::Words(words) => words.position(IdRef::Str(label)),
            Self::Listed(names) => names.iter().position(|name| name == label),
        };
        place.and_then(|place| u32::try_from(place).ok())
    }
}

/// A facet, derived from a ledger and the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct View {
    pub(super) facet: Facet,
    /// The place of its ledger.
    pub(super) ledger: usize,
    pub(super) labels: Labels,
    /// The values that each code of the ledger stands for, rising.
    pub(super) members: Rows<u32>,
    pub(super) population: Population,
}

/// What all customers together lean to in a facet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Population {
    /// The share of each value, from 0 to 1; where an item has several values they add up to more than 1.
    pub(super) shares: Vec<f64>,
    /// The number of customers of each value.
    pub(super) customers: Vec<u32>,
    /// The number of customers with a value.
    pub(super) all: u32,
}

impl View {
    /// The facet of a ledger; its population is counted later.
    pub(super) fn new(
        facet: &Facet,
        (place, ledger): (usize, &Ledger),
        shelf: Option<(&Shelf, &Facts)>,
        cut_points: &[Money],
    ) -> Self {
        let n = ledger.values.len();
        let one_each = |value: &dyn Fn(usize) -> u32| -> Rows<u32> {
            Rows::from_parts((0..=n).collect(), (0..n).map(value).collect()).expect("one value each")
        };
        let number = |code: usize| match ledger.values.get(code) {
            IdRef::Int(number) => number,
            IdRef::Str(_) => unreachable!("prices and hours are numbers"),
        };
        let narrow = |number: i64| u32::try_from(number).expect("hours of a week are few");
        let listed = |numbers: std::ops::Range<usize>| {
            Labels::Listed(numbers.map(|number| number.to_string()).collect())
        };
        let (labels, members) = match facet {
            Facet::PriceBand => {
                let band = |code: usize| {
                    let below = cut_points.partition_point(|cut| cut.millionths() < number(code));
                    u32::try_from(below).expect("bands are few")
                };
                (listed(1..cut_points.len() + 2), one_each(&band))
            }
            Facet::Weekday => {
                let names = WEEKDAYS.map(str::to_owned).to_vec();
                (Labels::Listed(names), one_each(&|code| narrow(number(code) % HOURS_OF_WEEK / 24)))
            }
            Facet::Hour => (listed(0..24), one_each(&|code| narrow(number(code) % 24))),
            Facet::Column(_) => {
                let own = |code: usize| u32::try_from(code).expect("a vocabulary is bounded to u32");
                (Labels::Words(ledger.values.clone()), one_each(&own))
            }
            Facet::Category | Facet::Brand | Facet::Tag | Facet::Attribute(_) => {
                let (shelf, facts) = shelf.expect("facets of items have a catalogue");
                let row = |place: u32| match place {
                    u32::MAX => &[],
                    place => facts.rows.row(place as usize),
                };
                let members =
                    shelf.places(&ledger.values).into_iter().map(|place| row(place).iter().copied());
                (Labels::Words(facts.values.clone()), members.collect())
            }
        };
        Self { facet: facet.clone(), ledger: place, labels, members, population: Population::default() }
    }

    /// Whether enough customers have a value for it to be told of.
    pub(super) fn shows(&self, value: u32, min_customers: usize) -> bool {
        let Population { shares, customers, .. } = &self.population;
        shares[value as usize] > 0.0 && customers[value as usize] as usize >= min_customers
    }
}

/// The cut points of price bands: those given, or quantiles (type 7) of what was paid, each once, none as high as the highest
/// price.
pub(super) fn cut_points(params: &AffinityParams, prices: Option<&Ledger>) -> Vec<Money> {
    if let Some(given) = &params.price_cut_points {
        return given.clone();
    }
    let Some(ledger) = prices else { return Vec::new() };
    let mut counts = vec![0_u64; ledger.values.len()];
    for entry in ledger.rows.values() {
        counts[entry.code as usize] += u64::from(entry.purchases);
    }
    let price = |code: usize| ledger.values.as_ints().map_or(0, |prices| prices[code]);
    let mut total = 0_u64;
    // How many purchases were at each price or a lower one.
    let up_to: Vec<u64> = counts
        .iter()
        .map(|count| {
            total += count;
            total
        })
        .collect();
    let Some(last) = counts.iter().rposition(|&count| count > 0) else { return Vec::new() };
    let at = |rank: u64| i128::from(price(up_to.partition_point(|&n| n <= rank)));
    let bands = params.price_bands as u64;
    let quantile = |band: u64| {
        let place = u128::from(total - 1) * u128::from(band);
        let (rank, rest) = (place / u128::from(bands), place % u128::from(bands));
        let rank = u64::try_from(rank).expect("below the number of purchases");
        let low = at(rank);
        let high = if rest == 0 { low } else { at(rank + 1) };
        let rest = i128::try_from(rest).expect("below the number of bands");
        let bands = i128::from(bands);
        let cut = low + ((high - low) * rest + bands / 2) / bands;
        Money::from_millionths(i64::try_from(cut).expect("between two prices"))
    };
    let highest = Money::from_millionths(price(last));
    let mut cuts: Vec<Money> = (1..bands).map(quantile).filter(|&cut| cut < highest).collect();
    cuts.dedup();
    cuts
}
