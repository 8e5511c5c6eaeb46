"""The next basket of a customer: what they buy again, and what is new to them.

The flow, for any language: 1 read orders, fit, ask for a customer; 2 ask for what is bought again and for what
is new apart; 3 keep to what is in stock; 4 ask for a visitor by baskets; 5 answer all customers at once; 6 see how
good it is on the last basket of each customer of a shop, beside what they bought most often.
"""

import kosar
from kosar.evaluate import compare, leave_last_basket

# Twelve customers come every third day: some always need milk, tea and jam come round, soap is bought once.
bought = []
for i in range(12):
    for visit in range(6):
        basket = {
            "milk": i % 2 == 0,
            "bread": (i + visit) % 2 == 0,
            "tea": i % 3 == 0 and visit % 2 == 1,
            "jam": i % 3 == 1 and visit % 3 == 0,
            "beans": i * visit % 5 == 1,
            "soap": visit == i % 4,
        }
        bought += [(f"c{i:02}", f"{i}-{visit}", item, 3 * visit) for item, has in basket.items() if has]
who, order, what, day = zip(*bought, strict=True)
orders = {"who": list(who), "order": list(order), "what": list(what), "at": [86_400 * d for d in day]}
log = kosar.OrderLog.from_frame(orders, customer="who", order="order", item="what", time="at", time_unit="s")


def show(found):
    for item, score, reason in found:
        print(f"  {item} ({score:.3f}): {reason}")


model = kosar.NextBasket(neighbors=2).fit(log)  # in so small a shop; 300 by default
print("1. The next basket of c00")
show(model.recommend("c00", n=4))

print("\n2. What c00 buys again, and what is new to them")
show(model.recommend("c00", n=2, novelty="repeat"))
show(model.recommend("c00", n=2, novelty="explore"))

print("\n3. Of what is in stock, without milk")
show(model.recommend("c00", n=2, only=["milk", "tea", "jam"], exclude=["milk"]))

print("\n4. Someone with two baskets, whom the model does not know")
show(model.recommend(baskets=[["tea", "soap"], ["tea"]], n=3))

items, scores = model.recommend_all(n=2)
print("\n5. All customers")
for customer, row in zip(model.customers_, items, strict=True):
    print(f"  {customer}: {', '.join(row)}")

# Repeats are asked for too. In a generated shop nobody's taste changes, so that past frequency alone tells much.
split = leave_last_basket(kosar.datasets.shop(lines=20_000, seed=7), new_items_only=False)
models = {"blend": kosar.NextBasket(), "top frequency": kosar.NextBasket.top_frequency()}
found = compare(models, split, metrics=["recall@10"], n_resamples=0)
print("\n6. Recall of ten items in the last basket of each customer of a larger shop")
for name in found.names:
    print(f"  {name}: {found[name]['recall@10']:.3f}")
