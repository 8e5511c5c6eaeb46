"""A tour of the event log: clicks in sessions, late links, and what they say of items.

The flow, for any language: 1 read a day of clicks of three visitors, some of the rows bad; 2 look at
the sessions; 3 link a visitor who became known; 4 append the next hour, which overlaps; 5 weigh the
kinds of events and find what goes with what.
"""

import kosar

day = {
    "visit": ["v1", "v1", "v1", "v2", "v2", "v2", None, None, None, "v1", "v2"],
    "user": [None, "ann", "ann", None, None, None, "bob", "bob", "bob", "ann", None],
    "sku": ["tea", "mug", "tea", "tea", "mug", "pot", "mug", "tea", "pot", "tea", "mug"],
    "action": ["pdp", "pdp", "atc", "pdp", "pdp", "pdp", "pdp", "purchase", "pdp", "purchase", "hover"],
    "at": [f"2025-06-01 {time}" for time in (
        "10:00", "10:02", "10:03", "11:00", "11:01", "11:05", "12:00", "12:10", "13:00", "10:09", "11:02",
    )],
}  # fmt: skip
roles = {"session": "visit", "customer": "user", "item": "sku", "kind": "action", "time": "at"}
kinds = {"pdp": "view", "atc": "add_to_cart"}

log = kosar.EventLog.from_frame(day, **roles, kinds=kinds, until="2025-06-02")
print("1. What became of the rows")
print(log, log.report, sep="\n")

print("\n2. The sessions: by id, or by half an hour without an event")
print(log.to_table())

known = log.link({"v2": "cleo"})
print(f"\n3. {log.n_customers} customers, and with the visitor who became known {known.n_customers}")

hour = {
    "visit": ["v2", "v2", "v3"],
    "user": [None, None, None],
    "sku": ["pot", "tea", "tea"],
    "action": ["pdp", "purchase", "pdp"],
    "at": ["2025-06-01 11:05", "2025-06-01 11:20", "2025-06-01 14:00"],
}
joined = known.append(kosar.EventLog.from_frame(hour, **roles, kinds=kinds))
print("\n4. The next hour, of which one event came before")
print(joined, joined.report, sep="\n")

matrix = joined.session_items({"view": 1, "add_to_cart": 3, "purchase": 5})
similar = kosar.ItemSimilarity(strength="quantity").fit(matrix)
print("\n5. What goes with tea in a session")
for found in similar.similar(joined.items.index("tea"), n=2):
    print(f"  {joined.items[found.item]} ({found.score:.2f})")
