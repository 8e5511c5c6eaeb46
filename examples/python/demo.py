"""The main job from end to end: an order log in; rules, similar items and customer segments out.

``python examples/python/demo.py`` reads a generated shop; with ``--orders FILE`` and the names of its columns
(``--order InvoiceNo --customer CustomerID --item StockCode ...``) a CSV file of your own, plain or gzipped.
The demos in Rust and Node print the same report from the same input.
"""

import argparse
import math
import sys
import time

import kosar

MIN_SUPPORT = 0.01
MIN_CONFIDENCE = 0.5
N_CLUSTERS = 5
ROLES = ("order", "customer", "item", "time", "quantity", "price")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("orders", *ROLES, "name"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--returns", default="net")
    arguments = parser.parse_args()
    try:
        for line in report(arguments):
            print(line.rstrip())
    except kosar.KosarError as error:
        sys.exit(str(error))


def report(arguments):
    clock = Clock()
    log = read_log(arguments)
    clock.lap("read the log")
    labels = read_labels(log, arguments)
    yield from intake(log)
    if log.n_items:
        yield from rules(log, labels)
        clock.lap("rules and baskets")
    if log.n_items and log.n_customers:
        yield from similar(log, labels)
        clock.lap("similar items")
    if log.n_customers and log.span:
        yield from segments(log)
        yield from clusters(log)
        clock.lap("segments and clusters")


def read_log(arguments):
    if arguments.orders is None:
        return kosar.datasets.shop(lines=20_000, seed=7, dirty=0.01, returns=arguments.returns)
    columns = {role: getattr(arguments, role) for role in ROLES}
    attributes = [arguments.name] if arguments.name else []
    return kosar.OrderLog.from_csv(
        arguments.orders, **columns, attributes=attributes, returns=arguments.returns
    )


def read_labels(log, arguments):
    """What items are called in the report: their names where the log has them, else their ids."""
    column = "name" if arguments.orders is None else arguments.name
    return log.item_words(column) if column and log.n_items else {}


def intake(log):
    report = log.report
    yield f"ORDER LOG: {report.rows:,} rows read, {report.taken:,} taken"
    yield from findings("set aside", report.set_aside)
    yield from findings("note     ", report.notes)
    days = f", {log.span[0]:%Y-%m-%d} to {log.span[1]:%Y-%m-%d}" if log.span else ""
    yield f"  {log.n_orders:,} orders, {log.n_customers:,} customers, {log.n_items:,} items{days}"


def findings(what, found):
    """The most frequent first."""
    for name, finding in sorted(found.items(), key=lambda entry: (-entry[1]["count"], entry[0])):
        yield f"  {what} {finding['count']:>9,}  {name.replace('_', ' ')}"


def rules(log, labels):
    model = kosar.AssociationRules(min_support=MIN_SUPPORT, min_confidence=MIN_CONFIDENCE).fit(log)
    table = model.rules_
    yield ""
    yield f"STRONGEST RULES of {len(table):,} by lift (support from 1 %, confidence from 50 %)"
    yield "  support  confidence   lift  rule"
    rows = table.to_dicts()
    for rule in rows[:10]:
        antecedent, consequent = (label_all(rule[side], labels) for side in ("antecedent", "consequent"))
        yield (
            f"  {rule['support'] * 100:>6.2f}%  {rule['confidence'] * 100:>9.1f}%  {rule['lift']:>5.1f}"
            f"  {antecedent} -> {consequent}"
        )
    yield ""
    yield "GOES WITH THIS BASKET"
    for cart in carts(rows):
        yield f"  {label_all(cart, labels)}"
        for found in model.recommend(cart, n=3):
            yield f"    {found.score * 100:>5.1f}%  {labels.get(found.item, found.item)}"


def carts(rows):
    """Three baskets: antecedents of the most frequent rules, several items first, no item in two."""
    used: set = set()
    chosen: list = []
    for rule in sorted(rows, key=lambda rule: (len(rule["antecedent"]) == 1, -rule["count"])):
        cart = rule["antecedent"]
        if len(chosen) < 3 and not used.intersection(cart):
            used.update(cart)
            chosen.append(cart)
    return chosen


def similar(log, labels):
    single = kosar.FrequentItemsets(min_support=1, max_len=1).fit(log)
    model = kosar.ItemSimilarity().fit(log)
    yield ""
    yield "SIMILAR ITEMS of the best sellers, by who bought both"
    for row in single.itemsets_.to_dicts()[:3]:
        for item in row["items"]:
            yield f"  {labels.get(item, item)} ({row['count']:,} baskets)"
            for found in model.similar(item, n=3):
                yield f"    {found.score:>5.3f}  {labels.get(found.item, found.item)}"


def segments(log):
    rfm = kosar.Rfm().fit(log)
    yield ""
    yield f"CUSTOMER SEGMENTS as of {rfm.as_of_:%Y-%m-%d}"
    yield "  segment             customers   share  revenue    median days  orders     spent"
    for profile in rfm.profiles_.to_dicts():
        yield (
            f"  {profile['segment']:<18} {profile['customers']:>10,}  {profile['customer_share'] * 100:>5.1f}%"
            f"  {profile['revenue_share'] * 100:>6.1f}%  {one_decimal(profile['median_recency_days']):>13}"
            f"  {one_decimal(profile['median_frequency']):>6}  {one_decimal(profile['median_monetary']):>8}"
        )


def clusters(log):
    model = kosar.CustomerClusters(N_CLUSTERS).fit(log)
    yield ""
    yield "CUSTOMER CLUSTERS by recency, frequency and monetary value"
    for profile in model.profiles_.to_dicts():
        yield (
            f"  {profile['cluster'] + 1}. {profile['name']}: {profile['customers']:,} customers,"
            f" {profile['revenue_share'] * 100:.1f}% of revenue,"
            f" median {one_decimal(profile['median_recency_days'])} days,"
            f" {one_decimal(profile['median_frequency'])} orders,"
            f" {one_decimal(profile['median_monetary'])} spent"
        )


def label_all(items, labels):
    return " + ".join(str(labels.get(item, item)) for item in items)


def one_decimal(number):
    return "-" if math.isnan(number) else f"{number:.1f}"


class Clock:
    """Timings on stderr."""

    def __init__(self):
        self.start = time.perf_counter()

    def lap(self, what):
        now = time.perf_counter()
        print(f"python  {(now - self.start) * 1e3:>7.1f} ms  {what}", file=sys.stderr)
        self.start = now


if __name__ == "__main__":
    main()
