//! The parameters of a generated shop.

use super::calendar::Calendar;
use super::catalog::{MAX_ITEMS, MIN_ITEMS};
use super::repeat::RepeatBuying;
use super::shop::Shop;
use super::troubles::ShopTroubles;
use crate::error::ParamError;
use crate::params::{Checked, Params, at_least};
use crate::time::Time;

/// 2025-01-01.
const DEFAULT_START: Time = Time::from_micros(1_735_689_600_000_000);

/// The most lines that a shop may have.
const MAX_LINES: usize = 40_000_000;

/// The most events that a shop may have.
const MAX_CLICKS: usize = 10_000_000;

/// The most pairs of complements that are planted unasked.
const MAX_PLANTED: usize = 1_000;

/// The longest span, about ten years.
const MAX_DAYS: usize = 3_650;

/// The parameters of a [`Shop`]; made by [`Shop::params`], which lists the defaults.
///
/// Equal parameters give equal shops, byte for byte, on every platform.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopParams {
    pub(super) lines: usize,
    pub(super) seed: u64,
    pub(super) start: Time,
    pub(super) days: usize,
    pub(super) items: Option<usize>,
    pub(super) zipf: f64,
    pub(super) order_size: f64,
    pub(super) complements: Option<usize>,
    pub(super) substitutes: Option<usize>,
    pub(super) companion_rate: f64,
    pub(super) rebuy_rate: f64,
    pub(super) anonymous: f64,
    pub(super) return_rate: f64,
    pub(super) dirty: f64,
    pub(super) repeat: Option<RepeatBuying>,
    pub(super) yearly: f64,
    pub(super) weekly: f64,
    pub(super) consumables: f64,
    pub(super) clicks: usize,
    pub(super) cart_rate: f64,
    pub(super) buy_rate: f64,
    pub(super) troubles: Option<ShopTroubles>,
}

impl Default for ShopParams {
    fn default() -> Self {
        Self {
            lines: 10_000,
            seed: 1,
            start: DEFAULT_START,
            days: 365,
            items: None,
            zipf: 1.0,
            order_size: 4.0,
            complements: None,
            substitutes: None,
            companion_rate: 0.5,
            rebuy_rate: 0.35,
            anonymous: 0.1,
            return_rate: 0.02,
            dirty: 0.0,
            repeat: None,
            yearly: 0.0,
            weekly: 0.0,
            consumables: 0.0,
            clicks: 0,
            cart_rate: 0.2,
            buy_rate: 0.4,
            troubles: None,
        }
    }
}

impl ShopParams {
    /// The number of order lines, returns included: from 100 to 40 million.
    #[must_use]
    pub fn lines(self, lines: usize) -> Self {
        Self { lines, ..self }
    }

    /// The seed: any number; another seed gives another shop.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The first day: a midnight in UTC.
    #[must_use]
    pub fn start(self, start: Time) -> Self {
        Self { start, ..self }
    }

    /// The number of days in which all lines fall: from 28 to 3650.
    #[must_use]
    pub fn days(self, days: usize) -> Self {
        Self { days, ..self }
    }

    /// The number of products: from 40 to 1,000,000.
    #[must_use]
    pub fn items(self, items: usize) -> Self {
        Self { items: Some(items), ..self }
    }

    /// How uneven popularity is, from 0 (even) to 2: a product of rank r has the weight 1 / (r + 5)^zipf.
    #[must_use]
    pub fn zipf(self, zipf: f64) -> Self {
        Self { zipf, ..self }
    }

    /// About the mean number of products in an order, from 1.5 to 12; a wholesaler's orders have about twice as many.
    #[must_use]
    pub fn order_size(self, order_size: f64) -> Self {
        Self { order_size, ..self }
    }

    /// The number of pairs of complements to plant, at most a tenth of the products; time grows with pairs times products.
    #[must_use]
    pub fn complements(self, complements: usize) -> Self {
        Self { complements: Some(complements), ..self }
    }

    /// The number of pairs of substitutes to plant, at most as many as complements.
    #[must_use]
    pub fn substitutes(self, substitutes: usize) -> Self {
        Self { substitutes: Some(substitutes), ..self }
    }

    /// The chance, from 0 to 1, that a product brings a complement along into an order with room left.
    #[must_use]
    pub fn companion_rate(self, companion_rate: f64) -> Self {
        Self { companion_rate, ..self }
    }

    /// The chance, from 0 to 1, that a customer with earlier orders takes a product from those.
    #[must_use]
    pub fn rebuy_rate(self, rebuy_rate: f64) -> Self {
        Self { rebuy_rate, ..self }
    }

    /// The share of orders without a customer, from 0 to 0.9.
    #[must_use]
    pub fn anonymous(self, anonymous: f64) -> Self {
        Self { anonymous, ..self }
    }

    /// The share of lines that are returns, from 0 to 0.1.
    #[must_use]
    pub fn return_rate(self, return_rate: f64) -> Self {
        Self { return_rate, ..self }
    }

    /// The share of lines that get a [`Defect`](super::Defect), from 0 to 0.5; other lines stay as they would be.
    #[must_use]
    pub fn dirty(self, dirty: f64) -> Self {
        Self { dirty, ..self }
    }

    /// How customers buy again: by BG/NBD, with known parameters, in place of the six types. A first order falls in the first
    /// half of the span; then weekdays and seasons do not move orders. `None` for the six types.
    #[must_use]
    pub fn repeat(self, repeat: Option<RepeatBuying>) -> Self {
        Self { repeat, ..self }
    }

    /// How much the categories sell by the time of the year, from 0 (not at all) to 1 (nothing half a year off the peak);
    /// see [`CategorySeason`](super::CategorySeason).
    #[must_use]
    pub fn yearly(self, yearly: f64) -> Self {
        Self { yearly, ..self }
    }

    /// How much the categories sell by the day of the week, from 0 to 1.
    #[must_use]
    pub fn weekly(self, weekly: f64) -> Self {
        Self { weekly, ..self }
    }

    /// The share of products that are used up and bought again when they are, from 0 to 0.3, by regular and loyal customers;
    /// see [`Consumable`](super::Consumable). It does not go with [`repeat`](Self::repeat), as such orders come when they are
    /// due.
    #[must_use]
    pub fn consumables(self, consumables: f64) -> Self {
        Self { consumables, ..self }
    }

    /// The number of [events](Shop::to_events): from 0 (none, the default) to 10 million.
    ///
    /// They lead to orders chosen by chance, as many as the number allows: of an order's items each was looked at, put into
    /// the cart and bought, and others on the way there were not. Where there are more events than all orders need, the rest
    /// are of visitors who only look.
    #[must_use]
    pub fn clicks(self, clicks: usize) -> Self {
        Self { clicks, ..self }
    }

    /// The share of the products looked at in a session that are put into the cart, from 0.02 to 1.
    #[must_use]
    pub fn cart_rate(self, cart_rate: f64) -> Self {
        Self { cart_rate, ..self }
    }

    /// The share of the products put into the cart in a session that are bought, from 0.02 to 1.
    #[must_use]
    pub fn buy_rate(self, buy_rate: f64) -> Self {
        Self { buy_rate, ..self }
    }

    /// Plants what spoils recommendations, on top of the lines and events asked for: bots, postage, second codes, bursts,
    /// gaps, wrong clocks. What is not asked for leaves a shop as it is, byte for byte.
    #[must_use]
    pub fn troubles(self, troubles: Option<ShopTroubles>) -> Self {
        Self { troubles, ..self }
    }

    /// Checks the parameters and generates the shop.
    ///
    /// Linear in the numbers of lines and events, a second or less for a million of either; a line and an event take 32 bytes
    /// each, and about 200 bytes more a line once [`Shop::lines`] is asked for.
    ///
    /// # Errors
    /// The first parameter found with a value that is not allowed.
    pub fn generate(&self) -> Result<Shop, ParamError> {
        Ok(self.clone().check()?.generate())
    }

    /// The number of products, given or by the number of lines: 400 for ten thousand, 4,000 for a million.
    pub(super) fn n_items(&self) -> usize {
        self.items.unwrap_or_else(|| (4 * self.lines.isqrt()).clamp(MIN_ITEMS, MAX_ITEMS))
    }

    pub(super) fn n_complements(&self) -> usize {
        self.complements.unwrap_or_else(|| (self.n_items() / 20).min(MAX_PLANTED))
    }

    pub(super) fn n_substitutes(&self) -> usize {
        self.substitutes.unwrap_or_else(|| self.n_complements() / 2)
    }
}

impl Checked<ShopParams> {
    /// Generates the shop; parameters already checked leave nothing to fail.
    #[must_use]
    pub fn generate(&self) -> Shop {
        Shop::generate(self)
    }
}

impl Params for ShopParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("lines", self.lines, 100)?;
        at_most("lines", self.lines, MAX_LINES, "from 100 to 40,000,000")?;
        if self.start != self.start.floor_day() {
            return Err(ParamError::NotMidnight { name: "start", value: self.start.to_string() });
        }
        at_least("days", self.days, 28)?;
        at_most("days", self.days, MAX_DAYS, "from 28 to 3650")?;
        if Calendar::new(self.start, self.days).is_none() {
            return Err(ParamError::Date { name: "start", value: self.start.to_string() });
        }
        at_least("items", self.n_items(), MIN_ITEMS)?;
        at_most("items", self.n_items(), MAX_ITEMS, "from 40 to 1,000,000")?;
        within("zipf", self.zipf, 0.0, 2.0, "from 0 to 2")?;
        within("order_size", self.order_size, 1.5, 12.0, "from 1.5 to 12")?;
        at_most("complements", self.n_complements(), self.n_items() / 10, "at most a tenth of items")?;
        at_most("substitutes", self.n_substitutes(), self.n_complements(), "at most complements")?;
        within("companion_rate", self.companion_rate, 0.0, 1.0, "from 0 to 1")?;
        within("rebuy_rate", self.rebuy_rate, 0.0, 1.0, "from 0 to 1")?;
        within("anonymous", self.anonymous, 0.0, 0.9, "from 0 to 0.9")?;
        within("return_rate", self.return_rate, 0.0, 0.1, "from 0 to 0.1")?;
        within("dirty", self.dirty, 0.0, 0.5, "from 0 to 0.5")?;
        self.repeat.as_ref().map_or(Ok(()), RepeatBuying::validate)?;
        within("yearly", self.yearly, 0.0, 1.0, "from 0 to 1")?;
        within("weekly", self.weekly, 0.0, 1.0, "from 0 to 1")?;
        within("consumables", self.consumables, 0.0, 0.3, "from 0 to 0.3")?;
        if self.repeat.is_some() && self.consumables > 0.0 {
            return Err(ParamError::NotWith { name: "consumables", allowed: "0", with: "repeat" });
        }
        at_most("clicks", self.clicks, MAX_CLICKS, "from 0 to 10,000,000")?;
        within("cart_rate", self.cart_rate, 0.02, 1.0, "from 0.02 to 1")?;
        within("buy_rate", self.buy_rate, 0.02, 1.0, "from 0.02 to 1")?;
        self.troubles.as_ref().map_or(Ok(()), ShopTroubles::validate)
    }
}

#[allow(clippy::cast_precision_loss, reason = "only shown in a message")]
pub(super) fn at_most(
    name: &'static str,
    value: usize,
    max: usize,
    allowed: &'static str,
) -> Result<(), ParamError> {
    if value <= max { Ok(()) } else { Err(ParamError::OutOfRange { name, value: value as f64, allowed }) }
}

/// Refuses a number outside of its range, and what is no number.
pub(super) fn within(
    name: &'static str,
    value: f64,
    low: f64,
    high: f64,
    allowed: &'static str,
) -> Result<(), ParamError> {
    if (low..=high).contains(&value) { Ok(()) } else { Err(ParamError::OutOfRange { name, value, allowed }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPEAT: RepeatBuying = RepeatBuying { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

    fn refused(params: &ShopParams) -> ParamError {
        params.generate().expect_err("not allowed")
    }

    #[test]
    fn the_defaults_are_allowed() {
        assert_eq!(ShopParams::default().validate(), Ok(()));
        assert_eq!(Time::parse("2025-01-01"), Ok(DEFAULT_START));
    }

    #[test]
    fn whole_numbers_below_their_minimum_are_refused() {
        let shop = ShopParams::default();
        for (name, min, params) in [
            ("lines", 100, shop.clone().lines(99)),
            ("days", 28, shop.clone().days(27)),
            ("items", 40, shop.items(39)),
        ] {
            let error = refused(&params);
            assert_eq!(error, ParamError::TooSmall { name, value: min - 1, min });
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused_with_the_range_in_words() {
        let shop = ShopParams::default();
        for (message, params) in [
            ("lines must be from 100 to 40,000,000, got 40000001", shop.clone().lines(40_000_001)),
            ("days must be from 28 to 3650, got 3651", shop.clone().days(3651)),
            ("items must be from 40 to 1,000,000, got 1000001", shop.clone().items(1_000_001)),
            ("zipf must be from 0 to 2, got -1", shop.clone().zipf(-1.0)),
            ("order_size must be from 1.5 to 12, got 1", shop.clone().order_size(1.0)),
            ("complements must be at most a tenth of items, got 11", shop.clone().items(100).complements(11)),
            ("substitutes must be at most complements, got 4", shop.clone().complements(3).substitutes(4)),
            ("companion_rate must be from 0 to 1, got 1.5", shop.clone().companion_rate(1.5)),
            ("rebuy_rate must be from 0 to 1, got NaN", shop.clone().rebuy_rate(f64::NAN)),
            ("anonymous must be from 0 to 0.9, got 1", shop.clone().anonymous(1.0)),
            ("return_rate must be from 0 to 0.1, got 0.2", shop.clone().return_rate(0.2)),
            ("dirty must be from 0 to 0.5, got 0.6", shop.clone().dirty(0.6)),
            (
                "r must be from 0.05 to 100, got 0",
                shop.clone().repeat(Some(RepeatBuying { r: 0.0, ..REPEAT })),
            ),
            (
                "alpha must be from 0.1 to 10,000, got NaN",
                shop.clone().repeat(Some(RepeatBuying { alpha: f64::NAN, ..REPEAT })),
            ),
            (
                "a must be from 0.05 to 100, got -1",
                shop.clone().repeat(Some(RepeatBuying { a: -1.0, ..REPEAT })),
            ),
            (
                "b must be from 0.05 to 100, got 101",
                shop.clone().repeat(Some(RepeatBuying { b: 101.0, ..REPEAT })),
            ),
            ("yearly must be from 0 to 1, got 2", shop.clone().yearly(2.0)),
            ("weekly must be from 0 to 1, got -1", shop.clone().weekly(-1.0)),
            ("consumables must be from 0 to 0.3, got 0.5", shop.clone().consumables(0.5)),
            ("consumables must be 0 for repeat", shop.clone().consumables(0.1).repeat(Some(REPEAT))),
            ("clicks must be from 0 to 10,000,000, got 10000001", shop.clone().clicks(10_000_001)),
            ("cart_rate must be from 0.02 to 1, got 0", shop.clone().cart_rate(0.0)),
            ("buy_rate must be from 0.02 to 1, got inf", shop.buy_rate(f64::INFINITY)),
        ] {
            assert_eq!(refused(&params).to_string(), message);
        }
    }

    #[test]
    fn a_start_off_midnight_or_off_the_calendar_is_refused() {
        let noon = ShopParams::default().start(Time::from_micros(43_200_000_000));
        assert!(matches!(refused(&noon), ParamError::NotMidnight { name: "start", .. }));
        let far = ShopParams::default().start(Time::from_micros(i64::MAX).floor_day());
        assert!(matches!(refused(&far), ParamError::Date { name: "start", .. }));
    }
}
