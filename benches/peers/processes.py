"""How measurements are started: each in a process of its own, on a stated number of threads."""

import os
import subprocess
import sys
from pathlib import Path

from stopwatch import Timed, taken_over

HERE = Path(__file__).resolve().parent


def python(script: str, *arguments: str, threads: int = 1) -> str:
    """Give what a script of this folder writes to stdout."""
    return _run([sys.executable, str(HERE / script), *arguments], threads)


def node(script: str, *arguments: str) -> str:
    """Give what a script for Node writes."""
    return _run(["node", str(HERE / script), *arguments], 1)


def timed(script: str, *arguments: str, threads: int = 1) -> list[Timed]:
    """Give what a script of this folder has timed."""
    return taken_over(python(script, *arguments, threads=threads))


def _run(command: list[str], threads: int) -> str:
    """Run a command; kosar's number of threads is fixed when a process starts."""
    named = " ".join(Path(word).name for word in command[1:])
    print(f"[load {os.getloadavg()[0]:.1f}] {named}, threads: {threads}", file=sys.stderr, flush=True)
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), str(threads))
    environment = os.environ | limits | {"RAYON_NUM_THREADS": str(threads)}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{named} failed")
    return done.stdout
