#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Add to .venv what a requirements file names, at the tested versions.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"

step "installing what ${1%/*} needs" "${1//\//-}.log" \
    .venv/bin/uv pip install --python .venv/bin/python \
    --constraint constraints.txt --requirement "$1"
