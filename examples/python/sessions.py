"""What comes next in a session: clicks become an event log, the log a model, the model answers while one shops.

The flow, for any language: 1 read finished sessions and fit; 2 ask for an ongoing session; 3 let a cart
weigh more than a look; 4 append the next day; 5 ask what cannot be answered, and fall back.
"""

import kosar

monday = {
    "visit": ["v1", "v1", "v1", "v2", "v2", "v3", "v3", "v3", "v4", "v4"],
    "sku": ["tea", "cup", "pot", "tea", "pot", "jam", "tea", "bread", "bread", "jam"],
    "did": ["view"] * 7 + ["add_to_cart", "view", "view"],
    "at": [f"2025-06-02 {9 + minute // 60:02}:{minute % 60:02}" for minute in range(0, 100, 10)],
}
tuesday = {
    "visit": ["v5", "v5", "v6", "v6"],
    "sku": ["honey", "tea", "honey", "bread"],
    "did": ["view"] * 4,
    "at": [f"2025-06-03 10:{minute}" for minute in (10, 20, 30, 40)],
}
roles = {"session": "visit", "item": "sku", "kind": "did", "time": "at"}


def show(found):
    for item, score, reason in found:
        print(f"  {item} ({score:.3f}): {reason}")


events = kosar.EventLog.from_frame(monday, **roles)
model = kosar.SessionKnn().fit(events)
print(f"1. {model.n_sessions_} sessions with {len(model.items_)} items")

session = ["cup", "tea"]
print("\n2. After a cup and tea, without these")
show(model.recommend(session, n=2, exclude=session))

weighed = kosar.SessionKnn(kind_weights={"add_to_cart": 3.0}).fit(events)
print("\n3. The same, where an add to the cart counts three looks, and the tea was added")
show(weighed.recommend(session, n=2, kinds=["view", "add_to_cart"], exclude=session))

model = model.append(kosar.EventLog.from_frame(tuesday, **roles))
print(f"\n4. With Tuesday {model.n_sessions_} sessions; after honey")
show(model.recommend(["honey"], n=2))

found = model.recommend(["wine"], n=2)
print(f"\n5. After wine: {found.why_empty} ({', '.join(found.unknown)}); so what many looked at")
popular = sorted(zip(model.counts_, model.items_, strict=True), key=lambda pair: (-pair[0], pair[1]))
for count, item in popular[:2]:
    print(f"  {item} (in {count} sessions)")
