"""kosar and its peers in one run: ``python benches/peers/run.py --only itemsets --workloads retail-88``.

Writes a record in Markdown to stdout, and to a file where one is named. `make peers` installs what it needs.
"""

import argparse
from pathlib import Path

from record import title
from sections import SECTIONS, chosen
from workloads import DATA, WORKLOADS, missing


def main() -> None:
    """Run what the arguments name."""
    parser = argparse.ArgumentParser(description="kosar and its peers in one run")
    parser.add_argument(
        "--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="parts of the record"
    )
    parser.add_argument(
        "--workloads", nargs="+", choices=WORKLOADS, default=[], help="for itemsets, counts and threads"
    )
    parser.add_argument("--record", type=Path, help="a file for the record")
    arguments = parser.parse_args()
    if absent := missing():
        names = ", ".join(str(path.relative_to(DATA)) for path in absent)
        raise SystemExit(f"set KOSAR_DATA to a folder with {names}")
    parts = [title(), *(SECTIONS[name](chosen(arguments.workloads)) for name in arguments.only)]
    text = "\n\n".join(parts) + "\n"
    print(text)
    if arguments.record:
        arguments.record.parent.mkdir(parents=True, exist_ok=True)
        arguments.record.write_text(text)


if __name__ == "__main__":
    main()
