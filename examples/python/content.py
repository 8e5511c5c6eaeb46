"""A tour of the catalogue: what items are, what they resemble, what they are to each other.

The flow, for any language: generate a shop of 60,000 lines and 400 items with seed 7, and its
catalogue; then 1 look at facts and filter by them, 2 find what is like an item by content alone, 3
blend that with who bought what, 4 launch an item and see it recommended, 5 find complements, 6 find
substitutes.
"""

import kosar

log = kosar.datasets.shop(lines=60_000, items=400, seed=7)
catalog = kosar.datasets.shop_catalog(lines=60_000, items=400, seed=7)
print(log, catalog, sep="\n")


def called(item: str) -> str:
    """Give the name of an item."""
    return catalog.name(item) or item


first = catalog.items[0]
print("\n1. What the catalogue says of an item, and which are as cheap")
print(f"  {called(first)}: {catalog.item(first)['price']:.2f}, in {catalog.item(first)['categories']}")
cheap = catalog.items_priced(max=8)
print(f"  {len(cheap)} items at 8 or less")

content = kosar.ContentSimilarity(ngrams=(3, 5)).fit(catalog)
print(f"\n2. Like {called(first)}, by content alone, and cheap")
for found in content.similar(first, n=3, only=cheap):
    print(f"  {called(found.item)} ({found.score:.2f}), price {catalog.item(found.item)['price']:.2f}")

collaborative = kosar.ItemSimilarity().fit(log)
hybrid = kosar.HybridSimilarity().fit(log, collaborative, content)
print(f"\n3. Like {called(first)}, by who bought it as well (content weighs {hybrid.content_weight_:.2f})")
for found in hybrid.similar(first, n=3):
    print(f"  {called(found.item)} ({found.score:.2f}): {found.reason.kind}")

rows = [{"id": item, **catalog.item(item)} for item in catalog.items]
new = {"id": "NEW-0001", "name": "Bamboo soap dish, blue", "categories": ["Bathroom"], "price": 9.5}
rows.append(new)
columns = {key: [row[key] for row in rows] for key in ("id", "name", "price")}
columns["path"] = [row["categories"][0] for row in rows]
launched = kosar.Catalog.from_frame(columns, item="id", name="name", price="price", category="path")
with_new = kosar.HybridSimilarity().fit(
    log, collaborative, kosar.ContentSimilarity(ngrams=(3, 5)).fit(launched)
)
print("\n4. An item launched today")
nearest = with_new.similar("NEW-0001", n=1)[0]
print(f"  {new['name']} is like {called(nearest.item)} ({nearest.score:.2f})")
owners = [c for c in log.customers if "NEW-0001" in [r.item for r in with_new.recommend(c, n=10)]]
print(f"  among the first ten for {len(owners)} of {log.n_customers} customers who never could buy it")

relations = kosar.ItemRelations().fit(log, catalog=catalog)
pairs = {(a, b): pair for a in relations.items_ for b, pair in relations.complements(a) if a < b}
print(f"\n5. Complements: {len(pairs)} pairs")
for (a, b), pair in sorted(pairs.items(), key=lambda one: -one[1].lift)[:3]:
    print(f"  {called(a)} + {called(b)}: {pair}")

pairs = {(a, b): pair for a in relations.items_ for b, pair in relations.substitutes(a) if a < b}
print(f"\n6. Substitutes: {len(pairs)} pairs")
for (a, b), pair in sorted(pairs.items(), key=lambda one: one[1].lift)[:3]:
    print(f"  {called(a)} or {called(b)}: {pair}")
