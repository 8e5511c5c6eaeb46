"""Who the customers are: scores, segments in figures, who moved where, and new customers by the same cut points.

The flow, for any language: 1 read orders and fit; 2 look at the segments; 3 ask who is in one, and which one somebody is in;
4 score a later date by the same cut points, and see who moved; 5 score customers of another source; 6 choose another grid and
another way of scoring.
"""

import kosar

log = kosar.datasets.shop(lines=50_000, seed=8)
spring = kosar.Rfm(as_of="2025-07-01", weights=(2, 1, 1)).fit(log)

print("1. Where scores change")
for name, cuts in spring.cut_points_.items():
    print(f"  {name}: {', '.join(f'{cut:.1f}' for cut in cuts)}")

print("\n2. The segments")
for row in spring.profiles_:
    days, orders = row["median_recency_days"], row["mean_frequency"]
    print(
        f"  {row['segment']}: {row['customers']} customers, {row['revenue_share']:.2f} of the revenue,"
        f" {days:.1f} days ago, {orders:.1f} orders"
    )

print("\n3. Who should not be lost")
lost = spring.customers("cant_lose")
print(f"  {', '.join(lost[:3])}, {len(lost)} in all")
first = spring.customer(lost[0])
print(f"  {lost[0]}: {first['RFM']}, {first['score']:.2f} of 5, {spring.segment(lost[0])}")

print("\n4. Half a year later, by the same cut points")
winter = spring.apply(log)
moved = spring.migration(winter)
for row in moved:
    if row["before"] == "champions" and row["customers"] > 0:
        print(f"  champions to {row['after']}: {row['customers']} ({row['share']:.2f})")

print("\n5. Customers of the branch in town")
for row in winter.score(recency_days=[3, 200], frequency=[9, 1], monetary=[900, 20]):
    print(f"  {row['RFM']}: {row['segment']}")

print("\n6. Eleven segments, natural breaks; and cells of equal size")
eleven = kosar.Rfm(segments="eleven", scores={"monetary": "jenks", "frequency": [1, 2, 4, 8]}).fit(log)
for row in eleven.profiles_[:3]:
    print(f"  {row['segment']}: {row['customers']}")
boxes = [
    {"name": "best", "r": (3, 3), "f": (3, 3), "m": (3, 3)},
    {"name": "good", "r": (2, 3), "f": (2, 3), "m": (2, 3)},
]
nested = kosar.Rfm(scores="nested", bins=3, segments=boxes, other="others").fit(log)
for row in nested.profiles_:
    print(f"  {row['segment']}: {row['customer_share']:.3f}")
