"""Clusters of customers: by what, in how many, what they are, who is unlike their own, and what comes later.

The flow, for any language: 1 read orders and the catalogue, and let the evidence choose the number; 2 read the clusters
in words; 3 look at outliers; 4 place the customers of later orders; 5 fit anew, and keep what clusters are called.
"""

import kosar

shop = {"lines": 6_000, "seed": 5}
log, catalog = kosar.datasets.shop(**shop), kosar.datasets.shop_catalog(**shop)
earlier = log.before("2025-11-01")

features = [
    "recency",
    "frequency",
    "tenure",
    "order_value",
    "basket_size",
    "categories",
]
common = {
    "features": features,
    "max_categories": 3,
    "n_init": 4,
    "seed": 1,
    "outlier_mads": 2.0,
}
model = kosar.CustomerClusters("auto", k_range=(2, 5), resamples=4, references=3, **common)
model.fit(earlier, catalog=catalog)
print("1. How many clusters")
for row in model.evidence_:
    figures = f"silhouette {row['silhouette']:.3f}, gap {row['gap']:.3f}, stability {row['stability']:.3f}"
    print(f"  {row['n_clusters']}: {figures}{' <- chosen' if row['chosen'] else ''}")

print("\n2. What they are")
for row in model.profiles_:
    print(f"  {row['cluster']}: {row['name']} ({row['customers']} customers)")
for row in model.feature_profiles_[:2]:
    print(f"  {row['cluster']}: {row['feature']} {row['mean']:.1f}, of all {row['mean_of_all']:.1f}")

print("\n3. Who is unlike their own")
for row in [row for row in model.table_ if row["outlier"]][:3]:
    print(f"  {row['customer']}: {row['distance']:.2f} from the centre of {row['cluster']}")

print("\n4. Where customers stand two months later")
later = model.assign(log, catalog=catalog)
before = dict(zip(model.table_["customer"], model.table_["cluster"], strict=True))
moved = sum(before.get(row["customer"], row["cluster"]) != row["cluster"] for row in later)
print(f"  {len(later)} customers, {len(later) - len(before)} of them new; {moved} of the others moved")

print("\n5. Fitted anew, clusters keep what they are called")
again = kosar.CustomerClusters(model.n_clusters_ + 1, **common)
again.fit(log, catalog=catalog, previous=model)
print(f"  {sorted(model.ids_)} before, {sorted(again.ids_)} now")
