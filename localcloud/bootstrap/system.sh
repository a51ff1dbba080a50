#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Install the system packages of the bindep.txt profiles given as arguments.
# Nothing that comes with them is started now or at the next boot, and
# services that were there before stay as they are.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

guard=/usr/sbin/policy-rc.d
kept=/usr/sbin/policy-rc.d.nova-ec2-kept

packages_of() {
    awk -v profile="$1" '
        $1 !~ /^#/ && NF && $0 ~ "[ :]" profile "[] ]" {print $1}
    ' "$root/bindep.txt"
}

installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

available() {
    [[ $(apt-cache policy "$1") == *'Candidate: '[!\(]* ]]
}

# A package is also not needed where its program is already there.
provided() {
    case $1 in
    git | make) command -v "$1" >/dev/null ;;
    python3-venv) "$root/localcloud/bootstrap/find-python.sh" >/dev/null ;;
    mariadb-server-core) [[ -x /usr/sbin/mariadbd ]] ;;
    *) false ;;
    esac
}

missing_of() {
    local package
    for package in $(packages_of "$1"); do
        installed "$package" || provided "$package" || echo "$package"
    done
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        command -v sudo >/dev/null ||
            die "installing system packages needs root or sudo; missing: $missing"
        sudo --preserve-env=DEBIAN_FRONTEND "$@"
    fi
}

raise_guard() {
    trap lower_guard EXIT
    if [[ -e $guard && ! -e $kept ]]; then
        as_root mv "$guard" "$kept"
    fi
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$guard" >/dev/null
    as_root chmod 755 "$guard"
}

lower_guard() {
    as_root rm -f "$guard"
    if [[ -e $kept ]]; then
        as_root mv "$kept" "$guard"
    fi
}

apt() {
    as_root apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# The units of packages that were not there before must not start at boot.
keep_disabled() {
    local unit
    [[ $1 == *rabbitmq-server* ]] || return 0
    if [[ -d /run/systemd/system ]]; then
        for unit in rabbitmq-server.service epmd.socket epmd.service; do
            as_root systemctl disable "$unit" || true
        done
    else
        as_root update-rc.d rabbitmq-server disable || true
    fi
}

install() {
    apt install --no-install-recommends --no-remove "$@"
    keep_disabled "$*"
}

export DEBIAN_FRONTEND=noninteractive
missing=
for profile in "$@"; do
    missing+=" $(missing_of "$profile" | xargs)"
done
missing=$(xargs <<<"$missing")
[[ -n $missing ]] || exit 0
command -v apt-get >/dev/null ||
    die "this is no Debian or Ubuntu; please install by hand: $missing"

step "reading apt's package lists" apt-update.log apt update
wanted=
for package in $missing; do
    if available "$package"; then
        wanted+=" $package"
    elif [[ $package == chromium* ]]; then
        say "WARNING: no package $package here: no screenshots, no browser test"
    else
        die "apt knows no package $package; is its section enabled?"
    fi
done
[[ -n $wanted ]] || exit 0
raise_guard
# shellcheck disable=SC2086
step "installing system packages:$wanted" apt-install.log install $wanted
