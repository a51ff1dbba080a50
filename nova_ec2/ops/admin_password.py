# SPDX-License-Identifier: Apache-2.0
"""set_admin_password: through the guest's agent, and never in clear text.

AWS keeps what commands were given for thirty days. Linux guests therefore get
a hash, and Windows guests, which take none, the name of an encrypted
parameter, which is removed when they have read it.
"""

import dataclasses
import re
import threading
from collections.abc import Iterable
from typing import Any

from nova import exception as nova_exc
from nova.compute import task_states
from oslo_log import log as logging
from oslo_utils import secretutils

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.ops import errors, guest_agent, guest_scripts
from nova_ec2.ops.guest_agent import Guest, GuestAgent

LOG = logging.getLogger(__name__)

_WHAT = 'set the password of an administrator'
_USER_PROPERTY = 'image_os_admin_user'
_USER = re.compile(r'[A-Za-z_][A-Za-z0-9_.-]{0,31}')
_DEFAULT_USER = {guest_agent.LINUX: 'root',
                 guest_agent.WINDOWS: 'Administrator'}
# The hash can be read in the command's history: make guessing dear.
_ROUNDS = 200000
# libcrypt's crypt() keeps its result in one place for all threads.
_crypting = threading.Lock()


@dataclasses.dataclass(frozen=True)
class AdminPassword:
    """Sets passwords in the guests of one host."""

    agent: GuestAgent

    def set(self, instance: Any, password: str) -> None:
        """Nova's ``set_admin_password``.

        The user is the image property ``os_admin_user``, else ``root`` or
        ``Administrator``.

        :raises InstanceAgentNotEnabled: no agent takes commands there
        :raises SetAdminPasswdNotSupported: not for this guest or user
        """
        with errors.as_nova(instance):
            guest = self.agent.find(instance)
            user = _user(instance, guest)
            if guest.platform == guest_agent.WINDOWS:
                self._set_windows(instance, guest, user, password)
            else:
                self.agent.script(
                    guest, guest_scripts.linux_password(user,
                                                        crypted(password)),
                    _WHAT, repeatable=True)

    def _set_windows(self, instance: Any, guest: Guest, user: str,
                     password: str) -> None:
        name = self._parameter(instance)
        self.agent.systems.put_secret(
            name, password,
            tag_keys.of_owner(self.agent.site.owner(instance)))
        try:
            self.agent.script(
                guest, guest_scripts.windows_password(user, name), _WHAT,
                document=guest_agent.POWERSHELL, repeatable=True)
        finally:
            self._forget(instance)

    def _forget(self, instance: Any) -> None:
        try:
            self.agent.systems.delete_secret(self._parameter(instance))
        except exc.NovaEC2Error as error:
            LOG.error('The encrypted parameter %s, which holds a password, '
                      'could not be removed; delete it in AWS Systems '
                      'Manager: %s', self._parameter(instance), error,
                      instance=instance)

    def _parameter(self, instance: Any) -> str:
        return (f'/nova-ec2/{self.agent.site.cloud_id}/{instance.uuid}/'
                f'admin-password')

    def at_start(self, instances: Iterable[Any]) -> None:
        """After a crash: no secret stays, and the server is free again.

        Nova itself leaves such a server in its task state for ever.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            if instance.task_state == task_states.UPDATING_PASSWORD:
                LOG.warning('Setting the password was interrupted; whether '
                            'it was set is not known', instance=instance)
                self._forget(instance)
                instance.task_state = None
                instance.save()


def _user(instance: Any, guest: Guest) -> str:
    """Whose password it is."""
    default = _DEFAULT_USER.get(guest.platform)
    if default is None:
        raise nova_exc.SetAdminPasswdNotSupported(
            f'Passwords cannot be set in a guest of platform '
            f'{guest.platform}')
    user = instance.system_metadata.get(_USER_PROPERTY) or default
    if not _USER.fullmatch(user):
        raise nova_exc.SetAdminPasswdNotSupported(
            f'The image property os_admin_user is {user!r}, which is no '
            f'name of a user')
    return str(user)


def crypted(password: str) -> str:
    """SHA-512-crypt of a password, in the format of /etc/shadow.

    :raises RequestRefused: it cannot be hashed
    """
    if '\0' in password:
        raise exc.RequestRefused('the password has a zero character in it')
    method, _, salt = secretutils.crypt_mksalt('SHA-512').rpartition('$')
    try:
        with _crypting:
            made = secretutils.crypt_password(
                password, f'{method}$rounds={_ROUNDS}${salt}')
    except (AttributeError, RuntimeError):
        made = ''
    if not made.startswith('$6$'):
        raise exc.ConfigurationError(
            'this host has no libcrypt that knows SHA-512-crypt, so '
            'passwords cannot be set in Linux guests')
    return str(made)
