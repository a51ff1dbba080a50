# SPDX-License-Identifier: Apache-2.0
"""What is run in guests, as text.

Every value that is put into a script is checked by the caller, or made here:
nothing of a tenant's stands in one unchecked. They are for a POSIX shell and
for Windows PowerShell 5.
"""

FROZEN_AT_MOST = 60
"""Seconds after which frozen file systems thaw by themselves, whatever
becomes of nova-compute. EBS snapshots are of the moment at which they were
asked for, so more is not needed."""

STATE = '/run/nova-ec2-frozen'
"""Where a guest keeps the names of what is frozen; lost at a boot, as it
should be."""

# The file system that holds the agent itself must not freeze: the agent
# could not even write down that it is to thaw it. It is flushed instead.
_FREEZE = r"""
set -u
state={state}
thaw() {{
    [ -e "$state" ] || return 0
    while IFS= read -r at; do
        fsfreeze --unfreeze "$at"
    done < "$state"
    rm -f "$state"
}}
thaw
mark=$$
echo "$mark" > "$state.mark"
( sleep {seconds}
  if [ "$(cat "$state.mark" 2>/dev/null)" = "$mark" ]; then thaw; fi
) </dev/null >/dev/null 2>&1 &
sync
findmnt --noheadings --list --output MAJ:MIN,TARGET --options rw \
    --types ext2,ext3,ext4,xfs,btrfs |
awk '{{ device[NR] = $1; sub(/^ *[^ ]+ +/, ""); at[NR] = $0
    if ($0 ~ /^\/($|(boot|efi|etc|opt|root|run|snap|tmp|usr|var)(\/|$))/)
        agents[device[NR]] = 1 }}
  END {{ for (i = 1; i <= NR; i++)
        if (!(device[i] in agents) && !(device[i] in seen)) {{
            seen[device[i]] = 1; print at[i] }} }}' |
while IFS= read -r at; do
    if fsfreeze --freeze "$at"; then
        printf '%s\n' "$at" >> "$state"
    else
        thaw
        exit 1
    fi
done
"""

_THAW = r"""
set -u
state={state}
rm -f "$state.mark"
[ -e "$state" ] || exit 0
failed=0
while IFS= read -r at; do
    fsfreeze --unfreeze "$at" || failed=1
done < "$state"
rm -f "$state"
exit $failed
"""

_SET_WINDOWS = r"""
$ErrorActionPreference = 'Stop'
$found = Get-SSMParameterValue -Name '{parameter}' -WithDecryption $true
$secret = ConvertTo-SecureString $found.Parameters[0].Value -AsPlainText -Force
Set-LocalUser -Name '{user}' -Password $secret
"""


def freeze(state: str = STATE, seconds: int = FROZEN_AT_MOST) -> str:
    """Flush all file systems and freeze those that hold data only.

    :param state: a path in the guest
    :param seconds: after which they thaw by themselves
    """
    return _FREEZE.format(state=state, seconds=seconds).strip()


def thaw(state: str = STATE) -> str:
    """Thaw what :func:`freeze` froze; nothing is success."""
    return _THAW.format(state=state).strip()


def linux_password(user: str, crypted: str) -> str:
    """Set a password.

    :param user: a name that a shell takes as it is
    :param crypted: in the format of /etc/shadow
    """
    return f"printf '%s\\n' '{user}:{crypted}' | chpasswd -e"


def windows_password(user: str, parameter: str) -> str:
    """Set a password that the guest itself reads from Parameter Store.

    :param user: a name without quotes
    :param parameter: the name of a SecureString
    """
    return _SET_WINDOWS.format(user=user, parameter=parameter).strip()
