# `make demo` and `make test` set up all that they need: a virtual environment in .venv, npm packages, builds in target/.

PYTHON ?= python3
VENV := $(CURDIR)/.venv
# Builds the Python package into a virtual environment.
maturin = VIRTUAL_ENV=$(1) $(1)/bin/maturin develop -m bindings-python/Cargo.toml
MATURIN := $(call maturin,$(VENV))
# Runs a command quietly; shows what it said only when it fails.
quiet = @echo "$(1)"; mkdir -p target; $(2) >target/$(subst /,-,$@).log 2>&1 || { cat target/$(subst /,-,$@).log; exit 1; }
NPM := npm --no-audit --no-fund --loglevel=error
OUT := target/demo
TOURS := quickstart rules similarity content events customers sessions popular next_basket replenishment segments clusters \
	lifecycle affinity audiences diagnose evaluate recommender
PEERS := $(CURDIR)/target/peers
# All builds name their target, as that of the Node package always does, so that they share what they are made of.
ifndef CARGO_BUILD_TARGET
CARGO_BUILD_TARGET := $(shell rustc -vV | sed -n 's/^host: //p')
endif
export CARGO_BUILD_TARGET
BUILT := target/$(CARGO_BUILD_TARGET)
NEEDS := 'maturin>=1.9,<2'

# The user's own file for the demo: make demo ORDERS=orders.csv ORDER=... CUSTOMER=... ITEM=... and so on.
pair = $(if $($(1)),--$(2) '$($(1))')
DEMO_ARGS := $(call pair,ORDERS,orders) $(call pair,ORDER,order) $(call pair,CUSTOMER,customer) $(call pair,ITEM,item) \
	$(call pair,TIME,time) $(call pair,QUANTITY,quantity) $(call pair,PRICE,price) $(call pair,NAME,name) \
	$(call pair,RETURNS,returns)

.PHONY: help demo test lint test-rust test-docs test-python test-node test-examples bench bench-pairs bench-threads quality bench-node \
	bench-sessions bench-recommender soak peers audit clean rust-release python-dev python-release node-dev node-release

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: rust-release python-release node-release  ## the main job in Rust, Python and Node; shows that the three agree
	@bash examples/demo.sh $(BUILT)/release/demo $(VENV)/bin/python $(OUT) $(DEMO_ARGS)

test: lint test-rust test-docs test-python test-node test-examples  ## everything that must hold

lint: $(VENV)/.test node_modules-ready  ## formatting and lints of all languages
	@! git grep -nE '^(<{7}|>{7}) ' || { echo 'a merge was left unfinished'; exit 1; }
	cargo fmt --all --check
	cargo clippy -q --workspace --all-targets -- -D warnings
	$(VENV)/bin/ruff format -q --check --config bindings-python/pyproject.toml bindings-python examples/python benches/peers benches/quality benches/sessions
	cd bindings-python && $(VENV)/bin/ruff check -q
	$(VENV)/bin/ruff check -q --config bindings-python/pyproject.toml benches/peers benches/quality benches/sessions

test-rust:  ## the core: facts, laws, oracles, shared cases, all orders of threads
	cargo test -q -p kosar --features avx512
	cargo test -q --manifest-path core/loom/Cargo.toml --target-dir target/loom

test-docs:  ## the core's documentation builds without a warning
	RUSTDOCFLAGS='-D warnings' cargo doc -q --no-deps -p kosar -p kosar-features --features kosar/avx512

test-python: python-dev  ## the Python package
	cd bindings-python && $(VENV)/bin/mypy && $(VENV)/bin/pytest

test-node: node-dev  ## the Node package
	cd bindings-node && npm run -s types && npm test -s

test-examples: python-dev node-dev  ## quick starts run, and the demo agrees in three languages
	cargo build -q -p kosar-examples
	for tour in $(TOURS); do $(BUILT)/debug/$$tour >target/$$tour.txt || exit 1; done
	for tour in $(TOURS); do \
		$(VENV)/bin/python examples/python/$$tour.py >target/$$tour.txt || exit 1; done
	for tour in $(TOURS); do \
		node examples/node/$$tour.mjs >target/$$tour.txt || exit 1; done
	bash examples/demo.sh $(BUILT)/debug/demo $(VENV)/bin/python $(OUT) >$(OUT).txt
	bash examples/exchange.sh $(BUILT)/debug/exchange $(VENV)/bin/python target/exchange

soak:  ## damaged files by the hundred thousand, killed saves, laws on ten thousand cases (long)
	KOSAR_MUTATIONS=100000 KOSAR_KILLS=500 cargo test -q -p kosar --test recommender file
	PROPTEST_CASES=10000 cargo test -q -p kosar --test recommender -- laws changes

bench-recommender:  ## what the shop's recommender costs, of twenty million lines (long; four gigabytes)
	cargo run --release -q -p kosar-benches --bin recommender

bench:  ## what it costs (long)
	cargo bench -p kosar-benches

bench-pairs:  ## pair rules of a million items in ten million baskets (long; a gigabyte)
	cargo run --release -q -p kosar-benches --bin pairs

bench-threads:  ## what a second thread brings to mining (BASKETS=file of baskets, MIN_COUNT=...)
	cargo run --release -q -p kosar-benches --bin threads -- $(BASKETS) $(MIN_COUNT)

bench-node: node-release  ## what a request costs in Node, answers and all
	node benches/node/latency.mjs

bench-sessions: python-release node-release  ## what the next click costs in Python and Node, of ten million clicks (long; two gigabytes)
	$(VENV)/bin/python -u benches/sessions/latency.py
	node benches/sessions/latency.mjs

# All parts, or: make peers ARGS='--only itemsets rules --workloads retail-88 --record FILE'
peers: $(PEERS)/.ready node-release  ## what it costs beside other miners of rules (long; fetches them; ARGS chooses)
	$(call quiet,building the Python package beside its peers,$(call maturin,$(PEERS)/venv) --release)
	@$(PEERS)/venv/bin/python benches/peers/run.py $(ARGS)

quality: $(PEERS)/.ready  ## how good the recommendations are on public data (long; ARGS=all chooses parameters anew)
	$(call quiet,building the Python package beside its peers,$(call maturin,$(PEERS)/venv) --release)
	@$(PEERS)/venv/bin/python benches/quality/online_retail.py $(ARGS)
	@$(PEERS)/venv/bin/python benches/quality/gowalla.py $(ARGS)
	@$(PEERS)/venv/bin/python benches/quality/clicks.py
	@$(PEERS)/venv/bin/python benches/quality/tafeng.py $(ARGS)

audit:  ## licences and advisories of all dependencies; needs cargo-deny
	cargo deny check

clean:  ## removes everything that was built or installed here
	cargo clean
	rm -rf $(VENV) bindings-node/node_modules examples/node/node_modules bindings-node/*.node bindings-python/python/kosar/*.so

# --- set-up -----------------------------------------------------------------------------------------------------------

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(call quiet,making a virtual environment in .venv,$(PYTHON) -m venv $(VENV))

$(VENV)/bin/maturin: | $(VENV)/bin/pip
	$(call quiet,installing maturin,$(VENV)/bin/pip install -q --disable-pip-version-check $(NEEDS))

$(VENV)/.test: bindings-python/pyproject.toml | $(VENV)/bin/maturin
	$(VENV)/bin/python examples/extras.py bindings-python/pyproject.toml test | \
		xargs $(VENV)/bin/pip install -q --disable-pip-version-check
	touch $@

$(PEERS)/.ready: benches/peers/requirements.txt benches/peers/package.json
	@mkdir -p $(PEERS)
	$(call quiet,making a virtual environment in target/peers,$(PYTHON) -m venv --clear $(PEERS)/venv)
	$(call quiet,installing peers for Python,$(PEERS)/venv/bin/pip install -q --disable-pip-version-check $(NEEDS) -r $<)
	@cp benches/peers/package.json $(PEERS)
	$(call quiet,installing peers for Node,(cd $(PEERS) && $(NPM) install --no-package-lock))
	@touch $@

rust-release:
	$(call quiet,building the Rust demo (the first builds take some minutes),cargo build --release -p kosar-examples --bin demo)

python-dev: $(VENV)/.test
	$(call quiet,building the Python package (with checks),$(MATURIN) --profile dev)

python-release: | $(VENV)/bin/maturin
	$(call quiet,building the Python package,$(MATURIN) --release)

.PHONY: node_modules-ready
node_modules-ready: bindings-node/node_modules/.package-lock.json examples/node/node_modules/.package-lock.json

bindings-node/node_modules/.package-lock.json: bindings-node/package-lock.json
	$(call quiet,installing npm packages,(cd bindings-node && $(NPM) ci))
	@touch $@

examples/node/node_modules/.package-lock.json: examples/node/package.json
	$(call quiet,linking the Node package,(cd examples/node && $(NPM) install --no-package-lock))
	@touch $@

node-dev: node_modules-ready
	$(call quiet,building the Node package (with checks),(cd bindings-node && npm run -s build))

node-release: node_modules-ready
	$(call quiet,building the Node package,(cd bindings-node && npm run -s build:release))
