//! What is wrong with a log of events.

use crate::data::EventLog;
use crate::diagnose::bots::{self, SessionNames};
use crate::diagnose::clocks::{has_hours, marked, midnights, out_of_time, same_instants};
use crate::diagnose::finding::{Concerned, Found};
use crate::diagnose::orders::middle;
use crate::diagnose::{DiagnoseOptions, Diagnosis, FindingKind, days};
use crate::error::Result;
use crate::time::Time;

impl EventLog {
    /// Looks for what will spoil recommendations; what and how is told [in the module](crate::diagnose). Of the options,
    /// names are passed over.
    ///
    /// Linear in the events, but for sorting times.
    ///
    /// ```
    /// use kosar::data::EventOptions;
    /// use kosar::datasets::{Shop, ShopTroubles};
    /// use kosar::diagnose::{DiagnoseOptions, FindingKind};
    ///
    /// let troubles = ShopTroubles { bots: 3, ..ShopTroubles::default() };
    /// let shop = Shop::params().lines(2_000).clicks(20_000).troubles(Some(troubles)).generate()?;
    /// let events = shop.to_events(EventOptions::default())?;
    /// let diagnosis = events.diagnose(&DiagnoseOptions::new())?;
    /// assert_eq!(diagnosis.finding(FindingKind::Bots).unwrap().count, 3);
    /// let (clean, report) = events.filter(&diagnosis.filter_of(&[FindingKind::Bots]))?;
    /// assert_eq!(clean.n_sessions(), events.n_sessions() - 3);
    /// assert!(report.by_sessions > 300);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// None today.
    pub fn diagnose(&self, options: &DiagnoseOptions<'_>) -> Result<Diagnosis> {
        let lines = self.n_events() as u64;
        let mut findings = Vec::new();
        let mut add = |kind: FindingKind, found: Found| {
            findings.extend(found.finding(kind, options.n_examples(), lines, |who| self.concerned(who)));
        };
        let named = SessionNames(self);
        let times: Vec<Time> = self.sessions().map(|session| self.session(session).times[0]).collect();
        if options.is_asked(FindingKind::Bots) {
            add(FindingKind::Bots, bots::find(self));
        }
        let is_out = out_of_time(&times, options.now);
        let passes: Vec<bool> = is_out.iter().map(|&out| !out).collect();
        if options.is_asked(FindingKind::Bursts) {
            let hours = has_hours(&times, &passes);
            add(FindingKind::Bursts, days::bursts(&times, &passes, "sessions", hours));
        }
        if options.is_asked(FindingKind::Gaps) {
            add(FindingKind::Gaps, days::gaps(&times, &passes, "sessions"));
        }
        if options.is_asked(FindingKind::OutOfTime) {
            let middle = middle(&times, &passes);
            let far = |place: usize| times[place].micros().saturating_sub(middle).saturating_abs();
            let why = |place: usize| format!("{}, far from all others or still to come", times[place]);
            add(FindingKind::OutOfTime, marked(is_out.clone(), &named, far, why));
        }
        if options.is_asked(FindingKind::Midnight) {
            add(FindingKind::Midnight, midnights(&times, &passes, &named));
        }
        if options.is_asked(FindingKind::SameInstant) {
            add(FindingKind::SameInstant, same_instants(&times, &passes, "sessions"));
        }
        Ok(Diagnosis { findings, lines })
    }

    /// How many events, sessions and customers are concerned.
    fn concerned(&self, who: &Concerned) -> [u64; 3] {
        let Concerned::Orders(marks) = who else { return [0; 3] };
        let mut counts = [0; 3];
        let mut customers = vec![false; self.n_customers()];
        for session in self.sessions().filter(|session| marks[session.as_usize()]) {
            let view = self.session(session);
            counts[0] += view.times.len() as u64;
            counts[1] += 1;
            if let Some(customer) = view.customer {
                customers[customer.as_usize()] = true;
            }
        }
        counts[2] = customers.iter().filter(|&&is_marked| is_marked).count() as u64;
        counts
    }
}
