"""A tour of customers: what they said, consent, and two who turn out to be one.

The flow, for any language: 1 read the shop's table of customers, some of it bad; 2 look at what is held
of one; 3 take back a consent, and give it anew; 4 put new facts in the place of old ones; 5 join two
customers who are one, in the table, the orders and the events; 6 forget a customer.
"""

import kosar

table = {
    "id": ["ann", "bob", "cleo", "ann", "guest-7"],
    "city": ["Pécs", "Eger", None, None, "Baja"],
    "born": ["1980-02-29", "1991-07-01", "soon", None, None],
    "tz": ["Europe/Budapest", "Europe/Budapest", "Mars/Base", None, "Asia/Tokyo"],
    "likes": ["Tea", "", "Bread", "Gifts, Tea", "Coffee"],
    "mail": ["yes", "no", "", "", "no"],
}
roles = {
    "customer": "id",
    "attributes": ["city"],
    "dates": ["born"],
    "time_zone": "tz",
    "preferences": {"category": "likes"},
    "consent": {("email", "marketing"): "mail"},
}

customers = kosar.Customers.from_frame(table, **roles)
print("1. What became of the rows")
print(customers, customers.report, sep="\n")

print("\n2. What is held of ann, as she may be shown it")
print(customers.customer("ann"))

without = customers.with_consent("ann", "email", "marketing", False)
anew = without.with_consent("ann", "email", "marketing", True)
said = [each.consent("ann", "email", "marketing") for each in (customers, without, anew)]
print(f"\n3. The consent of ann: {', then '.join(said)}")

moved = kosar.Customers.from_frame({"id": ["bob"], "city": ["Győr"]}, customer="id", attributes=["city"])
customers = customers.update(moved)
print(f"\n4. bob lives in {customers.customer('bob')['attributes']['city']} now")

orders = kosar.OrderLog.from_frame(
    {"who": ["ann", "guest-7", "bob"], "order": [1, 2, 3], "sku": ["tea", "mug", "tea"]},
    customer="who", order="order", item="sku",
)  # fmt: skip
events = kosar.EventLog.from_frame(
    {
        "who": ["guest-7", "guest-7", "bob"],
        "sku": ["mug", "mug", "tea"],
        "at": ["2025-06-01 10:00", "2025-06-01 10:00", "2025-06-01 11:00"],
        "device": ["app", "web", "web"],
    },
    customer="who", item="sku", time="at", attributes=["device"],
)  # fmt: skip
same = {"guest-7": "ann"}
customers, orders, events = (each.merge_all_customers(same) for each in (customers, orders, events))
print("\n5. guest-7 was ann: what she said in either place; a withdrawal beats a grant")
print(customers.customer("ann"))
print(orders.customers, events.customers, sep="\n")
print(events.to_table())

print("\n6. Without ann")
print(*(each.forget("ann") for each in (customers, orders, events)), sep="\n")
