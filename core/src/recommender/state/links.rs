//! Which streams tell of which customer.

use super::NONE;
use super::keeper::Keeper;
use super::stream::{StreamRecord, Streams};

/// Of each customer the streams that they are named in, and that of their events without a session id; customers and streams by
/// number.
#[derive(Debug)]
pub(in crate::recommender) struct Links {
    /// Where the streams of each customer begin, and behind them their number.
    starts: Vec<u32>,
    streams: Vec<u32>,
    own: Vec<u32>,
}

impl Links {
    pub(in crate::recommender) fn of(streams: &Keeper<Streams>, n_customers: usize) -> Self {
        let mut own = vec![NONE; n_customers];
        let mut starts = vec![0_u32; n_customers + 1];
        each_named(streams, |customer, _| starts[customer as usize + 1] += 1);
        (0..n_customers).for_each(|customer| starts[customer + 1] += starts[customer]);
        let mut places = starts.clone();
        let mut named = vec![0_u32; starts[n_customers] as usize];
        each_named(streams, |customer, stream| {
            let place = &mut places[customer as usize];
            named[*place as usize] = stream;
            *place += 1;
        });
        for slot in streams.slots() {
            if let Some(owner) = StreamRecord::new(streams.record(slot)).and_then(StreamRecord::owner) {
                own[owner as usize] = slot;
            }
        }
        Self { starts, streams: named, own }
    }

    /// The streams that a customer is named in, rising.
    pub(in crate::recommender) fn named(&self, customer: usize) -> &[u32] {
        &self.streams[self.starts[customer] as usize..self.starts[customer + 1] as usize]
    }

    /// The stream of a customer's events without a session id; `NONE` for none.
    pub(in crate::recommender) fn own(&self, customer: usize) -> u32 {
        self.own[customer]
    }
}

/// Hands over each customer that a stream with a session id names, once a stream; streams rise.
fn each_named(streams: &Keeper<Streams>, mut take: impl FnMut(u32, u32)) {
    let mut named: Vec<u32> = Vec::new();
    for slot in streams.slots() {
        let Some(stream) = StreamRecord::new(streams.record(slot)).filter(|stream| stream.owner().is_none())
        else {
            continue;
        };
        named.clear();
        named.extend(stream.clicks().map(|click| click.customer).filter(|&customer| customer != NONE));
        named.sort_unstable();
        named.dedup();
        named.iter().for_each(|&customer| take(customer, slot));
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::packed;
    use super::super::stream::{Click, Stream};
    use super::*;
    use crate::data::EventKind;
    use crate::time::Time;

    #[test]
    fn customers_have_the_streams_that_name_them_and_their_own() {
        let stream = |owner: u32, customers: &[u32]| {
            let click = |(micros, &customer): (i64, &u32)| Click {
                time: Time::from_micros(micros),
                item: 0,
                kind: EventKind::View,
                customer,
            };
            let mut stream = Stream::default();
            (stream.owner, stream.events) = (owner, (0..).zip(customers).map(click).collect());
            stream
        };
        let streams = packed(&[
            stream(NONE, &[2, NONE, 2]),
            stream(NONE, &[NONE]),
            stream(1, &[1, 1]),
            stream(NONE, &[2, 0]),
        ]);
        let links = Links::of(&streams, 4);
        assert_eq!([0, 1, 2, 3].map(|customer| links.named(customer)), [&[3][..], &[], &[0, 3], &[]]);
        assert_eq!([0, 1, 2, 3].map(|customer| links.own(customer)), [NONE, 2, NONE, NONE]);
    }
}
