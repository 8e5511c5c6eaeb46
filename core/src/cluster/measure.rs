//! The features of customers, read from a log.

use crate::cluster::features::{Feature, Features, Measure, Plan};
use crate::data::{Attribute, Catalog, NONE, OrderLog};
use crate::error::{ParamError, Result};
use crate::fit::Control;
use crate::index::{CategoryIx, CustomerIx, ItemIx, OrderIx};
use crate::money::{Money, Quantity};
use crate::rfm::Rfm;
use crate::time::{MICROS_PER_DAY, Time};

/// More words than this are no channels of a shop; each is a column where the number of clusters is chosen.
const MAX_CHANNELS: usize = 100;

/// A log, and what belongs to reading features from it.
pub(super) struct Source<'a> {
    pub(super) log: &'a OrderLog,
    pub(super) catalog: Option<&'a Catalog>,
    /// Whose features are read, and as of when.
    pub(super) rfm: &'a Rfm,
    pub(super) discount_column: &'a str,
    pub(super) channel_column: &'a str,
}

/// The features of customers as they are, in the order of the customers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Measured {
    /// A column for each measure of the plan.
    pub(super) numbers: Vec<Vec<f64>>,
    /// The position of each customer's channel among the words of the plan, their number for one that is none of them;
    /// `None` where the channel is no feature.
    pub(super) channels: Option<Vec<u32>>,
}

impl Measured {
    /// The columns of a plan that recency, frequency and monetary value are; nothing for others.
    pub(super) fn of_rfm_only(plan: &Plan, rfm: &Rfm) -> Vec<Option<Vec<f64>>> {
        let nothing = Sums::default();
        let column = |measure: &Measure| {
            let is_told = matches!(measure, Measure::Recency | Measure::Frequency | Measure::Monetary);
            let values = rfm.iter().map(|customer| nothing.measure(measure, &customer, Time::from_micros(0)));
            is_told.then(|| values.collect())
        };
        plan.measures.iter().map(column).collect()
    }

    /// What a plan asks for, where [`Rfm`] tells it all.
    pub(super) fn of_rfm(plan: &Plan, rfm: &Rfm) -> Option<Self> {
        if plan.channels.is_some() {
            return None;
        }
        let numbers = Self::of_rfm_only(plan, rfm).into_iter().collect::<Option<_>>()?;
        Some(Self { numbers, channels: None })
    }
}

impl<'a> Source<'a> {
    /// What the log cannot do without for a feature, where it has not got it.
    fn lacks(&self, feature: Feature) -> Option<&'static str> {
        let log = self.log;
        let (has, needs) = match feature {
            Feature::Monetary | Feature::OrderValue => (log.has_amounts(), "prices"),
            Feature::BasketSize => (log.items().is_some(), "items"),
            Feature::Discount => {
                (self.attribute(self.discount_column).is_some(), "the kept column that discount_column names")
            }
            Feature::Returns => {
                let is_return = |order| log.lines_of(order).any(|line| line.quantity < Quantity::ZERO);
                (log.orders().any(is_return), "a line that was returned")
            }
            Feature::DayPart => {
                let times = || log.orders().filter_map(|order| log.time_of(order));
                (times().any(|time| time != time.floor_day()), "times of day")
            }
            Feature::Categories => {
                let has = self.catalog.is_some_and(|catalog| !catalog.categories().is_empty());
                (has && log.items().is_some(), "items, and a catalogue with categories")
            }
            Feature::Channel => {
                let words = matches!(self.attribute(self.channel_column), Some(Attribute::Category { .. }));
                (words, "the kept column of words that channel_column names")
            }
            Feature::Recency
            | Feature::Frequency
            | Feature::Tenure
            | Feature::Interval
            | Feature::Weekend => (true, ""),
        };
        (!has).then_some(needs)
    }

    /// Settles the columns of features.
    pub(super) fn plan(&self, features: &Features, max_categories: usize) -> Result<Plan> {
        let asked: Vec<Feature> = match features {
            Features::Rfm => return Ok(Plan::rfm(self.rfm.has_monetary())),
            Features::All => Feature::ALL.into_iter().filter(|&one| self.lacks(one).is_none()).collect(),
            Features::Only(named) => named.clone(),
        };
        if let Some((feature, needs)) = asked.iter().find_map(|&one| Some((one, self.lacks(one)?))) {
            let has = Feature::ALL.into_iter().filter(|&one| self.lacks(one).is_none());
            let has = has.map(Feature::as_str).collect::<Vec<_>>().join(", ");
            return Err(ParamError::NoFeature { feature: feature.as_str(), needs, has }.into());
        }
        let mut plan = Plan { measures: Vec::new(), channels: None };
        for feature in asked {
            let one = match feature {
                Feature::Recency => Measure::Recency,
                Feature::Frequency => Measure::Frequency,
                Feature::Monetary => Measure::Monetary,
                Feature::Tenure => Measure::Tenure,
                Feature::Interval => Measure::Interval,
                Feature::BasketSize => Measure::BasketSize,
                Feature::OrderValue => Measure::OrderValue,
                Feature::Discount => Measure::Discount,
                Feature::Returns => Measure::Returns,
                Feature::Weekend => Measure::Weekend,
                Feature::DayPart => {
                    plan.measures.extend((0..4).map(Measure::DayPart));
                    continue;
                }
                Feature::Categories => {
                    plan.measures.extend(self.widest(max_categories)?);
                    continue;
                }
                Feature::Channel => {
                    let words = self.channel_words();
                    if words.len() > MAX_CHANNELS {
                        let (name, value, max) =
                            ("the number of channels", words.len() as u64, MAX_CHANNELS as u64);
                        return Err(ParamError::TooLarge { name, value, max }.into());
                    }
                    plan.channels = Some(words);
                    continue;
                }
            };
            plan.measures.push(one);
        }
        Ok(plan)
    }

    /// Reads what a plan asks for.
    ///
    /// A pass over the lines, and two more where categories are among it.
    pub(super) fn read(&self, plan: &Plan, control: &Control) -> Result<Measured> {
        for measure in &plan.measures {
            if let Some(needs) = self.lacks_to_read(measure.feature()) {
                let (feature, has) = (measure.feature().as_str(), "less than the log of the fit".to_owned());
                return Err(ParamError::NoFeature { feature, needs, has }.into());
            }
        }
        if let Some(measured) = Measured::of_rfm(plan, self.rfm) {
            return Ok(measured);
        }
        let sums = self.sums();
        control.check()?;
        let shares = self.category_shares(plan)?;
        control.check()?;
        let column = |(measure, shares): (&Measure, Option<Vec<f64>>)| {
            shares.unwrap_or_else(|| {
                let customers = self.rfm.iter().zip(&sums);
                customers.map(|(customer, sums)| sums.measure(measure, &customer, self.as_of())).collect()
            })
        };
        let numbers = plan.measures.iter().zip(shares).map(column).collect();
        let channels = plan.channels.as_ref().map(|words| self.channels(words)).transpose()?;
        Ok(Measured { numbers, channels })
    }

    /// As [`Source::lacks`], but a log in which nothing was returned, or in which all was at midnight, tells just that.
    fn lacks_to_read(&self, feature: Feature) -> Option<&'static str> {
        match feature {
            Feature::Returns | Feature::DayPart => None,
            _ => self.lacks(feature),
        }
    }

    fn as_of(&self) -> Time {
        self.rfm.as_of().unwrap_or(Time::from_micros(0))
    }

    fn attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.log.attributes().iter().find(|(other, _)| other == name).map(|(_, attribute)| attribute)
    }

    /// The orders of the customers before `as_of`: the customer's position, the order, and its first line's.
    fn orders(&self) -> impl Iterator<Item = (usize, OrderIx, usize)> {
        let positions = self.positions();
        let as_of = self.as_of();
        let mut line = 0;
        self.log.orders().filter_map(move |order| {
            let first = line;
            line += self.log.lines_of(order).len();
            let in_time = self.log.time_of(order).is_some_and(|time| time < as_of);
            let customer = self.log.customer_of(order).map(CustomerIx::as_usize);
            let position = customer.and_then(|customer| positions[customer]).filter(|_| in_time)?;
            Some((position, order, first))
        })
    }

    /// Where each customer of the log stands among those whose features are read.
    fn positions(&self) -> Vec<Option<usize>> {
        let mut positions = vec![None; self.log.n_customers()];
        if let Some(ids) = self.log.customers() {
            for (position, customer) in self.rfm.iter().enumerate() {
                if let Some(at) = ids.position(customer.customer) {
                    positions[at] = Some(position);
                }
            }
        }
        positions
    }

    /// What is summed up of each customer.
    fn sums(&self) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.rfm.len()];
        let discount = self.attribute(self.discount_column);
        for (position, order, first) in self.orders() {
            let sums = &mut sums[position];
            let counts = self.log.is_purchase(order);
            let mut item = None;
            for (line, at) in self.log.lines_of(order).zip(first..) {
                sums.lines += 1;
                sums.returned += u64::from(line.quantity < Quantity::ZERO);
                if !self.log.is_bought(&line) {
                    continue;
                }
                sums.bought += 1;
                sums.discounted += u64::from(match discount {
                    Some(Attribute::Number(values)) => values[at] > 0.0,
                    Some(attribute) => attribute.word(at).is_some(),
                    None => false,
                });
                if counts {
                    // Lines of an order are sorted by item.
                    sums.items += u64::from(item != Some(line.item));
                    item = Some(line.item);
                    sums.paid += line.amount.map_or(0, |amount| i128::from(amount.millionths()));
                }
            }
            if let Some(time) = self.log.time_of(order).filter(|_| counts) {
                sums.first = Some(sums.first.map_or(time, |first| first.min(time)));
                sums.last = sums.last.max(Some(time));
                let quarter = time.micros().rem_euclid(MICROS_PER_DAY) / (MICROS_PER_DAY / 4);
                sums.quarters[usize::try_from(quarter).expect("there are four")] += 1;
                // The first day of 1970 was a Thursday.
                let weekday = (time.micros().div_euclid(MICROS_PER_DAY) + 3).rem_euclid(7);
                sums.weekend += u64::from(weekday >= 5);
            }
        }
        sums
    }

    /// What a line counts for among categories: what was paid, or 1 where there are no prices.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn weights(&self) -> impl Iterator<Item = (usize, ItemIx, f64)> {
        self.orders().flat_map(move |(position, order, _)| {
            self.log.lines_of(order).filter(|line| self.log.is_bought(line)).filter_map(move |line| {
                let weight = line.amount.map_or(1.0, |amount| amount.max(Money::ZERO).millionths() as f64);
                Some((position, line.item?, weight))
            })
        })
    }

    /// The widest categories of each item of the log, each once.
    fn tops(&self, catalog: &Catalog) -> Result<Vec<Vec<CategoryIx>>> {
        let tree = catalog.categories();
        let top = |&category: &CategoryIx| tree.above(category).last().map_or(category, |above| above.id);
        let mut tops = Vec::with_capacity(self.log.n_items());
        for id in self.log.items().into_iter().flat_map(|items| items.iter()) {
            let known = catalog.items().look_up("item", id)?.map(ItemIx::new);
            let deepest = known.map_or(&[][..], |item| catalog.deepest(item));
            let mut categories: Vec<CategoryIx> = deepest.iter().map(top).collect();
            categories.dedup();
            tops.push(categories);
        }
        Ok(tops)
    }

    /// The widest categories that most is spent in, in the order of the tree, and one for the rest.
    #[allow(clippy::cast_precision_loss, reason = "an item has few categories")]
    fn widest(&self, max_categories: usize) -> Result<Vec<Measure>> {
        let Some(catalog) = self.catalog else { return Ok(Vec::new()) };
        let tops = self.tops(catalog)?;
        let mut spent = vec![0.0; catalog.categories().len()];
        for (_, item, weight) in self.weights() {
            let categories = &tops[item.as_usize()];
            categories.iter().for_each(|one| spent[one.as_usize()] += weight / categories.len() as f64);
        }
        let mut found: Vec<CategoryIx> = catalog.categories().children(None).map(|top| top.id).collect();
        found.sort_by(|a, b| spent[b.as_usize()].total_cmp(&spent[a.as_usize()]));
        found.retain(|top| spent[top.as_usize()] > 0.0);
        found.truncate(max_categories);
        found.sort_unstable();
        let path = |top: CategoryIx| Measure::Category(catalog.categories().get(top).path.to_owned());
        Ok(found.into_iter().map(path).chain([Measure::OtherCategories]).collect())
    }

    /// The columns of the categories, and nothing for the other measures.
    #[allow(clippy::cast_precision_loss, reason = "an item has few categories")]
    fn category_shares(&self, plan: &Plan) -> Result<Vec<Option<Vec<f64>>>> {
        let is_share = |measure: &Measure| measure.feature() == Feature::Categories;
        let (Some(catalog), true) = (self.catalog, plan.measures.iter().any(is_share)) else {
            return Ok(vec![None; plan.measures.len()]);
        };
        let zeros = |measure| is_share(measure).then(|| vec![0.0; self.rfm.len()]);
        let mut shares: Vec<Option<Vec<f64>>> = plan.measures.iter().map(zeros).collect();
        let other = plan.measures.iter().position(|measure| *measure == Measure::OtherCategories);
        let mut column = vec![other; catalog.categories().len()];
        for (at, measure) in plan.measures.iter().enumerate() {
            // A catalogue that came later may be without the category.
            if let Measure::Category(path) = measure
                && let Ok(category) = catalog.categories().find(path)
            {
                column[category.as_usize()] = Some(at);
            }
        }
        let tops = self.tops(catalog)?;
        let mut whole = vec![0.0; self.rfm.len()];
        for (position, item, weight) in self.weights() {
            whole[position] += weight;
            let categories = &tops[item.as_usize()];
            let columns = categories.iter().map(|top| column[top.as_usize()]);
            let columns = columns.chain(categories.is_empty().then_some(other)).flatten();
            for at in columns {
                if let Some(values) = &mut shares[at] {
                    values[position] += weight / categories.len().max(1) as f64;
                }
            }
        }
        for values in shares.iter_mut().flatten() {
            values.iter_mut().zip(&whole).for_each(|(value, &whole)| *value = ratio(*value, whole));
        }
        Ok(shares)
    }

    /// The channel of each customer as its code in the log.
    fn channel_codes(&self) -> Vec<u32> {
        let Some(Attribute::Category { codes, .. }) = self.attribute(self.channel_column) else {
            return vec![NONE; self.rfm.len()];
        };
        let mut found: Vec<(usize, u32)> = Vec::new();
        for (position, order, first) in self.orders().filter(|&(_, order, _)| self.log.is_purchase(order)) {
            let lines = first..first + self.log.lines_of(order).len();
            found.extend(codes[lines].iter().find(|&&code| code != NONE).map(|&code| (position, code)));
        }
        found.sort_unstable();
        let mut best = vec![(0, NONE); self.rfm.len()];
        for run in found.chunk_by(|a, b| a == b) {
            let (position, code) = run[0];
            if run.len() > best[position].0 {
                best[position] = (run.len(), code);
            }
        }
        best.into_iter().map(|(_, code)| code).collect()
    }

    fn channel_word(&self, code: u32) -> Option<&'a str> {
        let Some(Attribute::Category { words, .. }) = self.attribute(self.channel_column) else {
            return None;
        };
        if code == NONE {
            return None;
        }
        match words.get(code as usize) {
            crate::data::IdRef::Str(word) => Some(word),
            crate::data::IdRef::Int(_) => None,
        }
    }

    /// The channels of the customers, each once.
    fn channel_words(&self) -> Vec<String> {
        let mut codes = self.channel_codes();
        codes.sort_unstable();
        codes.dedup();
        codes.into_iter().filter_map(|code| self.channel_word(code)).map(str::to_owned).collect()
    }

    /// The channel of each customer by its position among some words.
    fn channels(&self, words: &[String]) -> Result<Vec<u32>> {
        if let Some(needs) = self.lacks(Feature::Channel) {
            let (feature, has) = (Feature::Channel.as_str(), "less than the log of the fit".to_owned());
            return Err(ParamError::NoFeature { feature, needs, has }.into());
        }
        let find = |word: &str| words.binary_search_by(|other| other.as_str().cmp(word)).ok();
        let position = |code| self.channel_word(code).and_then(find).unwrap_or(words.len());
        let number = |code| u32::try_from(position(code)).expect("words are bounded to u32");
        Ok(self.channel_codes().into_iter().map(number).collect())
    }
}

/// What is summed up of a customer.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    first: Option<Time>,
    last: Option<Time>,
    lines: u64,
    returned: u64,
    bought: u64,
    discounted: u64,
    /// Of the orders that count: their different items together, and what was paid, in millionths.
    items: u64,
    paid: i128,
    quarters: [u64; 4],
    weekend: u64,
}

impl Sums {
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn measure(&self, measure: &Measure, customer: &crate::rfm::RfmCustomer<'_>, as_of: Time) -> f64 {
        let orders = f64::from(customer.frequency);
        let since = |time: Option<Time>| time.map_or(0, |time| as_of.days_since(time)) as f64;
        let share = |part: u64, whole: u64| ratio(part as f64, whole as f64);
        match measure {
            Measure::Recency => customer.recency_days as f64,
            Measure::Frequency => orders,
            Measure::Monetary => customer.monetary.map_or(0.0, Money::to_f64),
            Measure::Tenure => since(self.first),
            Measure::Interval => match (self.first, self.last) {
                (Some(first), Some(last)) if customer.frequency > 1 => {
                    let micros = last.micros() as f64 - first.micros() as f64;
                    micros / MICROS_PER_DAY as f64 / (orders - 1.0)
                }
                _ => since(self.last),
            },
            Measure::BasketSize => ratio(self.items as f64, orders),
            Measure::OrderValue => ratio(self.paid as f64 / 1e6, orders),
            Measure::Discount => share(self.discounted, self.bought),
            Measure::Returns => share(self.returned, self.lines),
            Measure::DayPart(quarter) => {
                share(self.quarters[usize::from(*quarter)], self.quarters.iter().sum())
            }
            Measure::Weekend => share(self.weekend, self.quarters.iter().sum()),
            Measure::Category(_) | Measure::OtherCategories => 0.0,
        }
    }
}

/// A part of a whole; 0 where there is none.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
