"""What sells, what rises, what is new; what somebody looked at and may go on with.

The flow, for any language: 1 read orders, catalogue and groups, and fit; 2 ask for a category and for a
country; 3 ask what rises; 4 ask what is new; 5 read events, and ask what was viewed last and what to go on with.
"""

import kosar

DAY = 86_400

# Customer, item, day.
bought = [(f"c{i:02}", ["tea", "mug", "pot"][i % 3], 1 + i) for i in range(1, 25)]
bought += [(f"c{i:02}", "mate", 6 + i) for i in range(1, 4)]
bought += [(f"c{i:02}", "mate" if i <= 10 else "tea", 31 + i % 5) for i in range(1, 17)]
bought += [(f"c{i:02}", "gourd", 34) for i in range(20, 24)]
who, what, day = zip(*bought, strict=True)
orders = {"who": list(who), "what": list(what), "at": [DAY * d for d in day]}
log = kosar.OrderLog.from_frame(orders, customer="who", item="what", time="at", time_unit="s")
catalog = kosar.Catalog.from_dict(
    {"tea": "Drinks", "mate": "Drinks", "mug": "Cups", "pot": "Cups", "gourd": "Cups"}
)
country = {f"c{i:02}": "AR" if i <= 12 else "HU" for i in range(1, 25)}


def show(found):
    for item, score, reason in found:
        print(f"  {item} ({score:.3f}): {reason}")


model = kosar.Popularity().fit(log, catalog=catalog, groups={"country": country})
print("1. What sells")
show(model.recommend(n=3))

print("\n2. Cups, without what c02 has; and in Hungary")
show(model.recommend(n=2, category="Cups", customer="c02"))
show(model.recommend(n=2, group={"country": "HU"}))

print("\n3. What rises")
show(model.trending(n=3))

print("\n4. What is new")
show(model.new_arrivals(n=3, category="Cups"))

seen = {
    "who": ["ann"] * 5,
    "visit": ["v1", "v1", "v1", "v2", "v2"],
    "what": ["tea", "pot", "mug", "tea", "gourd"],
    "did": ["view", "add_to_cart", "view", "purchase", "view"],
    "at": [0, 60, 120, DAY, DAY + 60],
}
events = kosar.EventLog.from_frame(
    seen, customer="who", session="visit", item="what", kind="did", time="at", time_unit="s"
)
visits = kosar.Visits(events)
print("\n5. What Ann viewed last, and what to go on with in her second visit")
for item in visits.recently_viewed(customer="ann"):
    print(f"  {item.item}: {item.kind}")
for item in visits.continue_shopping(customer="ann", session="v2"):
    print(f"  go on with {item.item}: {item.kind}")
