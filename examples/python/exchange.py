"""One model file, three languages: ``exchange.py save FOLDER`` fits and saves, ``exchange.py ask FOLDER`` loads and answers.

``examples/exchange.sh`` runs this in Rust, Python and Node: the files are equal byte for byte, and so are the answers.
"""

import sys
from pathlib import Path

import kosar


def save(folder: Path) -> None:
    log, events, catalog, _ = kosar.datasets.shop_data(lines=20_000, seed=7, clicks=40_000)
    kosar.AssociationRules(min_support=0.002, min_confidence=0.2).fit(log).save(folder / "rules.kosar")
    kosar.ItemSimilarity(neighbors=50).fit(log).save(folder / "similarity.kosar")
    kosar.Rfm().fit(log).save(folder / "rfm.kosar")
    kosar.Lifecycle(lost=0.95).fit(log).save(folder / "lifecycle.kosar")
    kosar.CustomerClusters(4, seed=1).fit(log).save(folder / "clusters.kosar")
    popular = kosar.Popularity(half_life_days=30, trend_days=28, baseline_days=84)
    popular.fit(log, groups={"last": {customer: customer[-1] for customer in log.customers}})
    popular.save(folder / "popularity.kosar")
    kosar.NextBasket(neighbors=50).fit(log).save(folder / "next_basket.kosar")
    kosar.Replenishment(coverage=0.5).fit(log, catalog=catalog).save(folder / "replenishment.kosar")
    kosar.Visits(events, log).save(folder / "visits.kosar")


def ask(folder: Path) -> None:
    show("rules", kosar.load(folder / "rules.kosar").recommend(["KIT-0035", "CAN-0023"], n=5))
    similarity = kosar.load(folder / "similarity.kosar")
    show("similar", similarity.similar("KIT-0035", n=5))
    show("customer", similarity.recommend(customer="C00003", n=5))
    print("segment", kosar.load(folder / "rfm.kosar").segment("C00003"))
    one = kosar.load(folder / "lifecycle.kosar").customer("C00003")
    print("stage", one.stage, f"{one.rhythm_days:.12f}", one.silence_days)
    print("cluster", kosar.load(folder / "clusters.kosar").cluster("C00003"))
    popular = kosar.load(folder / "popularity.kosar")
    show("popular", popular.recommend(n=5, group={"last": "7"}))
    show("trending", popular.trending(n=5))
    show("next", kosar.load(folder / "next_basket.kosar").recommend("C00003", n=5))
    again = kosar.load(folder / "replenishment.kosar")
    for due in again.buy_again("C00003", now=again.end_, n=5):
        print(f"due {due.item} {due.due:%Y-%m-%d} {due.probability:.12f} {due.basis}")
    for seen in kosar.load(folder / "visits.kosar").recently_viewed(n=5, customer="C00003"):
        print(f"seen {seen.item} {seen.kind} {seen.views}")


def show(what: str, found: list) -> None:
    for recommendation in found:
        print(f"{what} {recommendation.item} {recommendation.score:.12f} {recommendation.reason}")


if __name__ == "__main__":
    {"save": save, "ask": ask}[sys.argv[1]](Path(sys.argv[2]))
