#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Make .venv with everything of constraints.txt that this project needs, and
# the project itself, editable. Quick when nothing changed.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"

venv=.venv
stamp=$venv/.made-from
uv_version=0.9

fingerprint() {
    cat constraints.txt pyproject.toml requirements.txt \
        localcloud/requirements.txt localcloud/bootstrap/python.sh |
        sha256sum
    echo "$PWD"
}

make_venv() {
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --disable-pip-version-check \
        "uv>=$uv_version"
}

# Compile as part of the install: else every service would do it at its start.
install_all() {
    "$venv/bin/uv" pip install --python "$venv/bin/python" \
        --constraint constraints.txt --compile-bytecode \
        --requirement localcloud/requirements.txt \
        --editable '.[compute,neutron,emulator,localcloud,test,lint]'
}

if [[ -e $stamp && $(<"$stamp") == "$(fingerprint)" ]]; then
    exit 0
fi
rm -f "$stamp"
python=$(localcloud/bootstrap/find-python.sh) ||
    die 'no usable Python 3.11, 3.12 or 3.13 with venv and pip found'
if [[ ! -x $venv/bin/uv ]] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    step "making .venv with $("$python" --version)" venv.log make_venv
fi
step 'installing Python packages' python-packages.log install_all
fingerprint >"$stamp"
