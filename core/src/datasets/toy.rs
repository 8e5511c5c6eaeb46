//! Shops so small that a person can work out every answer.

use super::lines::ShopLines;
use crate::time::{MICROS_PER_DAY, Time};

/// Ten breakfast baskets.
///
/// | basket | items | | basket | items |
/// |---|---|---|---|---|
/// | 1 | bread, butter, jam | | 6 | bread, milk |
/// | 2 | bread, butter, jam | | 7 | coffee, milk |
/// | 3 | bread, butter | | 8 | coffee, milk |
/// | 4 | bread, butter, coffee | | 9 | coffee |
/// | 5 | bread, coffee | | 10 | milk, tea |
///
/// Counts: bread 6, coffee 5, butter 4, milk 4, jam 2, tea 1; bread with butter 4, with jam 2, with coffee 2, with milk 1;
/// butter with jam 2, with coffee 1; coffee with milk 2; milk with tea 1; bread, butter and jam 2; bread, butter and
/// coffee 1.
///
/// | rule | confidence | lift | |
/// |---|---|---|---|
/// | butter -> bread | 4/4 | 10/6 | butter never comes without bread |
/// | bread -> butter | 4/6 | 10/6 | lift is the same both ways, confidence is not |
/// | jam -> butter | 2/2 | 10/4 | |
/// | jam -> bread, butter | 2/2 | 10/4 | |
/// | coffee -> milk | 2/5 | 1 | as often as by chance: 10 * 2 = 5 * 4 |
/// | bread -> coffee | 2/6 | 2/3 | less often than by chance |
///
/// ```
/// let baskets = kosar::datasets::toy::breakfast();
/// let butter = baskets.iter().filter(|basket| basket.contains(&"butter")).count();
/// assert_eq!((baskets.len(), butter), (10, 4));
/// ```
#[must_use]
pub fn breakfast() -> Vec<Vec<&'static str>> {
    vec![
        vec!["bread", "butter", "jam"],
        vec!["bread", "butter", "jam"],
        vec!["bread", "butter"],
        vec!["bread", "butter", "coffee"],
        vec!["bread", "coffee"],
        vec!["bread", "milk"],
        vec!["coffee", "milk"],
        vec!["coffee", "milk"],
        vec!["coffee"],
        vec!["milk", "tea"],
    ]
}

/// Half a year of a corner shop: five customers, nine purchases, one of them anonymous, and one return.
///
/// As of 2025-07-01, recency in whole days since the last purchase, frequency in purchases, monetary less returns:
///
/// | customer | recency | frequency | monetary | |
/// |---|---|---|---|---|
/// | anna | 2 | 3 | 17.50 | comes often, for bread |
/// | ben | 171 | 1 | 8.00 | gone for long; 171 days and 15 hours are 171 days |
/// | cleo | 120 | 1 | 12.00 | |
/// | dora | 14 | 2 | 46.00 | spends most; the return of 2025-06-20 is no purchase, but takes 6.00 off |
/// | emil | 0 | 1 | 8.00 | a minute before the first of July |
///
/// ```
/// let lines = kosar::datasets::toy::corner_shop();
/// assert_eq!(lines.len(), 11);
/// assert_eq!(lines.customer[0].as_deref(), Some("ben"));
/// ```
#[must_use]
pub fn corner_shop() -> ShopLines {
    /// Order; day of the year, from 0, hour and minute; customer; item; quantity; price.
    type Row = (&'static str, (i64, i64, i64), Option<&'static str>, &'static str, f64, f64);
    const ROWS: [Row; 11] = [
        ("1", (9, 9, 0), Some("ben"), "cheese", 1.0, 8.0), // 2025-01-10
        ("2", (60, 17, 30), Some("cleo"), "wine", 2.0, 6.0), // 2025-03-02
        ("3", (149, 8, 15), Some("anna"), "bread", 2.0, 3.0), // 2025-05-30
        ("3", (149, 8, 15), Some("anna"), "butter", 1.0, 2.5), // 2025-05-30
        ("4", (160, 8, 20), Some("anna"), "bread", 1.0, 3.0), // 2025-06-10
        ("5", (162, 12, 0), None, "apples", 1.5, 4.0),     // 2025-06-12
        ("6", (165, 18, 0), Some("dora"), "wine", 6.0, 6.0), // 2025-06-15
        ("7", (166, 18, 5), Some("dora"), "cheese", 2.0, 8.0), // 2025-06-16
        ("R6", (170, 11, 0), Some("dora"), "wine", -1.0, 6.0), // 2025-06-20
        ("8", (178, 10, 0), Some("anna"), "bread", 2.0, 3.0), // 2025-06-28
        ("9", (180, 23, 59), Some("emil"), "apples", 2.0, 4.0), // 2025-06-30
    ];
    let mut lines = ShopLines::with_capacity(ROWS.len());
    for (order, (day, hour, minute), customer, item, quantity, price) in ROWS {
        lines.push(customer, order, item, in_2025(day, hour, minute), quantity, price);
    }
    lines
}

/// A shop of `n` customers and `n` items in two camps: customer `c` has ordered every item of the same parity except
/// item `c` itself, at 1.00 each, in one order on day `c` of 2025.
///
/// So there is one right recommendation for each customer, whom everyone alike has bought it: customer `c03` wants item
/// `i03`. Items of the same parity are similar, others never meet. Ids sort by number up to `n` = 100.
///
/// ```
/// let lines = kosar::datasets::toy::checkerboard(6);
/// let bought = |customer: &str| -> Vec<&str> {
///     let rows = (0..lines.len()).filter(|&row| lines.customer[row].as_deref() == Some(customer));
///     rows.filter_map(|row| lines.item[row].as_deref()).collect()
/// };
/// assert_eq!(bought("c01"), ["i03", "i05"]);
/// assert_eq!(bought("c03"), ["i01", "i05"]);
/// ```
#[must_use]
pub fn checkerboard(n: usize) -> ShopLines {
    let mut lines = ShopLines::default();
    for (day, customer) in (0..).zip(0..n) {
        for item in (customer % 2..n).step_by(2).filter(|&item| item != customer) {
            let (order, item) = (format!("o{customer:02}"), format!("i{item:02}"));
            lines.push(Some(&format!("c{customer:02}")), &order, &item, in_2025(day, 12, 0), 1.0, 1.0);
        }
    }
    lines
}

/// An instant by its day of the year 2025, from 0.
const fn in_2025(day: i64, hour: i64, minute: i64) -> Time {
    /// 2025-01-01 in days since 1970.
    const NEW_YEAR: i64 = 20_089;
    Time::from_micros((NEW_YEAR + day) * MICROS_PER_DAY + (hour * 60 + minute) * 60_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakfast_has_the_counts_of_its_tables() {
        let baskets = breakfast();
        let count = |items: &[&str]| {
            baskets.iter().filter(|basket| items.iter().all(|item| basket.contains(item))).count()
        };
        for (items, expected) in [
            (&["bread"][..], 6),
            (&["coffee"], 5),
            (&["butter"], 4),
            (&["milk"], 4),
            (&["jam"], 2),
            (&["tea"], 1),
            (&["bread", "butter"], 4),
            (&["bread", "jam"], 2),
            (&["bread", "coffee"], 2),
            (&["bread", "milk"], 1),
            (&["butter", "jam"], 2),
            (&["butter", "coffee"], 1),
            (&["coffee", "milk"], 2),
            (&["milk", "tea"], 1),
            (&["bread", "butter", "jam"], 2),
            (&["bread", "butter", "coffee"], 1),
        ] {
            assert_eq!(count(items), expected, "{items:?}");
        }
        assert_eq!(baskets.iter().map(Vec::len).sum::<usize>(), 22);
    }

    #[test]
    fn the_corner_shop_has_the_recency_frequency_and_monetary_of_its_table() {
        let lines = corner_shop();
        let as_of = Time::parse("2025-07-01").unwrap();
        for (customer, recency, frequency, monetary) in [
            ("anna", 2, 3, 17.5),
            ("ben", 171, 1, 8.0),
            ("cleo", 120, 1, 12.0),
            ("dora", 14, 2, 46.0),
            ("emil", 0, 1, 8.0),
        ] {
            let all: Vec<usize> =
                (0..lines.len()).filter(|&row| lines.customer[row].as_deref() == Some(customer)).collect();
            let mut bought = all.clone();
            bought.retain(|&row| lines.quantity[row] > 0.0);
            let last = bought.iter().map(|&row| lines.time[row]).max().unwrap();
            assert_eq!(as_of.days_since(last), recency, "{customer}");
            bought.dedup_by_key(|row| lines.order[*row].clone());
            assert_eq!(bought.len(), frequency, "{customer}");
            let spent: f64 = all.iter().map(|&row| lines.quantity[row] * lines.price[row]).sum();
            assert!((spent - monetary).abs() < 1e-9, "{customer}: {spent}");
        }
        assert!(lines.time.is_sorted());
        assert_eq!(lines.time[1].to_string(), "2025-03-02T17:30:00Z");
        assert_eq!(lines.time[10].to_string(), "2025-06-30T23:59:00Z");
    }

    #[test]
    fn a_checkerboard_has_one_white_cell_for_each_customer() {
        let lines = checkerboard(10);
        assert_eq!(lines.len(), 10 * 4);
        for row in 0..lines.len() {
            let number = |id: &str| id[1..].parse::<usize>().unwrap();
            let customer = number(lines.customer[row].as_deref().unwrap());
            let item = number(lines.item[row].as_deref().unwrap());
            assert!(customer % 2 == item % 2 && customer != item, "row {row}");
        }
        assert!(lines.time.is_sorted() && checkerboard(0).is_empty());
    }
}
