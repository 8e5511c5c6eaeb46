"""Where each customer stands in their life with the shop, by their own rhythm.

The flow, for any language: 1 read orders and fit, with those who only looked; 2 count the stages; 3 look at a customer; 4 ask who
is about to slip; 5 see who moved between two dates; 6 take in another day of orders, and forget a customer.
"""

import kosar

shop = kosar.datasets.shop_data(lines=50_000, clicks=60_000, seed=8)
log = shop.log
model = kosar.Lifecycle().fit(log, events=shop.events, prospects=["V00001"])

print("1. The rhythm")
rhythm = model.rhythm_days_
print(f"  {len(model.customers_)} customers, half of the intervals are over after {rhythm:.1f} days")

print("\n2. The stages")
for stage, customers in model.counts_.items():
    print(f"  {stage}: {customers}")

print("\n3. A loyal customer")
one = model.customer(model.customers("loyal")[0])
since, change = f"{one.since:%Y-%m-%d}", f"{one.next_change:%Y-%m-%d}"
print(
    f"  {one.customer}: {one.stage} since {since}, {one.purchases} purchases, every {one.rhythm_days:.1f} days"
)
print(f"  silent for {one.silence_days} days; {one.next_stage} on {change} if nothing is bought")
print(f"  V00001: {model.stage('V00001')}")

print("\n4. Who is about to slip")
soon = sorted(
    (row["next_change"], row["customer"])
    for row in model.table_
    if row["next_stage"] == "slipping" and row["stage"] == "loyal"
)
for day, customer in soon[:3]:
    print(f"  {customer}: {day:%Y-%m-%d}")

print("\n5. Who moved since the autumn")
moved = model.movements("2025-10-01", model.as_of_)
for before in ("loyal", "active", "dormant"):
    print(f"  {before}: {moved.count(before, 'lost')} lost, {moved.count(before, 'won_back')} won back")
print(f"  new to the shop: {sum(moved.count(None, after) for after in model.STAGES)}")

print("\n6. Another day, and one customer fewer")
yesterday = kosar.Lifecycle().fit(log.before("2025-12-31"))
today = yesterday.update(log.after("2025-12-31"))
print(f"  the same as a fit on all: {today.to_bytes() == kosar.Lifecycle().fit(log).to_bytes()}")
n = len(today.customers_)
print(f"  {n} customers, {len(today.forget(one.customer).customers_)} when one is forgotten")
