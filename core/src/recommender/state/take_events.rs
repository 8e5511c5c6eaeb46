//! Events that come.

use super::build::streams;
use super::change::{Change, check_kinds, slot};
use super::customer::Buyer;
use super::stream::{Click, SESSION, Stream, sort_clicks};
use super::{NONE, State};
use crate::data::{EventLog, IdRef};
use crate::error::Result;
use crate::recommender::level::Level;

impl State {
    /// Puts events in the order of time, then of ids, which slots may not have, each once.
    fn sort(&self, events: &mut Vec<Click>) {
        let id = |customer: u32| self.buyer(customer).and_then(super::BuyerRecord::id);
        sort_clicks(events, |a, b| self.items.compare(a, b), |a, b| id(a).cmp(&id(b)));
    }
}

impl Change {
    /// Takes the events of a log in, but for those that are there already.
    ///
    /// # Errors
    /// Ids of another type than those that are there.
    pub(in crate::recommender) fn take_events(
        &mut self,
        log: &EventLog,
        standing: &dyn Fn(IdRef<'_>) -> (Level, u32),
    ) -> Result<()> {
        check_kinds(&mut self.state.kinds.customer, "customer", Some(log.customers()))?;
        check_kinds(&mut self.state.kinds.session, "session", Some(log.session_ids()))?;
        let items = self.items(log.items())?;
        // Customers are numbered as the log has them until their events are known to be new.
        let own: Vec<u32> = (0..slot(log.n_customers())).collect();
        let incoming = streams(Some(log), &own, &items);
        let mut slots: Vec<Option<u32>> = vec![None; log.n_customers()];
        for mut stream in incoming {
            let owner = std::mem::replace(&mut stream.owner, NONE);
            for click in &mut stream.events {
                if click.customer != NONE {
                    click.customer = self.slot_of(log, click.customer, &mut slots, standing);
                }
            }
            let slot = match &stream.id {
                Some(id) => self.state.streams.find(SESSION, id.as_ref()),
                None => {
                    stream.owner = self.slot_of(log, owner, &mut slots, standing);
                    self.state.buyer(stream.owner).and_then(|buyer| buyer.own_stream())
                }
            };
            let slot = slot.unwrap_or_else(|| self.free_stream());
            let old = self.stream(slot);
            let mut new = Stream::default();
            (new.id, new.owner) = (stream.id.clone(), stream.owner);
            new.events = [&*stream.events, &*old.events].concat();
            self.state.sort(&mut new.events);
            let added = new.events.len() - old.events.len();
            self.done.events += added as u64;
            self.done.repeated_events += (stream.events.len() - added) as u64;
            self.put_stream(slot, &old, &new);
            self.link(slot, &new);
        }
        self.finish();
        Ok(())
    }

    /// The slot of a customer of a log of events.
    fn slot_of(
        &mut self,
        log: &EventLog,
        customer: u32,
        slots: &mut [Option<u32>],
        standing: &dyn Fn(IdRef<'_>) -> (Level, u32),
    ) -> u32 {
        if let Some(slot) = slots[customer as usize] {
            return slot;
        }
        let id = log.customers().get(customer as usize);
        let (slot, is_new) = self.customer(id);
        if is_new {
            let (level, segment) = standing(id);
            // Whoever has no record yet would be nobody: the stream that is about to come gives them one.
            let mut new = Buyer::default();
            (new.id, new.level, new.segment) = (Some(id.to_id()), level, segment);
            self.keep(slot, &new.pack());
            self.done.new_customers += 1;
        }
        slots[customer as usize] = Some(slot);
        slot
    }

    /// Tells the customers of a stream of it.
    fn link(&mut self, slot: u32, stream: &Stream) {
        let mut customers: Vec<u32> = stream
            .events
            .iter()
            .map(|click| click.customer)
            .chain([stream.owner])
            .filter(|&c| c != NONE)
            .collect();
        customers.sort_unstable();
        customers.dedup();
        for customer in customers {
            let mut buyer = self.buyer(customer);
            if stream.owner == customer {
                buyer.own_stream = slot;
            } else if let Err(place) = buyer.streams.binary_search(&slot) {
                buyer.streams.insert(place, slot);
            }
            self.keep(customer, &buyer.pack());
        }
    }
}
