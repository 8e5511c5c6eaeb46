"""A tour of itemsets and rules on a generated shop.

The flow, for any language: generate a shop of 20,000 lines with seed 7; take each item's category
from the kept column ``category``; then 1 count itemsets, 2 find the closed ones, 3 make rules and
prune them, 4 order and cut them, 5 say what their sides may hold, 6 let categories stand for items,
7 let old orders fade, 8 see what is bought later, 9 answer a cart. Only the last step, the hand-over
to mlxtend's form, needs a package more: pandas; without it the step is left out.
"""

import kosar

log = kosar.datasets.shop(lines=20_000, seed=7)
words = log.item_words("category")
catalog = kosar.Catalog.from_dict(words)
print(log, catalog, sep="\n")


def show(title: str, rules: list[dict[str, object]]) -> None:
    """Print a few rules."""
    print(f"\n{title}")
    for rule in rules[:3]:
        sides = " -> ".join(" + ".join(map(str, rule[side])) for side in ("antecedent", "consequent"))
        print(
            f"  {sides}  count {rule['count']}, confidence {rule['confidence']:.2f}, lift {rule['lift']:.1f}"
        )


print("\n1. How many itemsets would a minimum support bring?")
for min_support in (0.01, 0.002, 5):
    counts = kosar.FrequentItemsets(min_support).count(log)
    print(f"  {min_support}: {counts.total:,} sets, by length {counts.by_length}")

closed = kosar.FrequentItemsets(5, kind="closed", min_len=2).fit(log)
print("\n2. Closed sets of two items and more say all that the others do")
print(f"  {len(closed.itemsets_)} of them; the first: {closed.itemsets_.to_dicts()[0]}")

itemsets = kosar.FrequentItemsets(8, max_len=3).fit(log)
make = kosar.AssociationRules.from_itemsets
plain = make(itemsets, min_confidence=0.1)
significant = make(itemsets, min_confidence=0.1, max_p_value=0.01)
pruned = make(itemsets, min_confidence=0.1, max_p_value=0.01, drop_redundant=True)
print("\n3. Rules: all, those that chance does not explain, those that say more than simpler ones")
print(f"  {len(plain.rules_):,}, {len(significant.rules_):,}, {len(pruned.rules_):,}")
print(f"  measures to choose from: {len(kosar.MEASURES)}, such as {', '.join(kosar.MEASURES[:5])}")

top = make(itemsets, min_confidence=0.1, rank_by="leverage", top_k=3)
show("4. The three rules of most baskets beyond chance", top.rules_.to_dicts())

group = catalog.categories["path"][0]
sides = kosar.AssociationRules(
    8,
    min_confidence=0.05,
    antecedent_items=kosar.RuleSide(max_len=1),
    consequent_items=kosar.RuleSide(only=catalog.items_in(group)),
).fit(log)
show(f"5. What leads to something of {group}", sides.rules_.to_dicts())

aisles = kosar.AssociationRules(0.01, min_confidence=0.3, level=1, max_len=3).fit(log, catalog=catalog)
show("6. Categories in the place of items", aisles.rules_.to_dicts())
mixed = kosar.AssociationRules(8, min_confidence=0.1, level="mixed", max_len=2).fit(log, catalog=catalog)
print(f"  items and categories together: {len(mixed.rules_):,} rules")

recent = kosar.AssociationRules(0.004, min_confidence=0.1, half_life_days=60).fit(log)
show("7. Baskets that lose half of their weight in 60 days", recent.rules_.to_dicts())

later = kosar.TemporalRules(within_days=60, min_support=5, top_k=100).fit(log)
first = later.rules_.to_dicts()[0]
print("\n8. What is bought later")
print(f"  after {first['antecedent']}: {later.next(first['antecedent'], n=1)[0].reason}")

cart = top.rules_["antecedent"][0]
print(f"\n9. What goes with a cart of {' and '.join(cart)}")
for item, score, reason in pruned.recommend(cart, n=2, measure="lift"):
    print(f"  {item} ({score:.1f}): {reason}")
for item, _, reason in mixed.recommend(cart, n=2):
    print(f"  across levels {item}: {reason}")

try:
    frame = pruned.to_mlxtend()
    print(f"\nAs mlxtend has them: {len(frame):,} rows, {', '.join(frame.columns[:5])} ...")
except kosar.MissingDependencyError as missing:
    print(f"\n{missing}")
