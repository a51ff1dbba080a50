# SPDX-License-Identifier: Apache-2.0
# Shared by the bootstrap scripts: progress lines, a quiet runner, and what uv
# trusts.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
logs=$root/build/logs
: "${LOCALCLOUD_STARTED:=$(date +%s)}"
export LOCALCLOUD_STARTED

# pip trusts what it brings along or the system; uv would only the former.
if [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
    export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
fi

say() {
    printf '[%3d s] %s\n' $(($(date +%s) - LOCALCLOUD_STARTED)) "$*"
}

die() {
    say "error: $*" >&2
    exit 1
}

# step TEXT LOG COMMAND...: say TEXT, run COMMAND into LOG, show LOG's end if
# it fails.
step() {
    local text=$1 log=$logs/$2
    shift 2
    mkdir -p "$logs"
    say "$text ..."
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 25 "$log" >&2
        die "$text failed; all of it is in ${log#"$root"/}"
    fi
}
