"""Which customers, exactly: audiences by rules, who is in them, why, and what sets them apart.

The flow, for any language: 1 put together what the shop knows; 2 write audiences down; 3 count them, and see how they overlap;
4 ask which ones somebody is in, and why; 5 see what sets the members apart; 6 see what is said of a slip.
"""

import kosar

log, events, catalog, _ = kosar.datasets.shop_data(lines=20_000, clicks=120_000, seed=8)
ids = [row["customer"] for row in kosar.Rfm().fit(log).table_]
customers = kosar.Customers.from_frame(
    {
        "id": ids,
        "country": ["HU" if place % 3 else "AT" for place, _ in enumerate(ids)],
        "birthday": [
            f"19{60 + place % 40}-{1 + place % 12:02}-{1 + place % 28:02}" for place, _ in enumerate(ids)
        ],
        "consent": [place % 4 > 0 for place, _ in enumerate(ids)],
        "zone": ["Europe/Budapest" if place % 3 else "Europe/Vienna" for place, _ in enumerate(ids)],
    },
    customer="id",
    attributes=["country"],
    dates=["birthday"],
    time_zone="zone",
    consent={("email", "marketing"): "consent"},
)

print("1. What the shop knows")
data = kosar.AudienceData(
    orders=log,
    events=events,
    customers=customers,
    catalog=catalog,
    rfm=kosar.Rfm().fit(log),
    lifecycle=kosar.Lifecycle().fit(log),
    values={"clv": {who: float(place % 100) for place, who in enumerate(ids)}},
)
print(f"  {len(data)} customers")

print("\n2. Audiences")
may_write = {"consent": {"channel": "email", "purpose": "marketing"}}
trees = {
    "undecided": {
        "events": {"kinds": ["view"], "same_item": True, "not_bought": "since", "test": {"at_least": 3}}
    },
    "abandon carts": {
        "sessions": {
            "with": ["add_to_cart"],
            "without": ["purchase"],
            "measure": "share",
            "test": {"above": 0.5},
        }
    },
    "lapsed": {
        "and": [{"orders": {"test": {"at_least": 2}}}, {"not": {"orders": {"window": {"last_days": 120}}}}]
    },
    "birthday mail": {"and": [may_write, {"anniversary": {"next_days": 7}}]},
    "win back": {
        "and": [{"audience": "lapsed"}, may_write, {"value": {"name": "clv", "test": {"at_least": 50}}}]
    },
}
audiences = kosar.Audiences(data, trees, as_of="2026-01-01")
for name in audiences.names_:
    print(f"  {name}: {kosar.Audience(trees[name])}")

print("\n3. How many they are, and how they overlap")
for row in audiences.sizes_:
    print(f"  {row['audience']}: {row['members']} ({row['share']:.3f})")
for row in audiences.overlap():
    if row["both"]:
        print(f"  {row['a']} and {row['b']}: {row['both']}")
guess = audiences.estimate("lapsed", sample=200, seed=1)
print(f"  lapsed, from {guess.sampled} of {guess.customers}: {guess.low:.0f} to {guess.high:.0f}")

print("\n4. Somebody, and why")
someone = audiences.members("win back")[0]
print(f"  {someone} is in: {', '.join(audiences.of(someone))}")
for part in audiences.explain("win back", someone).parts:
    print(f"  {part.path}: {part.condition}: {'yes' if part.holds else 'no'}")

print("\n5. What sets the lapsed apart")
profile = audiences.profile("lapsed")
for word in profile.words[:3]:
    print(f"  {word['field']} {word['word']}: {word['lift']:.2f} times as often")
for number in profile.numbers:
    if number["field"] in ("recency_days", "spent"):
        print(f"  {number['field']}: {number['ratio']:.2f} times the mean")

print("\n6. A slip")
try:
    kosar.Audiences(data, {"slip": {"not": {"attribute": {"name": "contry", "test": {"is": "HU"}}}}})
except kosar.ParamError as error:
    print(f"  {error}")
