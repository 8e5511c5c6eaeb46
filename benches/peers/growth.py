"""The memory of a fit beyond the loaded matrix, in a process of its own: ``growth.py kosar gowalla``."""

import json
import sys

import neighbors
from matrices import matrix
from memory import peak_mb

FITS = {"implicit": neighbors.implicit, "sparse_dot_topn": neighbors.sparse_dot_topn, "kosar": neighbors.ours}

if __name__ == "__main__":
    users = matrix(sys.argv[2])
    loaded = peak_mb()
    model = FITS[sys.argv[1]](users)
    json.dump({"loaded": loaded, "peak": peak_mb()}, sys.stdout)
