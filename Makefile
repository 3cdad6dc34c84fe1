# The commands of the README. `make demo` and `make test` do all the set-up themselves.
PYTHON ?= python3
CORES ?= $(shell nproc)
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := envs/constraints.txt
# One thread per process: jobs run side by side, and results do not depend on the machine's number of cores.
export OMP_NUM_THREADS := 1

.PHONY: install demo test test-slow test-slurm test-slurm-quick coverage lint format docs \
	bench bench-simulation bench-training bench-dag clean

install: $(VENV)/installed

# torch goes first and by its exact version: what depends on it would otherwise fetch a build with gigabytes of CUDA.
$(VENV)/installed: $(CONSTRAINTS) pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) setuptools
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) \
		--no-build-isolation --editable '.[dev]'
	touch $@

demo: install
	$(BIN)/snakemake --configfile config/demo.yaml --cores $(CORES)
	@cat results/demo/summary.txt

test: install
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile

test-slow: install
	$(BIN)/python -m pytest -m slow

# The workflow on a real Slurm of two nodes on this machine, with a fault in each round. Needs root, slurm-wlm and munge.
test-slurm: install
	$(BIN)/python -m pytest -m slurm tests/slurm

# Its part for every change: no fault; scancel of one training and a power cut under another.
test-slurm-quick: install
	$(BIN)/python -m pytest -m slurm_quick tests/slurm

# The same tests, with coverage and its floor (pyproject.toml): 17 to 40 % more CPU, so not by default.
coverage: install
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile --cov

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/snakemake --lint

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules

# Pages that are written from the code; tests compare them.
docs: install
	$(BIN)/python -m hrtem_transfer.study.config > config/README.md
	$(BIN)/python -m hrtem_transfer.study.config --schema > config/schema.json
	$(BIN)/python -m hrtem_transfer.results.data_dictionary docs/data-dictionary.md

# Each prints a table of ratios measured in one run, and last one line `ratio: ...`. On a GPU: benchmarks/gpu.py.
bench: bench-simulation bench-training bench-dag

bench-simulation: install
	$(BIN)/python benchmarks/simulation.py

bench-training: install
	$(BIN)/python benchmarks/training.py

bench-dag: install
	$(BIN)/python benchmarks/dag.py

clean:
	rm -rf results/demo .snakemake
