#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Print a Python that can make the environment: $PYTHON, or the first of 3.11
# to 3.13 that has venv and pip.
set -euo pipefail

usable() {
    command -v "$1" >/dev/null && "$1" - <<'PY' 2>/dev/null
import sys
import ensurepip, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PY
}

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if usable "$candidate"; then
        command -v "$candidate"
        exit 0
    fi
done
exit 1
