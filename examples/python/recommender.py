"""One object for the whole shop: every placement, why, by which rules; live changes, forgetting, files.

The flow, for any language: 1 build it of what the shop has, and ask for the placements of a page; 2 change the rules while it
answers; 3 take in what was bought since; 4 see who a customer is, and hand over what is held of them; 5 forget them, with a
receipt; 6 save it, with histories or without; 7 see what is said of a slip.
"""

import json
import tempfile
from pathlib import Path

import kosar

log, events, catalog, _ = kosar.datasets.shop_data(lines=20_000, clicks=40_000, seed=8)
december = "2025-12-01"
recommender = kosar.Recommender().fit(log.before(december), events=events, catalog=catalog)
who = "C00044"


def show(title: str, answers: list[kosar.Answer]) -> None:
    print(f"  {title}")
    for answer in answers:
        print(f"    {answer.item} {answer.score:.2f} {answer.step}: {answer.reason}")


def yes(holds: bool) -> str:
    return "yes" if holds else "no"


print("1. The placements of a page, and why")
item = recommender.trending(1)[0].item
show("trending", recommender.trending(2))
show(f"similar to {item}", recommender.similar(item, 2))
show(f"with {item} in the cart", recommender.bought_together([item], 2))
show(f"for {who}", recommender.for_customer(who, 2, session=[item]))
show(f"again for {who}", recommender.buy_again(who, 2))
print(f"  {recommender.similar(item, 1)[0].sql[:45]}...")
for category in recommender.categories(2, customer=who):
    print(f"  {category.category}: {category.share:.3f} of purchases expected, {category.purchases} so far")

print("\n2. Rules")
rules = {
    "filters": [{"only": {"not": {"category": "Garden"}}}],
    "caps": [{"by": {"category": 1}, "max": 1}],
    "pins": [{"item": item, "position": 2, "placements": ["for_customer"]}],
}
recommender.set_rules(rules)
show(f"for {who}", recommender.for_customer(who, 3))

print("\n3. What was bought since")
report = recommender.update(log.after(december))
print(f"  {report['orders']} orders, {report['new_customers']} new customers, version {report['version']}")
print(f"  again: {recommender.update(log.after(december))['repeated_orders']} orders were there already")
recommender.refresh()
show("trending", recommender.trending(2))

print("\n4. Who somebody is")
profile, export = recommender.profile(who), json.loads(recommender.export_json(who))
print(
    f"  {who}: {profile['orders']} orders, {profile['spent']:.2f} spent, {profile['rfm']['segment']}, {profile['stage']}"
)
print(f"  to hand over: {len(export['orders'])} orders and {len(export['events'])} events")

print("\n5. Forgotten")
receipt = recommender.forget(who)
print(
    f"  {receipt['orders']} orders, {receipt['lines']} lines and {receipt['events']} events are gone as of version {receipt['version']}"
)
print(f"  to refresh: {', '.join(receipt['to_refresh'])}")
anybody = [answer.item for answer in recommender.for_customer("nobody", 5)]
now = [answer.item for answer in recommender.for_customer(who, 5)]
print(f"  gets what anybody gets: {yes(now == anybody)}")

print("\n6. Files")
path = Path(tempfile.mkdtemp()) / "shop.kosar"
recommender.save(path)
loaded = kosar.Recommender.load(path)
same = loaded.for_customer("C00004", 5) == recommender.for_customer("C00004", 5)
print(f"  loaded, it answers the same: {yes(same)}")
serving = recommender.to_bytes(histories=False)
whole, without = b"C00004" in path.read_bytes(), b"C00004" in serving
print(f"  names C00004: {yes(whole)}, without histories: {yes(without)}")

print("\n7. A slip")
try:
    recommender.set_rules({"boosts": [{"items": {"brand": "Acme"}, "factor": 2}]})
except kosar.ParamError as error:
    print(f"  {error}")
