//! One version of everything that a recommender answers from, and what a request is against it.

use std::sync::Arc;

use super::bought_of::BoughtOf;
use super::level::Level;
use super::likeness::Likeness;
use super::lists::Lists;
use super::params::RecommenderParams;
use super::pick::{clear, is_set};
use super::placement::Placement;
use super::population::Population;
use super::remembered::Remembered;
use super::request::Request;
use super::rules::{Compiled, Goods};
use super::state::{Click, NONE, Reckoned, State, StreamRecord, Trend, second};
use super::visitor::Visitor;
use crate::data::{Id, is_click};
use crate::error::Result;
use crate::time::Time;

/// One version: immutable, shared by all who answer from it.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    /// Counts the changes.
    pub(super) version: u64,
    pub(super) params: Arc<RecommenderParams>,
    pub(super) state: State,
    pub(super) goods: Goods,
    pub(super) rules: Compiled,
    pub(super) content: Option<Arc<Likeness>>,
    pub(super) population: Option<Arc<Population>>,
    /// Purchases of each category that answers go by: buyers, item by item.
    pub(super) by_category: Arc<[u64]>,
    /// Purchases of what contents of pages are about, as far as it was asked for.
    pub(super) bought_of: Arc<BoughtOf>,
    /// In the place of histories, where there are none.
    pub(super) lists: Option<Arc<Lists>>,
    /// What was reckoned for requests before.
    pub(super) remembered: Arc<Remembered>,
}

/// A request with everything looked up that it names.
#[derive(Debug)]
pub(super) struct Visit<'s> {
    pub(super) placement: Placement,
    pub(super) request: &'s Request,
    /// The customer, where they let their history be used.
    pub(super) buyer: Option<Visitor<'s>>,
    /// The items of the session, the latest last; none where the customer does not let it be used.
    pub(super) session: Vec<u32>,
    pub(super) cart: Vec<u32>,
    /// The session that the request names by its id, where the customer lets it be used.
    stream: Option<StreamRecord<'s>>,
    /// The slot of the customer asked for, whatever they let be used.
    slot: Option<u32>,
    pub(super) now: u32,
}

impl Snapshot {
    /// With nothing reckoned before, and room for some more items than there are.
    pub(super) fn remembering_nothing(self) -> Self {
        let n_items = self.state.items.len();
        // Lists that stand in a file are not reckoned.
        let n_lists = if self.lists.is_some() { 0 } else { self.params.remembered_lists };
        let remembered = Remembered::new(n_lists, n_items + n_items / 8 + 64, self.latest_counts());
        Self { remembered: Arc::new(remembered), ..self }
    }

    /// From whom lists beside items are reckoned.
    pub(super) fn reckoned(&self) -> Reckoned {
        let RecommenderParams { latest_purchases, max_items, .. } = *self.params;
        Reckoned { latest_purchases, max_items }
    }

    /// The end of the latest order's day.
    pub(super) fn today(&self) -> Time {
        Time::from_micros(self.state.trend.windows.end.saturating_mul(crate::time::MICROS_PER_DAY))
    }

    pub(super) fn trend(&self) -> &Trend {
        &self.state.trend
    }

    /// The known ones of some items.
    pub(super) fn known(&self, ids: &[Id]) -> Result<Vec<u32>> {
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            items.extend(self.state.items.find(id.as_ref())?);
        }
        Ok(items)
    }

    /// Looks up whom and what a request names.
    pub(super) fn visit<'s>(&'s self, placement: Placement, request: &'s Request) -> Result<Visit<'s>> {
        let slot = match &request.customer {
            Some(customer) => self.state.find_customer(customer.as_ref())?,
            None => None,
        };
        let buyer = slot.and_then(|slot| Some(Visitor::new(slot, self.state.buyer(slot)?)));
        let level = buyer.as_ref().map_or(Level::Full, |buyer| buyer.record.level());
        let stream = match &request.session_id {
            Some(id) => self.state.find_session(id.as_ref())?.and_then(|slot| self.state.stream(slot)),
            None => None,
        };
        if let Some(test) = &request.like {
            test.validate_for("like", &self.state.items, &self.goods)?;
        }
        let is_used = level != Level::None;
        let mut visit = Visit {
            placement,
            request,
            buyer: buyer.filter(|_| level == Level::Full),
            session: if is_used { self.known(&request.session)? } else { Vec::new() },
            cart: self.known(&request.cart)?,
            stream: stream.filter(|_| is_used),
            slot,
            now: second(request.now.unwrap_or_else(|| self.today())),
        };
        if visit.session.is_empty() {
            visit.session = self.last_items(&visit);
        }
        Ok(visit)
    }

    /// The events of the session that a request names by its id, as far as they may be used: those of the customer asked for and of nobody
    /// known, or, where no customer is asked for, of all who let what they do in a session be used.
    pub(super) fn session_events<'v>(
        &'v self,
        visit: &'v Visit<'_>,
    ) -> impl DoubleEndedIterator<Item = Click> + use<'v> {
        let may_use = |whose: u32| match &visit.request.customer {
            _ if whose == NONE => true,
            None => self.state.buyer(whose).is_none_or(|buyer| buyer.level() != Level::None),
            Some(_) => visit.slot == Some(whose),
        };
        let told = visit.stream.into_iter().flat_map(|stream| stream.clicks().zip(stream.whose()));
        told.filter(move |&(_, whose)| may_use(whose)).map(|(click, _)| click)
    }

    /// The items of the last events of a session that is named by its id, each once, the latest last.
    fn last_items(&self, visit: &Visit<'_>) -> Vec<u32> {
        let mut items: Vec<u32> = Vec::new();
        for click in self.session_events(visit).rev().filter(|click| is_click(click.kind)) {
            if items.len() >= self.params.session_items {
                break;
            }
            if !items.contains(&click.item) {
                items.push(click.item);
            }
        }
        items.reverse();
        items
    }

    /// The bits of the items that may be answered: by the rules, by the request, and by what the visitor has.
    pub(super) fn allow(&self, visit: &Visit<'_>, bits: &mut Vec<u64>) -> Result<()> {
        bits.clear();
        bits.extend_from_slice(self.rules.allowed(visit.placement));
        let request = visit.request;
        let (only, exclude) = request.filter.lists();
        if let Some(only) = only {
            let mut wanted = vec![0_u64; bits.len()];
            for item in self.known(only)? {
                wanted[item as usize / 64] |= 1 << (item % 64);
            }
            bits.iter_mut().zip(wanted).for_each(|(bits, wanted)| *bits &= wanted);
        }
        for item in self.known(exclude)? {
            clear(bits, item);
        }
        if let Some(test) = &request.like {
            let n = u32::try_from(self.state.items.len()).expect("slots are bounded to u32");
            let test = test.resolved(&self.state.items, &self.goods, self.state.trend.windows.end);
            for item in 0..n {
                if is_set(bits, item) && !test.holds(item, &self.goods) {
                    clear(bits, item);
                }
            }
        }
        visit.cart.iter().for_each(|&item| clear(bits, item));
        if let Some(buyer) = &visit.buyer
            && matches!(
                visit.placement,
                Placement::Similar
                    | Placement::BoughtTogether
                    | Placement::ForCustomer
                    | Placement::NextInSession
                    | Placement::Trending
            )
        {
            for held in buyer.held() {
                let after = self.rules.rebuy_after(held.item);
                let is_back = after != u32::MAX && visit.now >= held.last.saturating_add(after);
                if held.is_owned && !is_back {
                    clear(bits, held.item);
                }
            }
        }
        self.cool_down(visit, bits)
    }

    /// Takes out what was shown often enough lately.
    fn cool_down(&self, visit: &Visit<'_>, bits: &mut [u64]) -> Result<()> {
        let rules = &self.rules.rules;
        if visit.request.shown.is_empty() || rules.cool_down_days <= 0.0 {
            return Ok(());
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "held within the bounds of u32"
        )]
        let span = (rules.cool_down_days * 86_400.0).min(f64::from(u32::MAX)) as u32;
        let mut lately: Vec<u32> = Vec::new();
        for (id, time) in &visit.request.shown {
            let shown = second(*time);
            if shown.saturating_add(span) > visit.now {
                lately.extend(self.state.items.find(id.as_ref())?);
            }
        }
        lately.sort_unstable();
        let after = rules.cool_down_after.unwrap_or(1) as usize;
        for same in lately.chunk_by(|a, b| a == b).filter(|same| same.len() >= after) {
            clear(bits, same[0]);
        }
        Ok(())
    }
}
