"""What resembles what, and what a customer should see because of it: a tour of item similarity."""

import kosar

log = kosar.datasets.shop(lines=50_000, seed=7)
item, customer = "BAT-0001", "C00003"


def show(title: str, found: list) -> None:
    print(f"\n{title}")
    for one in found:
        print(f"  {one.item}  {one.score:.3f}  {one.reason}")


# By default: cosine over customers, 100 neighbours an item.
model = kosar.ItemSimilarity().fit(log)
show(f"like {item}", model.similar(item, n=3))
show(f"for {customer}", model.recommend(customer=customer, n=3))

# Filters act before the selection: asking for three gives three wherever three remain.
first = model.recommend(customer=customer, n=1)[0].item
show("without the first", model.recommend(customer=customer, n=3, exclude=[first]))

# Why, in full: what each owned item adds.
for part in model.explain(first, customer=customer)[:3]:
    print(f"  {first}: {part.item} adds {part.similarity:.3f} ({part.count} customers)")

# Customers with many items say less, pairs with few customers too, and candidates choose their neighbours:
# often much better than plain cosine. `kosar.evaluate.tune` finds the figures for your shop.
tuned = kosar.ItemSimilarity(side="target", user_exponent=-1.0, shrinkage=10.0).fit(log)
show(f"for {customer}, tuned", tuned.recommend(customer=customer, n=3))

# New orders and customers who want to be forgotten: the model is the one that a fit would give, to the byte.
days = log.span[0] + (log.span[1] - log.span[0]) * 0.9
model = kosar.ItemSimilarity().fit(log.before(days)).update(log.after(days))
assert model.to_bytes() == kosar.ItemSimilarity().fit(log).to_bytes()
model.forget(customer)
assert customer not in model.customers_

# Everyone at once, in batches of bounded memory; and the lists as a table.
rows = sum(len(customers) for customers, items, scores in model.recommend_batches(n=5, batch_size=500))
print(f"\n{rows} customers answered; {model.neighbors_}")
