"""The shortest way from baskets to answers."""

import kosar

log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())

rules = kosar.AssociationRules(min_support=0.2, min_confidence=0.6).fit(log)
for found in rules.recommend(["bread", "jam"], n=3):
    print(f"with bread and jam: {found.item} ({found.reason})")

similarity = kosar.ItemSimilarity(unit="order").fit(log)
for found in similarity.similar("bread", n=3):
    print(f"like bread: {found.item} ({found.score:.2f})")

# A model file written here opens in Node and Rust too.
loaded = kosar.AssociationRules.from_bytes(rules.to_bytes())
print(f"{len(loaded.rules_)} rules in {len(rules.to_bytes())} bytes")
