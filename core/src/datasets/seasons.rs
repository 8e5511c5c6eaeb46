//! Seasons of categories: when in the year and in the week what is in a category sells best.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::draw::cos_of_turns;
use super::shop_params::ShopParams;
use super::words::CATEGORIES;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// When a category sells best: what is in it is chosen in proportion to `1 + s cos(2 pi (day - peak) / period)`, once for
/// the year and once for the week, each with its strength s.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CategorySeason {
    /// The category.
    pub category: &'static str,
    /// The day of the year at which the category sells best: from 1 to 365.
    pub peak_day: usize,
    /// The day of the week at which the category sells best: from 0, Monday, to 6, Sunday.
    pub peak_weekday: usize,
}

/// How likely what is in a category is to be taken where it is proposed, for each day of a span.
pub(super) struct Seasons {
    /// `(n_days, n_categories)`; empty where no season is asked for.
    shares: Vec<f64>,
    /// One a category; empty where no season is asked for.
    pub(super) categories: Vec<CategorySeason>,
}

impl Seasons {
    pub(super) fn new(params: &ShopParams, random: &mut Random) -> Self {
        let is_none = |strength: f64| strength.total_cmp(&0.0).is_eq();
        if is_none(params.yearly) && is_none(params.weekly) {
            return Self { shares: Vec::new(), categories: Vec::new() };
        }
        let categories: Vec<CategorySeason> = CATEGORIES
            .iter()
            .map(|category| CategorySeason {
                category: category.name,
                peak_day: 1 + random.below(365),
                peak_weekday: random.below(7),
            })
            .collect();
        let mut shares = Vec::with_capacity(params.days * categories.len());
        for day in 0..params.days {
            let (of_year, of_week) = place(params.start, day);
            for season in &categories {
                let yearly = wave(params.yearly, of_year, season.peak_day, 365);
                shares.push(yearly * wave(params.weekly, of_week, season.peak_weekday, 7));
            }
        }
        Self { shares, categories }
    }

    /// Whether something of a category that is proposed on a day is taken; without seasons always, and nothing is drawn.
    pub(super) fn take(&self, day: usize, category: usize, random: &mut Random) -> bool {
        self.shares.is_empty() || random.unit() < self.shares[day * self.categories.len() + category]
    }
}

/// From 0 to 1, highest at the peak.
#[allow(clippy::cast_precision_loss, reason = "days of a year")]
fn wave(strength: f64, day: usize, peak: usize, period: usize) -> f64 {
    let turns = (day as f64 - peak as f64) / period as f64;
    (1.0 + strength * cos_of_turns(turns)) / (1.0 + strength)
}

/// The day of the year, from 1, and of the week, from Monday, of a day of a span that is on the calendar.
fn place(start: Time, day: usize) -> (usize, usize) {
    let offset = i64::try_from(day).expect("a span has few days") * MICROS_PER_DAY;
    let instant = jiff::Timestamp::from_microsecond(start.micros() + offset)
        .expect("checked parameters have a span on the calendar");
    let date = TimeZone::UTC.to_datetime(instant).date();
    let count = |n: i16| usize::try_from(n).expect("counted from 0 or 1");
    (count(date.day_of_year()), count(date.weekday().to_monday_zero_offset().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_taken_most_often_at_its_peak() {
        let params = ShopParams::default().yearly(0.8).weekly(0.5);
        let seasons = Seasons::new(&params, &mut Random::new(1, 0));
        let n = seasons.categories.len();
        for (category, season) in seasons.categories.iter().enumerate() {
            let share = |day: usize| seasons.shares[day * n + category];
            let best = (0..365).max_by(|&a, &b| share(a).total_cmp(&share(b))).unwrap();
            // 2025 begins on a Wednesday; the best day is the peak's weekday nearest to the peak of the year.
            assert_eq!((best + 2) % 7, season.peak_weekday, "{season:?}");
            let away = best.abs_diff(season.peak_day - 1);
            assert!(away.min(365 - away) <= 4, "{best} {season:?}");
            assert!((0..365).all(|day| (0.0..=1.0).contains(&share(day))));
        }
    }

    #[test]
    fn without_seasons_everything_is_taken_and_nothing_drawn() {
        let mut random = Random::new(1, 0);
        let seasons = Seasons::new(&ShopParams::default(), &mut random);
        assert!(seasons.take(3, 4, &mut random) && seasons.categories.is_empty());
        assert_eq!(random.below(1_000_000), Random::new(1, 0).below(1_000_000));
    }
}
