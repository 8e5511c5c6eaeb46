//! Records of buyers: what is packed is read back.

use super::*;

fn line(item: u32, quantity: f64) -> Line {
    let quantity = Quantity::from_f64(quantity).unwrap();
    Line { item, quantity, is_bought: quantity > Quantity::ZERO }
}

fn buyer() -> Buyer {
    let order = |day: i64, id: &str, lines: Vec<Line>| Order {
        time: Time::from_micros(day * 86_400_000_000 + 5),
        id: Some(Id::from(id)),
        amount: Money::from_millionths(-7 + day),
        is_purchase: day > 1,
        lines,
    };
    Buyer {
        id: Some(Id::from("Ödön")),
        is_anonymous: false,
        level: Level::Session,
        segment: 3,
        own_stream: 5,
        streams: vec![4, 9],
        orders: vec![
            order(1, "a", vec![line(2, 1.0), line(7, 0.5)]),
            order(2, "", vec![line(2, 3.0), line(2, 1.0), line(8, -1.0), line(9, 5e9)]),
            order(3, "a long one", vec![line(7, -0.5)]),
        ],
    }
}

fn with_orders(orders: Vec<Order>) -> Buyer {
    let mut buyer = Buyer::default();
    (buyer.id, buyer.orders) = (Some(Id::from(7)), orders);
    buyer
}

#[test]
fn what_is_too_much_to_be_told_is_counted() {
    let order = |at: i64, items: &[u32]| Order {
        time: Time::from_micros(at * 1_000_000),
        id: None,
        amount: Money::ZERO,
        is_purchase: true,
        lines: items.iter().map(|&item| line(item, 1.0)).collect(),
    };
    let n = i64::from(LAST_MASK) + 10;
    let few = i64::from(MANY);
    // One item in every order, one in as many as can be told and one in one fewer, and one in the last order alone.
    let orders = (1..=n).map(|at| match at {
        _ if at < few => order(at, &[1, 2, 3]),
        _ if at == few => order(at, &[1, 2]),
        _ if at == n => order(at, &[1, 4]),
        _ => order(at, &[1]),
    });
    let words = with_orders(orders.collect()).pack();
    let record = BuyerRecord::new(&words).unwrap();
    let told: Vec<_> =
        record.holdings().map(|held| (held.item, i64::from(held.orders), i64::from(held.last))).collect();
    assert_eq!(told, [(1, n, n), (2, few, few), (3, few - 1, few - 1), (4, 1, n)]);
    assert_eq!(record.orders_with(3).collect::<Vec<_>>(), [record.n_orders() - 1]);
    assert_eq!(record.bought_again().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn items_beyond_the_bits_of_a_line_are_written_in_full() {
    let item = ITEM_MASK + 7;
    let order = Order {
        time: Time::from_micros(9_000_000),
        id: None,
        amount: Money::ZERO,
        is_purchase: true,
        lines: vec![line(3, 2.0), line(item, 1.0)],
    };
    let buyer = with_orders(vec![order]);
    let words = buyer.pack();
    let record = BuyerRecord::new(&words).unwrap();
    assert_eq!(record.unpack(), buyer);
    assert_eq!((record.items(), record.basket(0).collect::<Vec<_>>()), (&[3, item][..], vec![3, item]));
}

#[test]
fn what_is_packed_is_read_back() {
    let words = buyer().pack();
    let record = BuyerRecord::new(&words).unwrap();
    assert_eq!(record.unpack(), buyer());
    assert_eq!(record.id(), Some("Ödön".into()));
    // What was only returned is not held.
    assert_eq!(record.items(), [2, 7, 9]);
    // Nor does its order count among those with a purchase.
    assert_eq!(record.purchases().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(record.basket(1).collect::<Vec<_>>(), [2, 2, 9]);
    let held = |item| record.holdings().find(|held| held.item == item).unwrap();
    assert_eq!((held(2).orders, held(2).is_owned, held(2).last), (2, true, 172_800));
    let with = |item| record.orders_with(record.items().binary_search(&item).unwrap()).collect::<Vec<_>>();
    assert_eq!([with(2), with(7), with(9)], [vec![1, 0], vec![0], vec![1]]);
    // Bought and returned.
    assert_eq!((held(7).orders, held(7).is_owned, held(7).last), (1, false, 86_400));
    let mut nobody = Buyer::default();
    (nobody.id, nobody.is_anonymous) = (Some(Id::from(-4)), true);
    assert_eq!(Buyers::name(&nobody.pack()), Some((ANONYMOUS, IdRef::Int(-4))));
}
