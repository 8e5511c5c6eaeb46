//! RFM: ways of scoring, grids, migrations, scoring others by stored cut points, against brute forces of a few lines.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeMap;

use kosar::data::{
    Batch, Cell, Column, IdValues, LogBuilder, LogOptions, NumberValues, Role, Table, TimeValues,
};
use kosar::datasets::{self, CustomerType, Shop};
use kosar::rfm::{
    Closed, CutPoints, Cuts, GridSegment, NO_LONGER, NOT_YET, Rfm, RfmCustomer, RfmParams, Scoring,
    SegmentGrid,
};
use kosar::{ErrorKind, Fit, IdRef, OrderLog, Persist, Time};

fn shop() -> OrderLog {
    Shop::params().lines(30_000).seed(3).generate().unwrap().to_log(LogOptions::default()).unwrap()
}

/// A log of orders: customer, day, and the amount where there are prices.
fn log(rows: &[(&str, &str, f64)], has_prices: bool) -> OrderLog {
    let times = TimeValues::Text(rows.iter().map(|row| Some(row.1)).collect());
    let customers = IdValues::Text(rows.iter().map(|row| Some(row.0)).collect());
    let mut batch = Batch::new(rows.len()).time(times).unwrap().ids(Role::Customer, customers).unwrap();
    if has_prices {
        let amounts = NumberValues::Float(rows.iter().map(|row| Some(row.2)).collect());
        batch = batch.numbers(Role::Amount, amounts).unwrap();
    }
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

fn again(model: &Rfm) -> Rfm {
    let read = Rfm::from_bytes(&model.to_bytes().unwrap()).unwrap();
    assert_eq!(read, *model);
    read
}

fn said<T: std::fmt::Debug>(result: kosar::Result<T>) -> String {
    result.unwrap_err().to_string()
}

fn money(customer: &RfmCustomer<'_>) -> i64 {
    customer.monetary.unwrap().millionths()
}

/// The class of each value by the quantiles of ranks, ties in the order in which they stand.
#[allow(clippy::cast_precision_loss, reason = "small")]
fn by_rank(values: &[i64], bins: u8) -> Vec<u8> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&at| values[at]);
    let mut classes = vec![0; values.len()];
    for (rank, &at) in order.iter().enumerate() {
        let h = |i: u8| (values.len() - 1) as f64 * (f64::from(i) / f64::from(bins));
        classes[at] = 1 + (1..bins).map(|i| u8::from(h(i) < rank as f64)).sum::<u8>();
    }
    classes
}

#[test]
fn nested_scores_are_ranks_within_the_classes_before() {
    let log = shop();
    for bins in [3, 5] {
        let rest = SegmentGrid::first_match(bins, vec![], "all").unwrap();
        let rfm = Rfm::params().scores(Scoring::Nested).segments(rest).fit(&log).unwrap();
        let rfm = again(&rfm);
        let rows: Vec<RfmCustomer<'_>> = rfm.iter().collect();
        let days: Vec<i64> = rows.iter().map(|row| row.recency_days).collect();
        let expected: Vec<u8> = by_rank(&days, bins).iter().map(|class| bins + 1 - class).collect();
        assert_eq!(rows.iter().map(|row| row.r_score).collect::<Vec<_>>(), expected);
        for r in 1..=bins {
            let here: Vec<_> = rows.iter().filter(|row| row.r_score == r).collect();
            let orders: Vec<i64> = here.iter().map(|row| i64::from(row.frequency)).collect();
            let found: Vec<u8> = here.iter().map(|row| row.f_score).collect();
            assert_eq!(found, by_rank(&orders, bins), "R{r}");
            for f in 1..=bins {
                let here: Vec<_> = here.iter().filter(|row| row.f_score == f).collect();
                let spent: Vec<i64> = here.iter().map(|row| money(row)).collect();
                let found: Vec<u8> = here.iter().map(|row| row.m_score.unwrap()).collect();
                assert_eq!(found, by_rank(&spent, bins), "R{r} F{f}");
            }
        }
        // Cells are of equal size, which is what the method is for.
        let mut sizes = BTreeMap::new();
        rows.iter().for_each(|row| *sizes.entry((row.r_score, row.f_score)).or_insert(0_usize) += 1);
        let cells = usize::from(bins).pow(2);
        assert_eq!(sizes.len(), cells);
        assert!(sizes.values().all(|size| size.abs_diff(rows.len() / cells) <= 3), "{sizes:?}");
        let (Cuts::PerClass(f), Some(Cuts::PerClass(m))) =
            (&rfm.cut_points().frequency, &rfm.cut_points().monetary)
        else {
            panic!("one list a class");
        };
        assert_eq!((f.len(), m.len()), (usize::from(bins), cells));
    }
}

#[test]
fn natural_breaks_put_equal_values_together_and_survive_the_file() {
    let rfm = again(&Rfm::params().scores(Scoring::Jenks).fit(&shop()).unwrap());
    let mut by_value = BTreeMap::new();
    for row in rfm.iter() {
        assert_eq!(*by_value.entry(row.frequency).or_insert(row.f_score), row.f_score);
    }
    assert!(by_value.values().is_sorted());
    assert_eq!(by_value.values().max(), Some(&5));
}

#[test]
fn cut_points_given_say_the_scores() {
    let log = log(
        &[
            ("a", "2025-01-01", 5.0),
            ("b", "2025-01-05", 20.0),
            ("c", "2025-01-09", 20.5),
            ("c", "2025-01-09", 0.5),
        ],
        true,
    );
    let grid = SegmentGrid::first_match(3, vec![], "all").unwrap();
    let params = |closed| {
        Rfm::params()
            .segments(grid.clone())
            .recency_scores(Scoring::Fixed(vec![1.0, 5.0]))
            .frequency_scores(Scoring::Fixed(vec![1.0, 2.5]))
            .monetary_scores(Scoring::Fixed(vec![5.0, 20.0]))
            .closed(closed)
    };
    let scores = |closed| {
        let rfm = again(&params(closed).fit(&log).unwrap());
        rfm.iter().map(|row| (row.r_score, row.f_score, row.m_score.unwrap())).collect::<Vec<_>>()
    };
    // Days are 9, 5 and 1.
    assert_eq!(scores(Closed::Right), [(1, 1, 1), (2, 1, 2), (3, 2, 3)]);
    assert_eq!(scores(Closed::Left), [(1, 2, 2), (1, 2, 3), (2, 2, 3)]);
    let wrong = params(Closed::Right).recency_scores(Scoring::Fixed(vec![1.0]));
    assert_eq!(said(wrong.fit(&log)), "recency must have 2 cut points for 3 classes, got 1");
    let wrong = params(Closed::Right).monetary_scores(Scoring::Fixed(vec![1.0, f64::INFINITY]));
    assert_eq!(said(wrong.fit(&log)), "the cut points of monetary must be finite, got inf");
    let wrong = params(Closed::Right).frequency_scores(Scoring::Fixed(vec![2.0, 1.0]));
    assert_eq!(said(wrong.fit(&log)), "the cut points of frequency must rise, got 1 after 2");
}

#[test]
fn many_customers_are_scored_as_sorting_says() {
    // Beyond the bound below which values are sorted.
    let log = Shop::params().lines(120_000).generate().unwrap().to_log(LogOptions::default()).unwrap();
    let rfm = Rfm::params().fit(&log).unwrap();
    assert!(rfm.len() > 4_096, "{}", rfm.len());
    let mut spent: Vec<i64> = rfm.iter().map(|row| money(&row)).collect();
    spent.sort_unstable();
    for (cut, i) in rfm.cut_points().monetary.as_ref().unwrap().of(0).iter().zip(1..) {
        #[allow(clippy::cast_precision_loss, reason = "small")]
        let (h, units) =
            ((spent.len() - 1) as f64 * (f64::from(i) / 5.0), |at: usize| spent[at] as f64 / 1e6);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let low = h as usize;
        let expected = units(low) + (units(low + 1) - units(low)) * h.fract();
        assert!((cut - expected).abs() < 1e-9, "{cut} {expected}");
    }
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| Rfm::params().fit(&log).unwrap()), rfm);
    for row in rfm.iter() {
        let cuts = rfm.cut_points().monetary.as_ref().unwrap().of(0);
        let below = cuts.iter().filter(|&&cut| cut < row.monetary.unwrap().to_f64()).count();
        assert_eq!(usize::from(row.m_score.unwrap()), 1 + below);
    }
}

#[test]
fn every_customer_is_in_exactly_one_segment_of_every_grid() {
    let log = shop();
    for name in SegmentGrid::NAMES {
        for scoring in [Scoring::Quantile, Scoring::Rank, Scoring::Jenks, Scoring::Nested] {
            let params = Rfm::params().segments(SegmentGrid::named(name).unwrap()).scores(scoring);
            let rfm = again(&params.fit(&log).unwrap());
            let mut seen: Vec<_> = Vec::new();
            for segment in rfm.grid().names() {
                let members: Vec<IdRef<'_>> = rfm.customers(segment).unwrap().collect();
                assert!(members.iter().all(|&id| rfm.segment(id).unwrap() == segment));
                seen.extend(members);
            }
            seen.sort_unstable();
            let all: Vec<_> = rfm.iter().map(|row| row.customer).collect();
            assert_eq!(seen, all, "{name}");
            let names = rfm.segments_of(all).unwrap();
            assert!(names.iter().zip(rfm.iter()).all(|(name, row)| *name == row.segment));
            let profiles = rfm.profiles();
            assert_eq!(profiles.iter().map(|profile| profile.customers).sum::<usize>(), rfm.len());
        }
    }
    let rfm = Rfm::params().fit(&log).unwrap();
    assert!(
        said(rfm.customers("nobody").map(|_| ())).starts_with("segment must be one of champions, loyal,")
    );
    assert_eq!(said(rfm.segments_of(["C00003", "nobody"])), "unknown customer 'nobody'");
}

#[test]
fn the_types_of_a_generated_shop_are_found_in_their_segments() {
    let shop = Shop::params().lines(100_000).seed(5).generate().unwrap();
    let rfm = Rfm::params().fit(&shop.to_log(LogOptions::default()).unwrap()).unwrap();
    let share = |kind: CustomerType, expected: &[&str]| {
        let (mut found, mut all) = (0.0, 0.0);
        for (customer, _) in shop.truth().customer_types.iter().filter(|(_, of)| *of == kind) {
            let Ok(segment) = rfm.segment(customer.as_str()) else { continue };
            all += 1.0;
            found += f64::from(u8::from(expected.contains(&segment)));
        }
        assert!(all > 50.0, "{kind}: {all}");
        found / all
    };
    let lapsed = share(CustomerType::Lapsed, &["at_risk", "cant_lose", "hibernating"]);
    let loyal = share(CustomerType::Loyal, &["champions", "loyal"]);
    let new = share(CustomerType::New, &["new", "promising", "potential_loyalist", "champions"]);
    let wholesale = share(CustomerType::Wholesaler, &["champions", "loyal"]);
    assert!(
        lapsed > 0.99 && loyal > 0.99 && new > 0.9 && wholesale > 0.99,
        "{lapsed} {loyal} {new} {wholesale}"
    );
}

#[test]
fn weights_make_a_mean_and_scores_stand_side_by_side() {
    let log = shop();
    let rfm = again(&Rfm::params().weights(3.0, 2.0, 0.0).fit(&log).unwrap());
    for row in rfm.iter() {
        let expected = (3.0 * f64::from(row.r_score) + 2.0 * f64::from(row.f_score)) / 5.0;
        assert!((row.score - expected).abs() < 1e-12);
        let digits = format!("{}{}{}", row.r_score, row.f_score, row.m_score.unwrap());
        assert_eq!(row.rfm.unwrap().to_string(), digits);
    }
    let Some(Column::Ints(digits)) = rfm.table().column("RFM").cloned() else { panic!("a column") };
    assert_eq!(digits, rfm.iter().map(|row| row.rfm.unwrap()).collect::<Vec<_>>());
    let ten = SegmentGrid::first_match(10, vec![], "all").unwrap();
    let rfm = Rfm::params().segments(ten).fit(&log).unwrap();
    assert!(rfm.table().column("RFM").is_none() && rfm.iter().all(|row| row.rfm.is_none()));
    for (weights, message) in [
        ([-1.0, 1.0, 1.0], "weights must be finite and at least 0, got -1"),
        ([f64::NAN, 1.0, 1.0], "weights must be finite and at least 0, got NaN"),
        ([0.0; 3], "weights must be of a finite sum above 0, got 0"),
        ([f64::MAX; 3], "weights must be of a finite sum above 0, got inf"),
    ] {
        let [r, f, m] = weights;
        assert_eq!(said(Rfm::params().weights(r, f, m).fit(&log)), message);
    }
}

#[test]
fn without_prices_what_needs_them_is_refused() {
    let log = log(&[("a", "2025-01-01", 0.0), ("b", "2025-01-05", 0.0)], false);
    let rfm = Rfm::params().weights(1.0, 3.0, 9.0).fit(&log).unwrap();
    let a = rfm.customer("a").unwrap();
    assert_eq!((a.m_score, a.rfm), (None, Some(i64::from(a.r_score) * 10 + i64::from(a.f_score))));
    assert!((a.score - (f64::from(a.r_score) + 3.0 * f64::from(a.f_score)) / 4.0).abs() < 1e-12);
    for name in ["rfm-package", "eleven"] {
        let error = Rfm::params().segments(SegmentGrid::named(name).unwrap()).fit(&log).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingColumn);
        assert_eq!(
            error.to_string(),
            "the log has no price column, which a segment grid over monetary scores needs"
        );
    }
    assert_eq!(
        said(Rfm::params().weights(0.0, 0.0, 1.0).fit(&log)),
        "weights must be above 0 for recency or frequency for a log without prices"
    );
}

fn pairs(table: &Table) -> BTreeMap<(String, String), i64> {
    let word = |name: &str, row| match table.column(name).unwrap().cell(row) {
        Cell::Word(word) => word.to_owned(),
        other => panic!("{other:?}"),
    };
    let count = |row| match table.column("customers").unwrap().cell(row) {
        Cell::Int(count) => count,
        other => panic!("{other:?}"),
    };
    (0..table.len()).map(|row| ((word("before", row), word("after", row)), count(row))).collect()
}

#[test]
fn a_migration_counts_each_customer_of_either_date_once() {
    let log = shop();
    let (spring, autumn) = (Time::parse("2025-05-01").unwrap(), Time::parse("2025-11-01").unwrap());
    let before = Rfm::params().as_of(spring).fit(&log).unwrap();
    // The later log does not know the first hundred customers.
    let gone: Vec<_> = before.iter().take(100).map(|row| row.customer.to_id()).collect();
    let later = gone.iter().fold(log.clone(), |log, id| log.forget(id).unwrap());
    let after = before.apply(&later, Some(autumn)).unwrap();
    let migration = before.migration(&after).unwrap();
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in before.iter() {
        let to = after.segment(row.customer).map_or(NO_LONGER, |segment| segment);
        *expected.entry((row.segment.to_owned(), to.to_owned())).or_default() += 1;
    }
    for row in after.iter().filter(|row| before.segment(row.customer).is_err()) {
        *expected.entry((NOT_YET.to_owned(), row.segment.to_owned())).or_default() += 1;
    }
    let found = pairs(&migration.table());
    assert_eq!(found.len(), 11 * 11 - 1);
    assert!(found.iter().all(|(pair, count)| expected.get(pair).copied().unwrap_or(0) == *count));
    assert_eq!(expected.values().sum::<i64>(), i64::try_from(migration.total()).unwrap());
    for ((from, to), count) in &expected {
        assert_eq!(migration.count(from, to), u64::try_from(*count).ok());
    }
    assert_eq!(migration.count("champions", "nobody"), None);
    assert_eq!(migration.count(NOT_YET, NO_LONGER), Some(0));
    assert!(
        expected.keys().any(|(from, _)| from == NOT_YET) && expected.keys().any(|(_, to)| to == NO_LONGER)
    );
    for (row, name) in migration.rows().zip(migration.segments()) {
        assert_eq!(row.iter().sum::<u64>(), before.customers(name).unwrap().count() as u64);
    }
    let still = after.migration(&after).unwrap();
    let moved = pairs(&still.table()).into_iter().filter(|((a, b), count)| a != b && *count > 0).count();
    assert_eq!(moved, 0);
}

#[test]
fn migrations_need_the_same_segments_and_ids_of_one_type() {
    let text = log(&[("a", "2025-01-01", 1.0)], true);
    let rfm = Rfm::params().fit(&text).unwrap();
    let eleven = Rfm::params().segments(SegmentGrid::named("eleven").unwrap()).fit(&text).unwrap();
    assert_eq!(said(rfm.migration(&eleven)), "the segments of both models must be the same for a migration");
    let ids = IdValues::Int([Some(1)].into_iter().collect());
    let batch = Batch::new(1).time(TimeValues::Text([Some("2025-01-01")].into_iter().collect())).unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.ids(Role::Customer, ids).unwrap()).unwrap();
    let numbers = Rfm::params().fit(&builder.finish().unwrap()).unwrap();
    assert_eq!(said(rfm.migration(&numbers)), "customer ids are string here, got the integer 1");
    let nobody = Rfm::params().fit(&log(&[], true)).unwrap();
    assert_eq!(nobody.migration(&numbers).unwrap().total(), 1);
}

#[test]
fn values_are_scored_as_the_models_own_customers_are() {
    let log = shop();
    for (scoring, closed) in [
        (Scoring::Quantile, Closed::Right),
        (Scoring::Quantile, Closed::Left),
        (Scoring::Jenks, Closed::Right),
        (Scoring::Jenks, Closed::Left),
    ] {
        let grid = SegmentGrid::named("rfm-package").unwrap();
        let rfm = Rfm::params().scores(scoring).closed(closed).segments(grid).fit(&log).unwrap();
        let table = score_own(&rfm, &rfm);
        let own = rfm.table();
        for name in ["R_score", "F_score", "M_score", "segment", "score", "RFM"] {
            assert_eq!(table.column(name), own.column(name), "{name}");
        }
        assert_eq!(table.columns().len(), 6);
    }
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn score_own(rfm: &Rfm, of: &Rfm) -> Table {
    let days: Vec<f64> = of.iter().map(|row| row.recency_days as f64).collect();
    let orders: Vec<f64> = of.iter().map(|row| f64::from(row.frequency)).collect();
    let spent: Vec<f64> = of.iter().map(|row| row.monetary.unwrap().to_f64()).collect();
    rfm.score(&days, &orders, Some(&spent)).unwrap()
}

#[test]
fn ranks_and_cells_score_new_values_by_their_cut_points() {
    let log = shop();
    let later =
        Shop::params().lines(8_000).seed(9).generate().unwrap().to_log(LogOptions::default()).unwrap();
    for scoring in [Scoring::Rank, Scoring::Nested, Scoring::Quantile] {
        let rfm = again(&Rfm::params().scores(scoring).fit(&log).unwrap());
        let other = Rfm::params().fit(&later).unwrap();
        let rescored = again(&rfm.rescore(&other).unwrap());
        let table = score_own(&rfm, &other);
        for name in ["R_score", "F_score", "M_score", "segment"] {
            assert_eq!(rescored.table().column(name), table.column(name), "{name}");
        }
        assert_eq!(rescored.table().column("monetary"), other.table().column("monetary"));
        assert_eq!(rescored.cut_points(), rfm.cut_points());
        assert_eq!(rfm.apply(&later, None).unwrap(), rescored);
        // Money has few ties, so that values part it as ranks did.
        let own = rfm.rescore(&rfm).unwrap();
        let same = own.iter().zip(rfm.iter()).filter(|(a, b)| a.r_score == b.r_score).count();
        assert!(same * 100 > rfm.len() * 95, "{same} of {}", rfm.len());
    }
}

#[test]
fn values_that_cannot_be_scored_are_refused() {
    let log = shop();
    let rfm = Rfm::params().fit(&log).unwrap();
    let money: &[f64] = &[1.0];
    for (result, message) in [
        (rfm.score(&[1.0], &[1.0, 2.0], Some(money)), "frequency must have shape (1, 1), got (2, 1)"),
        (
            rfm.score(&[f64::NAN], &[1.0], Some(money)),
            "recency_days must be finite, got NaN at row 0, column 0",
        ),
        (rfm.score(&[-1.0], &[1.0], Some(money)), "recency_days must be at least 0, got -1"),
        (rfm.score(&[1.0], &[0.0], Some(money)), "frequency must be at least 1, got 0"),
        (rfm.score(&[1.0], &[1.0], None), "monetary must be given for a model with monetary values"),
    ] {
        assert_eq!(said(result), message);
    }
    let without = Rfm::params().fit(&self::log(&[("a", "2025-01-01", 0.0)], false)).unwrap();
    let error = said(without.score(&[1.0], &[1.0], Some(money)));
    assert_eq!(error, "monetary must be left out for a model without monetary values");
    let nobody = Rfm::params().fit(&self::log(&[], true)).unwrap();
    let error = said(nobody.score(&[1.0], &[1.0], Some(money)));
    assert_eq!(error, "the model must be fitted on at least one customer for scoring by its cut points");
    assert_eq!(said(nobody.rescore(&rfm)), "recency must have 4 cut points for 5 classes, got 0");
    assert_eq!(
        said(without.rescore(&rfm)),
        "cut_points must be given for monetary value too for a log with prices"
    );
    assert!(rfm.rescore(&without).unwrap().table().column("M_score").is_none());
}

#[test]
fn cut_points_of_another_model_are_held_to_its_classes() {
    let log = shop();
    let nested = Rfm::params().scores(Scoring::Nested).fit(&log).unwrap().cut_points().clone();
    let four = SegmentGrid::first_match(4, vec![], "all").unwrap();
    let fit = |cuts: CutPoints, grid: &SegmentGrid| {
        Rfm::params().segments(grid.clone()).cut_points(Some(cuts)).fit(&log).map(|_| ())
    };
    assert!(fit(nested.clone(), &SegmentGrid::default()).is_ok());
    assert_eq!(said(fit(nested.clone(), &four)), "recency must have 3 cut points for 4 classes, got 4");
    let Cuts::PerClass(mut lists) = nested.frequency.clone() else { panic!("one list a class") };
    lists.pop();
    let few = CutPoints { frequency: Cuts::PerClass(lists.clone()), ..nested.clone() };
    let error = said(fit(few, &SegmentGrid::default()));
    assert_eq!(error, "frequency may have one list of cut points or 5 lists, got 4");
    let swapped = CutPoints { recency: Cuts::PerClass(lists), ..nested };
    let error = said(fit(swapped, &SegmentGrid::default()));
    assert_eq!(error, "recency may have one list of cut points, got 4");
}

#[test]
fn profiles_have_medians_and_means() {
    let rfm =
        Rfm::params().fit(&datasets::toy::corner_shop().to_log(LogOptions::default()).unwrap()).unwrap();
    #[allow(clippy::cast_precision_loss, reason = "small")]
    for profile in rfm.profiles() {
        let members: Vec<_> = rfm.iter().filter(|row| row.segment == profile.segment).collect();
        let n = members.len() as f64;
        let mean = |value: &dyn Fn(&RfmCustomer<'_>) -> f64| members.iter().map(value).sum::<f64>() / n;
        for (found, expected) in [
            (profile.mean_recency_days, mean(&|row| row.recency_days as f64)),
            (profile.mean_frequency, mean(&|row| f64::from(row.frequency))),
            (profile.mean_monetary, mean(&|row| row.monetary.unwrap().to_f64())),
        ] {
            assert!((found - expected).abs() < 1e-9 || (n == 0.0 && found.is_nan()), "{found} {expected}");
        }
    }
}

/// The model with parameters written into its file by other means.
fn with_params(model: &Rfm, change: impl FnOnce(&mut serde_json::Value)) -> Result<RfmParams, String> {
    let text = kosar::persist::params_of(&model.to_bytes().unwrap()).unwrap();
    let mut params: serde_json::Value = serde_json::from_str(&text).unwrap();
    change(&mut params);
    let params: RfmParams = serde_json::from_value(params).map_err(|error| error.to_string())?;
    kosar::Params::validate(&params).map_err(|error| error.to_string())?;
    Ok(params)
}

#[test]
fn parameters_of_a_file_are_held_to_the_same_rules() {
    let model = Rfm::params().fit(&shop()).unwrap();
    assert!(with_params(&model, |_| ()).is_ok());
    type Change = fn(&mut serde_json::Value);
    let changes: [(Change, &str); 5] = [
        (|params| params["weights"] = serde_json::json!([0.0, 0.0, 0.0]), "weights must be of a finite sum"),
        (|params| params["recency"] = serde_json::json!({"fixed": [1.0]}), "recency must have 4 cut points"),
        (|params| params["closed"] = serde_json::json!("both"), "unknown variant `both`"),
        (|params| params["grid"]["other"] = serde_json::json!(""), "the name of a segment must be a text"),
        (|params| params["colour"] = serde_json::json!(1), "unknown field `colour`"),
    ];
    for (change, message) in changes {
        let error = with_params(&model, change).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_segment_may_be_a_box_of_all_three() {
    let grid = SegmentGrid::new(
        2,
        vec![
            GridSegment::new("gone", (1, 1), (1, 2)),
            GridSegment::new("big", (2, 2), (1, 2)).m((2, 2)),
            GridSegment::new("small", (2, 2), (1, 2)).m((1, 1)),
        ],
    )
    .unwrap();
    let rows = [
        ("a", "2025-01-01", 9.0),
        ("b", "2025-01-05", 9.0),
        ("c", "2025-01-09", 1.0),
        ("d", "2025-01-02", 1.0),
    ];
    let rfm = again(&Rfm::params().segments(grid).fit(&log(&rows, true)).unwrap());
    assert_eq!(rfm.segments_of(["a", "b", "c", "d"]).unwrap(), ["gone", "big", "small", "gone"]);
}

#[test]
fn every_customer_is_found_where_they_are_and_others_are_not() {
    for n in [1_i64, 63, 64, 65, 128, 1_000] {
        let ids = IdValues::Int((0..n).map(|id| Some(3 * id - 50)).collect());
        let times = TimeValues::Text((0..n).map(|_| Some("2025-01-01")).collect());
        let rows = usize::try_from(n).unwrap();
        let batch = Batch::new(rows).time(times).unwrap().ids(Role::Customer, ids).unwrap();
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch).unwrap();
        let rfm = Rfm::params().fit(&builder.finish().unwrap()).unwrap();
        for id in -60..3 * n {
            let is_there = id >= -50 && (id + 50) % 3 == 0 && id < 3 * n - 50;
            match rfm.customer(IdRef::Int(id)) {
                Ok(found) => assert!(is_there && found.customer == IdRef::Int(id), "{id} of {n}"),
                Err(error) => assert!(!is_there && error.kind() == ErrorKind::UnknownId, "{id} of {n}"),
            }
        }
        assert_eq!(rfm.segment("a").unwrap_err().kind(), ErrorKind::IdType);
    }
}
