# Quoth. `make serve` starts the service, `make test` checks it; `make help` lists the rest.
#
#   PYTHON       the interpreter that makes the virtual environment (3.11 or newer)
#   HOST, PORT   where `make serve` listens
#   TORCH_INDEX  a further package index for pip; with PyTorch's CPU index the download is small (see README.md)
#   PYTEST_ARGS  further arguments of `make test`
#   TEST_PROCESSES  test files that run at a time, each in a process (0: one after another in this one)

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
TORCH_INDEX ?=
PYTEST_ARGS ?=
TEST_PROCESSES ?= 2

# One thread a process: the models are small, and threads of several workers would fight for the cores.
export OMP_NUM_THREADS ?= 1

BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet \
	$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
RUN_TIME := $(VENV)/.run-time-installed
DEV := $(VENV)/.dev-installed
DEMO := corpus/articles
CODE := service tests corpus bench training

.PHONY: licences sbom audit fuzz blowup wheel help screenshots serve test lint format bench score openapi readme docs lock clean train score-pack

help:  ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

serve: $(RUN_TIME)  ## install, make the database, load the demo articles, listen on 127.0.0.1:8000
	@$(BIN)/quoth db upgrade
	@$(BIN)/quoth import $(DEMO)
	@echo
	@echo "Quoth starts on http://$(HOST):$(PORT) (Ctrl-C stops it). Try, in another terminal:"
	@echo
	@echo "  curl http://$(HOST):$(PORT)/v1/extract -H 'Content-Type: text/plain' -H 'Accept: text/plain' --data-binary '\"We will pay every bill,\" Mayor Ada Brandt told reporters on Monday. She denied that the town had known of the leak.'"
	@echo
	@exec $(BIN)/quoth serve --host $(HOST) --port $(PORT)

test: $(DEV)  ## all tests
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile $(PYTEST_ARGS)

lint: $(DEV)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV)  ## rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)  ## speed beside others, latency, memory over 10,000 articles, workers; with pictures (an hour)
	$(BIN)/python -m bench

screenshots: $(DEV)  ## pictures of the desk's pages into docs/screenshots (needs Chromium)
	$(BIN)/python -m bench.screenshots

score: $(DEV)  ## the corpus score, with gains and losses against the committed one
	$(BIN)/python -m corpus.score

openapi: $(RUN_TIME)  ## write openapi.yaml anew from the code
	$(BIN)/python -m service.api.openapi openapi.yaml

readme: $(DEV)  ## run the commands of README and docs, and write what they print into them (needs curl)
	$(BIN)/python -m bench.readme
	$(BIN)/python -m bench.docs --outputs

docs: $(DEV)  ## write the reference from the code, and the documentation as a site into build/site
	$(BIN)/python -m bench.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html; with its search: python3 -m http.server --directory build/site"

# The tokenizer goes on from the pack's; the encoder has a command of its own (training/README.md).
WORK ?= var/training
train: $(DEV)  ## train what the model pack is made of, from QUOTH_TRAINING_DATA, into WORK (hours)
	$(BIN)/python -m training.pack prepare --work $(WORK)
	$(BIN)/python -m training.tokenizer --work $(WORK) --settings training/tokenizer/anneal.toml \
		--start training/tokenizer/tokenize.pt
	$(BIN)/python -m training.pack ner --work $(WORK)
	$(BIN)/python -m training.pack correct --work $(WORK) --ner $(WORK)/ner/best.pt
	$(BIN)/python -m training.encoder prepare --work $(WORK)
	$(BIN)/python -m training.encoder train --work $(WORK)
	$(BIN)/python -m training.encoder pack --work $(WORK) --tokenizer $(WORK)/tokenizer/best.pt \
		--out $(WORK)/pack --pack-version new

score-pack: $(DEV)  ## score the model pack on raw text into its manifest (needs WORK as prepared, and udtools)
	$(BIN)/python -m training.pack.table --work $(WORK) --store

licences: $(DEV)  ## write docs/licences.md; it fails where what ships may not
	$(BIN)/python -m bench.supply licences

sbom: $(DEV)  ## a CycloneDX bill of materials into dist/
	$(BIN)/python -m bench.supply sbom

audit: $(DEV)  ## known vulnerabilities of what ships, from PyPI (needs a network)
	$(BIN)/python -m bench.supply audit

# the same bytes each time, whenever and wherever the sources were checked out
wheel: $(DEV)  ## build the wheel into dist/
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} \
		$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

FUZZ_SECONDS ?= 480
fuzz: $(DEV)  ## fuzz text, HTML and JSON, FUZZ_SECONDS each; findings into var/fuzz
	for target in text html json; do $(BIN)/python -m tests.fuzz $$target $(FUZZ_SECONDS); done

blowup: $(DEV)  ## time by length of hostile texts, up to a million characters, with a plot (half an hour)
	$(BIN)/python -m bench.blowup

# Each file of each package by its hash, whichever platform it is for. torch is pinned by hand: another release is
# another set of weights' maths. PyPI's build of it for Linux wants NVIDIA's libraries, which have a lock of their own;
# PyTorch's CPU index has a build without, whose hash is added here (that of CPython 3.11 on x86-64).
TORCH := 2.13.0
TORCH_CPU := sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
CUDA := cuda-bindings cuda-toolkit nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvshmem-cu13 triton
LOCK := $(BIN)/uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 --python-platform linux \
	--upgrade-package torch==$(TORCH)
WITHOUT_CUDA := --excludes <(printf '%s\n' $(CUDA))
lock: $(DEV)  ## resolve pyproject.toml anew into the lock files
	$(LOCK) $(WITHOUT_CUDA) --output-file requirements.lock pyproject.toml
	$(LOCK) --constraint requirements.lock --output-file requirements-cuda.lock pyproject.toml
	$(LOCK) $(WITHOUT_CUDA) --extra dev --extra archive --extra trust --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	for lock in requirements.lock requirements-dev.lock; do grep -q $(TORCH_CPU) $$lock || \
		sed -i 's/^torch==$(TORCH) .*/&\n    --hash=$(TORCH_CPU) \\/' $$lock; done
	echo 'torch==$(TORCH)+cpu --hash=$(TORCH_CPU)' >requirements-torch-cpu.lock

clean:  ## remove what was built, the virtual environment too; var/ (the database) stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Quoth needs Python 3.11 or newer: $(PYTHON) is " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	@echo "virtual environment: $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# --no-deps: the lock is complete, and pip shall add nothing. The CPU build of torch is taken where an index or a folder
# has it: asked for either, pip prefers files whose index tells their hash. NVIDIA's libraries come only with a torch
# that wants them.
$(RUN_TIME): requirements.lock requirements-cuda.lock requirements-torch-cpu.lock pyproject.toml | $(BIN)/python
	@echo "installing the locked packages (a minute or two, once)"
	@$(INSTALL) --no-deps --require-hashes -r requirements-torch-cpu.lock 2>/dev/null || true
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@if $(BIN)/python -c 'import importlib.metadata as m; exit("cuda" not in str(m.requires("torch")))'; then \
		$(INSTALL) --no-deps --require-hashes -r requirements-cuda.lock; fi
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUN_TIME)
	@echo "installing the locked tools"
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
