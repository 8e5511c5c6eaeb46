#!/usr/bin/env bash
# Each language fits and saves the same models; the files must be equal byte for byte. Then each language asks the files
# that another one saved; the answers must be equal too.
# usage: exchange.sh RUST_BINARY PYTHON FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rust=$1 python=$2 out=$3
rm -rf "$out"
mkdir -p "$out"/{rust,python,node}

"$rust" save "$out/rust"
"$python" "$here/python/exchange.py" save "$out/python"
node "$here/node/exchange.mjs" save "$out/node"
for file in rules similarity rfm lifecycle clusters popularity next_basket replenishment visits; do
  cmp "$out/rust/$file.kosar" "$out/python/$file.kosar"
  cmp "$out/rust/$file.kosar" "$out/node/$file.kosar"
done

"$rust" ask "$out/node" >"$out/rust.txt"
"$python" "$here/python/exchange.py" ask "$out/rust" >"$out/python.txt"
node "$here/node/exchange.mjs" ask "$out/python" >"$out/node.txt"
diff "$out/rust.txt" "$out/python.txt"
diff "$out/rust.txt" "$out/node.txt"
test -s "$out/rust.txt"
echo "The model files of Rust, Python and Node are equal, and so are $(wc -l <"$out/rust.txt") answers from them."
