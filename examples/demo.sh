#!/usr/bin/env bash
# Runs the demo in three languages on the same input, shows the report, and says whether the three are the same.
# usage: demo.sh RUST_BINARY PYTHON OUTPUT_FOLDER [ARGUMENTS OF THE DEMO]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rust=$1 python=$2 out=$3
shift 3
mkdir -p "$out"

"$rust" "$@" >"$out/rust.txt"
"$python" "$here/python/demo.py" "$@" >"$out/python.txt"
node "$here/node/demo.mjs" "$@" >"$out/node.txt"

cat "$out/rust.txt"
echo
for language in python node; do
  if ! diff "$out/rust.txt" "$out/$language.txt"; then
    echo "The reports of Rust and $language differ (above: < Rust, > $language)." >&2
    exit 1
  fi
done
echo "Rust, Python and Node agree: $(wc -l <"$out/rust.txt") lines, each formatted from its own language's answers."
