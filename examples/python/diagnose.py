"""What in a log will spoil recommendations, and how to take it out.

The flow, for any language: 1 diagnose the orders; 2 look at a finding; 3 choose what to take out, keep the filter as JSON, and
apply it; 4 see that it is gone; 5 diagnose the events, and take the bots out.
"""

import kosar

shop = kosar.datasets.shop_data(lines=40_000, clicks=60_000, seed=8, troubles={"bots": 6})
diagnosis = shop.log.diagnose(names="name", examples=2)

print("1. The orders")
for found in diagnosis.findings:
    print(f"  {found.kind}: {found.count}, {found.lines} lines")

print("\n2. What is no merchandise")
for example in diagnosis.finding("not_merchandise").examples:
    print(f"  {example.subject}: {example.why}")

print("\n3. Without it, with one code a product, and without the burst")
chosen = diagnosis.filter("not_merchandise", "duplicates", "bursts")
kept = kosar.LogFilter.from_json(chosen.to_json())
clean, report = shop.log.filter(kept)
print(f"  {report.before} lines, {report.left} left: {report.by_items} by items, {report.by_spans} by spans")
print(f"  {report.renamed} renamed")

print("\n4. What is found now")
again = clean.diagnose(names="name")
gone = [found.kind for found in diagnosis.findings if again.finding(found.kind) is None]
print(f"  gone: {', '.join(gone)}")

print("\n5. The events")
bots = shop.events.diagnose(examples=2, only=["bots"])
for example in bots.finding("bots").examples:
    print(f"  session {example.subject}: {example.why}")
people, report = shop.events.filter(bots.filter())
print(f"  {shop.events.n_sessions} sessions, {people.n_sessions} left")
