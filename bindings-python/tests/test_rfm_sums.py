"""RFM adds up: fits without a log, updates, merging, forgetting, windows, returns."""

from typing import Any

import kosar
import pytest

LINES = {
    "who": ["ann", "ann", "bob", "ann", "cy", "bob", "dan"],
    "no": [1, 1, 2, 3, 4, 5, 6],
    "on": ["2025-01-01", "2025-01-01", "2025-02-01", "2025-03-01", "2025-03-05", "2025-03-20", "2025-03-21"],
    "paid": [5.0, 2.5, 4.0, 10.0, 7.0, -1.5, -3.0],
}
COLUMNS: dict[str, Any] = {"customer": "who", "order": "no", "time": "on", "amount": "paid"}


def some(lines: dict[str, list[Any]], keep: Any) -> dict[str, list[Any]]:
    """Give the lines of which the order passes."""
    places = [place for place, order in enumerate(lines["no"]) if keep(order)]
    return {name: [values[place] for place in places] for name, values in lines.items()}


def log(lines: dict[str, list[Any]]) -> kosar.OrderLog:
    return kosar.OrderLog.from_frame(lines, **COLUMNS)


def test_a_fit_without_a_log_is_the_fit_with_it() -> None:
    fitted = kosar.Rfm().fit(log(LINES))
    of_frame = kosar.Rfm().fit_frame(LINES, **COLUMNS)
    assert of_frame.to_bytes() == fitted.to_bytes()
    assert of_frame.report_ is not None
    assert fitted.report_ is None
    assert (of_frame.report_.rows, of_frame.report_.taken) == (7, 7)
    assert of_frame.table_["customer"] == ["ann", "bob", "cy"]


@pytest.mark.parametrize("kind", ["pyarrow", "polars", "pandas"])
def test_frames_of_all_kinds_are_taken(kind: str) -> None:
    frames = pytest.importorskip(kind)
    made = {"pyarrow": "table", "polars": "DataFrame", "pandas": "DataFrame"}[kind]
    frame = getattr(frames, made)(LINES)
    expected = kosar.Rfm().fit(log(LINES)).to_bytes()
    assert kosar.Rfm().fit_frame(frame, **COLUMNS).to_bytes() == expected


def test_rows_set_aside_are_told() -> None:
    dirty = {**LINES, "paid": [5.0, float("nan"), 4.0, 10.0, 7.0, -1.5, -3.0]}
    rfm = kosar.Rfm().fit_frame(dirty, **COLUMNS)
    assert rfm.report_ is not None
    assert rfm.report_.set_aside["not_finite"]["first_rows"] == [1]
    with pytest.raises(kosar.IntakeError, match="column 'nobody'"):
        kosar.Rfm().fit_frame(LINES, **{**COLUMNS, "customer": "nobody"})
    with pytest.warns(kosar.IntakeWarning, match="rows were set aside"):
        kosar.Rfm().fit_frame({**LINES, "paid": [float("nan")] * 7}, **COLUMNS)


def test_updates_and_merging_equal_a_fit_on_both() -> None:
    first, second = (log(some(LINES, keep)) for keep in (lambda no: no < 3, lambda no: no >= 3))
    fitted = kosar.Rfm().fit(log(LINES)).to_bytes()
    assert kosar.Rfm().fit(first).update(second).to_bytes() == fitted
    assert kosar.Rfm().fit(first).merge(kosar.Rfm().fit(second)).to_bytes() == fitted
    with pytest.raises(kosar.ParamError, match="fitted with the same parameters"):
        kosar.Rfm().fit(first).merge(kosar.Rfm(bins=3, segments=[("all", (1, 3), (1, 3))]).fit(second))
    with pytest.raises(kosar.ParamTypeError, match="other must be an Rfm"):
        kosar.Rfm().fit(first).merge(second)  # type: ignore[arg-type]


def test_forgetting_equals_a_fit_on_what_is_left() -> None:
    left = kosar.Rfm().fit(log(LINES).forget("dan"))
    forgot = kosar.Rfm().fit(log(LINES)).forget("dan")
    # Nobody else was there as late as they.
    assert forgot.as_of_ == left.as_of_
    assert forgot.to_bytes() == left.to_bytes()
    with pytest.raises(kosar.UnknownIdError, match="dan"):
        forgot.forget("dan")


def test_a_window_counts_what_is_in_it() -> None:
    rfm = kosar.Rfm(as_of="2025-03-22", window_days=30).fit(log(LINES))
    assert [(row["customer"], row["frequency"], row["monetary"]) for row in rfm.table_] == [
        ("ann", 1, 10.0),
        ("cy", 1, 7.0),
    ]
    again = kosar.Rfm.from_bytes(rfm.to_bytes())
    assert again.get_params()["window_days"] == 30
    with pytest.raises(kosar.ParamError, match="as_of must be given for updating"):
        kosar.Rfm(window_days=30).fit(log(LINES)).update(log(LINES))
    with pytest.raises(kosar.ParamError, match="window_days must be at least 1, got 0"):
        kosar.Rfm(window_days=0).fit(log(LINES))


def test_returns_count_as_asked() -> None:
    def of(returns: str | None) -> dict[str, tuple[int, float]]:
        table = kosar.Rfm(returns=returns).fit(log(LINES)).table_
        return {row["customer"]: (row["frequency"], row["monetary"]) for row in table}

    assert of(None) == of("net") == {"ann": (2, 17.5), "bob": (1, 2.5), "cy": (1, 7.0)}
    assert of("drop") == {"ann": (2, 17.5), "bob": (1, 4.0), "cy": (1, 7.0)}
    assert of("keep") == {"ann": (2, 17.5), "bob": (2, 2.5), "cy": (1, 7.0), "dan": (1, -3.0)}
    with pytest.raises(kosar.ParamError, match="returns must be one of net, drop, keep"):
        of("refund")
