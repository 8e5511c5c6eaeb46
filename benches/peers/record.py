"""How what was timed becomes Markdown."""

import json
import os
import platform
import re
import subprocess
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from stopwatch import Timed

HERE = Path(__file__).resolve().parent


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table; the first column is of words, the others of figures."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def shown(seconds: float) -> str:
    """Give a time in milliseconds, with three digits that count."""
    milliseconds = seconds * 1000
    if milliseconds >= 100:
        return f"{milliseconds:,.0f}"
    return f"{milliseconds:.1f}" if milliseconds >= 10 else f"{milliseconds:.2f}"


def cell(timed: Timed) -> str:
    """Give the median, and in brackets the least."""
    return f"{shown(timed.median)} ({shown(min(timed.seconds))})"


def ratio(peer: Timed, ours: Timed) -> str:
    """Say how many times as long as ours a peer takes, by the medians."""
    return f"**{peer.median / ours.median:.2f}**"


def section(name: str, lead: str, figures: str, notes: Sequence[str] = ()) -> str:
    """Give a part of a record."""
    listed = ["\n".join(f"- {note}" for note in notes)] if notes else []
    return "\n\n".join([f"## {name}", _filled(lead), figures, *listed])


def title() -> str:
    """Give the head of a record: the day, the machine and the versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    node, rustc = _said("node", "--version"), _said("rustc", "--version")
    what = f"""
        `make peers`, release builds, {cores} cores of a shared machine, {platform.system()}
        {platform.machine()}, Python {platform.python_version()}, Node {node}, {rustc}.
        Peers: {", ".join(_peers())}.
    """
    how = """
        Milliseconds: the median of the rounds, in brackets the least. Candidates of a row ran in turns in
        one process and found the same number of sets, rules or neighbours with the same sums of counts or
        measures. A ratio is the time of the quickest peer of its row divided by kosar's: above 1, kosar is
        quicker. One thread, except where two are named.
    """
    return "\n\n".join([f"# {date.today().isoformat()}: beside peers", _filled(what), _filled(how)])


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120, break_long_words=False, break_on_hyphens=False)


def _said(*command: str) -> str:
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return f"{command[0]} unknown"
    return re.sub(r" \(.*\)|^v", "", said.strip())


def _peers() -> list[str]:
    pinned = (HERE / "requirements.txt").read_text().splitlines()
    node: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    python = [line.replace("==", " ") for line in pinned if "==" in line]
    return [*python, *(f"{name} {version}" for name, version in node.items())]
