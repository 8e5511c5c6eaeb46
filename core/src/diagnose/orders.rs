//! What is wrong with a log of orders.

use crate::data::OrderLog;
use crate::diagnose::clocks::{
    OrderNames, has_hours, marked, midnights, out_of_order, out_of_time, same_instants,
};
use crate::diagnose::finding::{Concerned, Found};
use crate::diagnose::names::names;
use crate::diagnose::{DiagnoseOptions, Diagnosis, FindingKind, days, duplicates, merchandise, wholesalers};
use crate::error::Result;
use crate::time::MICROS_PER_DAY;

impl OrderLog {
    /// Looks for what will spoil recommendations; what and how is told [in the module](crate::diagnose). What the log
    /// cannot tell (customers, items, times) is passed over.
    ///
    /// Linear in the lines, but for sorting prices and times.
    ///
    /// ```
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::{Shop, ShopTroubles};
    /// use kosar::diagnose::{DiagnoseOptions, FindingKind};
    ///
    /// let shop = Shop::params().lines(20_000).troubles(Some(ShopTroubles::default())).generate()?;
    /// let log = shop.to_log(LogOptions::default())?;
    /// let diagnosis = log.diagnose(&DiagnoseOptions::new().names("name"))?;
    /// let services = diagnosis.finding(FindingKind::NotMerchandise).unwrap();
    /// assert!(services.examples.iter().any(|example| example.why.contains("Postage")));
    /// let (clean, report) = log.filter(&diagnosis.filter())?;
    /// assert_eq!(report.left, clean.n_lines() as u64);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IntakeError::NotKept`](crate::IntakeError::NotKept) for a column of names that was not kept,
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for a catalogue whose item ids are of another type.
    pub fn diagnose(&self, options: &DiagnoseOptions<'_>) -> Result<Diagnosis> {
        let names = names(self, options)?;
        let lines = self.n_lines() as u64;
        let mut findings = Vec::new();
        let mut add = |kind: FindingKind, found: Found| {
            findings.extend(found.finding(kind, options.n_examples(), lines, |who| self.concerned(who)));
        };
        if options.is_asked(FindingKind::Wholesalers) {
            add(FindingKind::Wholesalers, wholesalers::find(self));
        }
        let asks_for_items =
            options.is_asked(FindingKind::NotMerchandise) || options.is_asked(FindingKind::Duplicates);
        if asks_for_items {
            let found = merchandise::find(self, &names);
            let is_other = match &found.concerned {
                Concerned::Items(items) => items.clone(),
                _ => Vec::new(),
            };
            if options.is_asked(FindingKind::NotMerchandise) {
                add(FindingKind::NotMerchandise, found);
            }
            if options.is_asked(FindingKind::Duplicates) {
                add(FindingKind::Duplicates, duplicates::find(self, &names, &is_other));
            }
        }
        if let Ok(times) = self.need_times("diagnose") {
            let named = OrderNames(self);
            let is_out = out_of_time(times, options.now);
            let mut passes: Vec<bool> = is_out.iter().map(|&out| !out).collect();
            let offs = out_of_order(self, times);
            let is_off: Vec<bool> =
                offs.iter().zip(&is_out).map(|(off, &out)| off.is_some() && !out).collect();
            passes.iter_mut().zip(&is_off).for_each(|(passes, &off)| *passes &= !off);
            // What happens at one instant is no burst of its day.
            let instants = same_instants(times, &passes, "orders");
            let mut calm = passes.clone();
            if let Concerned::Orders(marks) = &instants.concerned {
                calm.iter_mut().zip(marks).for_each(|(calm, &mark)| *calm &= !mark);
            }
            if options.is_asked(FindingKind::Bursts) {
                add(FindingKind::Bursts, days::bursts(times, &calm, "orders", has_hours(times, &passes)));
            }
            if options.is_asked(FindingKind::Gaps) {
                add(FindingKind::Gaps, days::gaps(times, &passes, "orders"));
            }
            if options.is_asked(FindingKind::OutOfTime) {
                let middle = middle(times, &passes);
                let far = |place: usize| times[place].micros().saturating_sub(middle).saturating_abs();
                let why = |place: usize| format!("{}, far from all others or still to come", times[place]);
                add(FindingKind::OutOfTime, marked(is_out.clone(), &named, far, why));
            }
            if options.is_asked(FindingKind::Midnight) {
                add(FindingKind::Midnight, midnights(times, &passes, &named));
            }
            if options.is_asked(FindingKind::SameInstant) {
                add(FindingKind::SameInstant, instants);
            }
            if options.is_asked(FindingKind::OutOfOrder) {
                let off = |place: usize| offs[place].unwrap_or(0);
                let why = |place: usize| {
                    let days = off(place).abs() / MICROS_PER_DAY;
                    let side = if off(place) < 0 { "before" } else { "behind" };
                    format!("{}, {days} days {side} orders with neighbouring numbers", times[place])
                };
                add(FindingKind::OutOfOrder, marked(is_off, &named, |place| off(place).abs(), why));
            }
        }
        Ok(Diagnosis { findings, lines })
    }

    /// How many lines, orders and customers are concerned.
    fn concerned(&self, who: &Concerned) -> [u64; 3] {
        let mut counts = [0; 3];
        let mut customers = vec![false; self.n_customers()];
        for (place, order) in self.orders().enumerate() {
            let customer = self.customer_of(order);
            let n = match who {
                Concerned::Nobody => 0,
                Concerned::Customers(marks) => {
                    let is_marked = customer.is_some_and(|customer| marks[customer.as_usize()]);
                    if is_marked { self.lines_of(order).len() } else { 0 }
                }
                Concerned::Orders(marks) => {
                    if marks[place] {
                        self.lines_of(order).len()
                    } else {
                        0
                    }
                }
                Concerned::Items(marks) => {
                    let is_marked =
                        |line: &crate::data::Line| line.item.is_some_and(|item| marks[item.as_usize()]);
                    self.lines_of(order).filter(is_marked).count()
                }
            };
            counts[0] += n as u64;
            counts[1] += u64::from(n > 0);
            if let (1.., Some(customer)) = (n, customer) {
                customers[customer.as_usize()] = true;
            }
        }
        counts[2] = customers.iter().filter(|&&is_marked| is_marked).count() as u64;
        counts
    }
}

/// The instant in the middle of those that pass; 0 without any.
pub(super) fn middle(times: &[crate::time::Time], passes: &[bool]) -> i64 {
    let mut kept: Vec<i64> =
        times.iter().zip(passes).filter(|&(_, &passes)| passes).map(|(time, _)| time.micros()).collect();
    kept.sort_unstable();
    kept.get(kept.len() / 2).copied().unwrap_or(0)
}
