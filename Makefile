# Every target does its own set-up. It needs Python >= 3.11, a JDK >= 17 and Maven, and says so when one is missing.
# A second call finds the stamps of the first and starts at once.

VENV := .venv
BENCH_VENV := .venv-bench
LOCK_VENV := .venv-lock
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
KAFKA := deploy/kafka/target/.installed
TABLES := .claimstream/.tables
FHIR := deploy/fhir-validator/target/libs/.complete
WITH_KAFKA := tests/broker tests/cli tests/deploy tests/pipeline tests/stage
PIP := -m pip --disable-pip-version-check install --quiet

# Every service and worker is a process that imports the same modules: byte code is kept, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=
# What does not wait for something else runs beside it: the coder is compiled while Kafka is fetched, and most
# tests run while those with Kafka wait for it.
MAKEFLAGS += --jobs=2 --output-sync=line

.PHONY: help setup native demo test pytest pytest-with-kafka pytest-without lint types check bench soak lock clean

help:  ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) native $(KAFKA) $(TABLES)  ## everything the other targets need

demo: setup  ## encounters in, claims out, on a Kafka of its own; about 3 minutes
	$(BIN)/claimstream demo

test: pytest lint types  ## what CI runs: lint, types and all tests but the soak; under 12 minutes on two cores

pytest: pytest-with-kafka pytest-without  ## all tests but the soak, in two halves beside each other

pytest-with-kafka: setup
	$(BIN)/python -m pytest -v --durations=8 $(WITH_KAFKA)

pytest-without: setup $(FHIR)
	$(BIN)/python -m pytest -v --durations=8 $(addprefix --ignore=,$(WITH_KAFKA))

lint: $(INSTALLED)  ## ruff: rules and format
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet

types: $(INSTALLED)  ## mypy, strict
	$(BIN)/mypy

soak: setup $(FHIR)  ## the long tests
	$(BIN)/python -m pytest -v -m soak

bench: setup $(BENCH_VENV)/.installed  ## performance beside peers: tables and plots
	BENCH_PYTHON=$(abspath $(BENCH_VENV)/bin/python) $(BIN)/python -m bench

lock: $(LOCK_VENV)/.installed  ## choose the versions anew from pyproject.toml and bench/requirements.in
	deploy/setup/lock.sh $(LOCK_VENV)/bin/uv

clean:  ## stop the local broker; remove what was installed and the broker's data
	@if [ -x $(BIN)/claimstream ]; then $(BIN)/claimstream broker stop; fi
	rm -rf $(VENV) $(BENCH_VENV) $(LOCK_VENV) .claimstream services/coder/_native deploy/kafka/target .mypy_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.lock pyproject.toml
	@python=$$(deploy/setup/python.sh) && echo "Installing into $(VENV) with $$python" && "$$python" -m venv $(VENV)
	$(BIN)/python $(PIP) --no-deps --require-hashes -r requirements.lock
	$(BIN)/python $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(KAFKA): deploy/kafka/pom.xml | $(INSTALLED)
	@deploy/setup/java.sh
	@echo "Installing Kafka with Maven"
	$(BIN)/claimstream broker install
	@touch $@

$(FHIR): deploy/fhir-validator/pom.xml
	@deploy/setup/java.sh
	@echo "Installing HL7's validator for the tests with Maven"
	mvn --quiet --batch-mode -f $< package
	@touch $@

$(TABLES): requirements.lock | $(INSTALLED)
	@echo "Compiling code sets and terminology"
	$(BIN)/claimstream codesets build
	@$(BIN)/claimstream code - < /dev/null
	@touch $@

# No stamp: what was compiled bears the digest of its sources, of which services/coder/native.py alone keeps the list.
native: $(INSTALLED)
	@$(BIN)/claimstream compile --optional > /dev/null

$(BENCH_VENV)/.installed: bench/requirements.lock
	@python=$$(deploy/setup/python.sh) && "$$python" -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python $(PIP) --no-deps --require-hashes -r bench/requirements.lock
	@touch $@

$(LOCK_VENV)/.installed: Makefile
	@python=$$(deploy/setup/python.sh) && "$$python" -m venv $(LOCK_VENV)
	$(LOCK_VENV)/bin/python $(PIP) uv==0.13.8
	@touch $@
