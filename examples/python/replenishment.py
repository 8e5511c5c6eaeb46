"""When customers buy again: what is due, how sure that is, and what never comes again.

The flow, for any language: 1 read orders and the catalogue, and fit; 2 ask what one customer should buy again;
3 ask about one item; 4 list what is due for everyone; 5 take in the new orders, and ask again.
"""

import kosar

DAY = 86_400

# Customer, item, day, quantity: coffee about every ten days (a double pack lasts longer), filters every month, one pot.
bought = [(f"c{i:02}", "coffee", i % 5 + 10 * k, 1) for i in range(1, 13) for k in range(5 + i % 2)]
bought += [(f"c{i:02}", "filter", i % 7 + 30 * k, 1) for i in range(1, 13) for k in range(2)]
bought += [(f"c{i:02}", "pot", 2 * i, 1) for i in range(1, 13)]
bought += [
    ("ann", "coffee", day, quantity) for day, quantity in [(0, 1), (7, 1), (14, 2), (26, 1), (33, 1), (40, 2)]
]
bought += [("ann", "pot", 20, 1), ("ann", "filter", 35, 1), ("ann", "mill", 36, 1)]


def read(rows):
    who, what, day, quantity = zip(*rows, strict=True)
    orders = {"who": list(who), "what": list(what), "at": [DAY * d for d in day], "count": list(quantity)}
    return kosar.OrderLog.from_frame(
        orders, customer="who", item="what", time="at", time_unit="s", quantity="count"
    )


def show(due):
    days = f"{due.earliest:%m-%d} to {due.latest:%m-%d}"
    print(
        f"  {due.item}: due {due.due:%m-%d} ({days}), {due.probability:.2f} within the horizon, by {due.basis}"
    )


catalog = kosar.Catalog.from_dict(
    {"coffee": "Food", "filter": "Kitchen", "pot": "Kitchen/Machines", "mill": "Kitchen/Machines"}
)
model = kosar.Replenishment(horizon_days=7).fit(read(bought), catalog=catalog)
now = "1970-02-22"
print("1. How long things last")
for item in model.items_:
    days, again = model.interval(item)
    print(f"  {item}: {days:.1f} days, bought again with {again:.2f}")
print(f"  twice as much lasts {2**model.quantity_exponent_:.2f} times as long")

print("\n2. What Ann should buy again")
for due in model.buy_again("ann", now, n=3, min_probability=0.01):
    show(due)

print("\n3. Her filters")
show(model.due("ann", "filter", now))

print("\n4. What is due for everyone")
table = model.due_all(now, n=1, min_probability=0.5)
for row in table[:3]:
    print(f"  {row['customer']}: {row['item']} with {row['probability']:.2f}")

model.update(read([("ann", "coffee", 52, 1)]))
print("\n5. After her next coffee")
for due in model.buy_again("ann", "1970-02-23", n=1):
    show(due)
