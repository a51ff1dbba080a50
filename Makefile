# SPDX-License-Identifier: Apache-2.0
# Every target installs what it needs first; later runs skip what is there.

SHELL := /bin/bash
.DEFAULT_GOAL := help
export LOCALCLOUD_STARTED := $(or $(LOCALCLOUD_STARTED),$(shell date +%s))

bootstrap := localcloud/bootstrap
localcloud := .venv/bin/python -m localcloud

.PHONY: help
help:
	@echo 'make demo          a private cloud that bursts onto EC2, checked'
	@echo 'make demo KEEP=1   the same, left running; KEEP=cloud without servers'
	@echo 'make cloud-up      start the local cloud, or start it anew'
	@echo 'make cloud-status  what runs of it'
	@echo 'make cloud-down    end it'
	@echo 'make test          unit tests, and the drivers in real services'
	@echo 'make test-long     further cases; test-all runs these and test'
	@echo 'make test-horizon  drive a browser through Horizon'
	@echo "make conformance-nova     Nova's own tests; ONLY=REGEX chooses"
	@echo "make conformance-tempest  Tempest's, against a local cloud"
	@echo 'make lint          ruff and mypy'
	@echo 'make bench         measure; ONLY=calls,sweep chooses, QUICK=1 is small'
	@echo 'make environment   only install what the tests need'
	@echo 'LOCALCLOUD_PORT_BASE=NUMBER chooses other ports,'
	@echo 'PYTHON=PATH another Python from 3.11 to 3.13.'

.PHONY: environment cloud-environment
environment:
	@$(bootstrap)/system.sh environment
	@$(bootstrap)/python.sh

cloud-environment:
	@$(bootstrap)/system.sh environment localcloud browser
	@$(bootstrap)/python.sh

kept := $(or $(filter cloud,$(KEEP)),$(if $(filter-out 0 no,$(KEEP)),servers),nothing)

.PHONY: demo cloud-up cloud-status cloud-down
demo: cloud-environment
	@$(localcloud) demo --keep $(kept)

cloud-up: cloud-environment
	@$(localcloud) up

# Neither has to install anything: without an environment there is no cloud.
cloud-status cloud-down:
	@if [[ -x .venv/bin/python ]]; then \
	    $(localcloud) $(@:cloud-%=%); \
	else \
	    echo 'the local cloud is down'; \
	fi

.PHONY: test test-long test-all test-horizon lint
test: environment
	@.ci/test lint unit install localcloud cinder neutron functional

test-long: environment
	@.ci/test long

test-all: environment
	@.ci/test lint unit install localcloud cinder neutron functional long

test-horizon: cloud-environment
	@.ci/test horizon

lint: environment
	@.venv/bin/ruff check .
	@.venv/bin/mypy

.PHONY: bench
bench: cloud-environment
	@$(bootstrap)/more.sh tests/benchmarks/requirements.txt
	@.venv/bin/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY)) \
	    $(if $(filter-out 0 no,$(QUICK)),--quick) \
	    $(if $(filter-out 0 no,$(DOCS)),--docs doc/source/contributor/benchmarks)

.PHONY: conformance-nova conformance-tempest
conformance-nova: environment
conformance-tempest: cloud-environment
conformance-nova conformance-tempest:
	@$(bootstrap)/more.sh tests/conformance/requirements.txt
	@.venv/bin/python -m tests.conformance $(@:conformance-%=%) \
	    $(if $(ONLY),--only '$(ONLY)')
