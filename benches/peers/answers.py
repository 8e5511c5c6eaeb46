"""What two miners must agree on: the number of sets or rules, and sums over them.

pyfim's Eclat, FP-growth and Apriori leave out the sets that consist of nothing but items of every basket
(one such item, one such set: of the sets with that item, only the one without any other). `left_out` says how
much that is, so that a peer is found to agree exactly, or exactly but for these sets.
"""

import math
from collections import Counter
from typing import Any

Answer = tuple[float, ...]


class DisagreementError(Exception):
    """Two miners found different things."""


def agree(peer: Answer, ours: Answer, left_out: Answer = ()) -> str:
    """Say how a peer's answer differs from ours: nothing, or that it is short of the sets left out."""
    if _equal(peer, ours):
        return ""
    if left_out and _equal(tuple(a + b for a, b in zip(peer, left_out, strict=True)), ours):
        return f"without {left_out[0]:,.0f} of the sets: items of every basket, by themselves"
    raise DisagreementError(f"found {peer}, kosar {ours}")


def _equal(a: Answer, b: Answer) -> bool:
    return len(a) == len(b) and all(math.isclose(x, y, rel_tol=1e-9) for x, y in zip(a, b, strict=True))


def n_full_items(baskets: list[list[Any]]) -> int:
    """Count the items that are in every basket."""
    return len(set(baskets[0]).intersection(*baskets[1:])) if baskets else 0


def full_sets(baskets: list[list[Any]]) -> Answer:
    """Give the number, and the sum of counts, of the sets of items of every basket alone."""
    n = 2 ** n_full_items(baskets) - 1
    return (n, n * len(baskets)) if n else ()


def full_lengths(baskets: list[list[Any]], longest: int) -> Answer:
    """Give the number of those sets, and how many have one item, two, and so on up to the longest."""
    items = n_full_items(baskets)
    return (2**items - 1, *(math.comb(items, size) for size in range(1, longest + 1))) if items else ()


def of_tuples(found: list[tuple[tuple[Any, ...], int]]) -> Answer:
    """Give the number of sets, and the sum of their counts, of pyfim's list."""
    return (len(found), sum(count for _, count in found))


def of_arrow(table: Any) -> Answer:
    """Give the same of kosar's table as `pyarrow.Table`."""
    return (table.num_rows, table["count"].to_numpy().sum().item())


def of_lists(columns: tuple[list[list[Any]], list[int]]) -> Answer:
    """Give the same of kosar's columns as lists of Python."""
    items, counts = columns
    return (len(items), sum(counts))


def of_spectrum(spectrum: dict[tuple[int, int], float]) -> Answer:
    """Give the number of sets, and of those with one item, two, ..., of pyfim's ``{(size, count): sets}``."""
    by_size: Counter[int] = Counter()
    for (size, _), sets in spectrum.items():
        by_size[size] += int(sets)
    return (by_size.total(), *(by_size[size] for size in sorted(by_size)))


def of_count(count: Any) -> Answer:
    """Give the same of kosar's count."""
    return (count.total, *(sets for sets in count.by_length if sets))
