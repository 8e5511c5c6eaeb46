"""What customers lean to: menus, searches and times to send, in the order that suits each.

The flow, for any language: 1 read orders, events, catalogue and time zones, and fit; 2 order a menu; 3 re-rank
what a search found; 4 choose when to send; 5 look at everybody; 6 take in what is new.
"""

import kosar

# Order, customer, item, when, price, channel.
bought = [
    (1, "ann", "rye", "2025-03-03T07:00", 2.0, "app"),
    (2, "ann", "rye", "2025-03-10T07:10", 2.0, "app"),
    (2, "ann", "bun", "2025-03-10T07:10", 1.0, "app"),
    (3, "bob", "tea", "2025-03-08T01:00", 4.0, "web"),
    (4, "bob", "mug", "2025-03-15T01:20", 9.0, "web"),
    (5, "eve", "tea", "2025-03-08T20:30", 4.0, "app"),
]
names = ["order", "who", "what", "at", "paid", "channel"]
orders = kosar.OrderLog.from_frame(
    dict(zip(names, map(list, zip(*bought, strict=True)), strict=True)),
    order="order",
    customer="who",
    item="what",
    time="at",
    price="paid",
    attributes=["channel"],
)
seen = {"who": ["bob", "eve"], "what": ["pot", "pot"], "did": ["add_to_cart", "view"]}
seen["at"] = ["2025-03-16T01:00", "2025-03-16T20:00"]
events = kosar.EventLog.from_frame(seen, customer="who", item="what", kind="did", time="at")
shelf = {
    "sku": ["rye", "bun", "spelt", "tea", "mug", "pot"],
    "path": ["Food/Bread", "Food/Bread", "Food/Bread", "Food/Tea", "Home", "Home"],
    "brand": ["Miller", "Miller", "Miller", "Leaf", "Clay", "Clay"],
    "price": [2.0, 1.0, 3.0, 4.0, 9.0, 15.0],
}
catalog = kosar.Catalog.from_frame(shelf, item="sku", category="path", brand="brand", price="price")
places = {"who": ["ann", "bob"], "zone": ["Europe/Budapest", "America/New_York"]}
customers = kosar.Customers.from_frame(places, customer="who", time_zone="zone")

facets = ["category", "brand", "price_band", "weekday", "hour", "column:channel"]
model = kosar.Affinity(facets, prior=10, price_bands=3)
model.fit(orders, events=events, catalog=catalog, customers=customers)
print("1. What each leans to")
for customer in model.customers_:
    for facet in ["brand", "column:channel"]:
        print(f"  {customer}, {facet}: {model.of(customer, facet, n=1)[0]}")

print("\n2. The menu of bob")
for one in model.rank("bob", "category", ["Food", "Home", "Garden"]):
    print(f"  {one.value}: share {one.share:.3f}, lift {one.lift:.3f}")

print("\n3. What ann finds")
for one in model.rerank("ann", ["pot", "spelt", "tea"]):
    why = ", ".join(leaning.value for _, leaning in one.reasons)
    print(f"  {one.item}, from place {one.before + 1}, lift {one.lift:.2f}: {why}")

print("\n4. When to send")
for customer in model.customers_:
    time = model.send_time(customer)
    print(f"  {customer}: at {time.hour}, on day {time.weekday} of the week, by {time.purchases} orders")

print("\n5. Everybody")
bands = ", ".join(f"{cut:.2f}" for cut in model.price_cut_points_)
print(f"  price bands end at {bands}")
for one in model.population("price_band"):
    print(f"  band {one.value}: share {one.share:.3f}, {one.customers} customers")

more = {
    "order": [6],
    "who": ["eve"],
    "what": ["mug"],
    "at": ["2025-03-22T20:00"],
    "paid": [9.0],
    "channel": ["app"],
}
new = kosar.OrderLog.from_frame(
    more, order="order", customer="who", item="what", time="at", price="paid", attributes=["channel"]
)
print("\n6. Eve after one order more")
print(f"  before: {model.lift('eve', 'brand', 'Clay'):.3f}")
model.update(new, customers=customers)
print(f"  after: {model.lift('eve', 'brand', 'Clay'):.3f}")
model.forget("bob")
print(f"  without bob: {', '.join(model.customers_)}")
