"""Is the model any good? A split in time, a choice of parameters, models beside the best sellers."""

import kosar
from kosar.evaluate import compare, temporal_split, tune

log = kosar.datasets.shop(lines=50_000, seed=7)

# What was ordered in the last 60 days is asked for; models see what came before, and nothing else.
split = temporal_split(log, last_days=60)
print(split, end="\n\n")

# Parameters are chosen on a second split, inside the training part.
grid = {"neighbors": [10, 50, 200], "measure": ["cosine", "jaccard"]}
tuning = tune(kosar.ItemSimilarity(), grid, split.train, metric="ndcg@10", last_days=60)
print(tuning, end="\n\n")

# Models on the same customers. Lists that another program made stand beside ours: a dict, or a function.
recent = kosar.Popularity(half_life_days=30).fit(split.train)
bestsellers = [found.item for found in recent.recommend(n=10)]
comparison = compare(
    {
        "similar": tuning.best_model,
        "recent": recent,
        "bestsellers of the month": lambda customer: bestsellers,
    },
    split,
    k=10,
    metrics=["ndcg", "recall", "coverage", "revenue"],
)
print(comparison)
for row in comparison.table:
    if row["metric"] == "ndcg@10":
        print(
            f"{row['model']:<26}{row['value']:.4f} [{row['low']:.4f}, {row['high']:.4f}]"
            f"  {row['difference']:+.4f} {row['verdict']}"
        )
