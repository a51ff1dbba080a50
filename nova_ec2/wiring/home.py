# SPDX-License-Identifier: Apache-2.0
"""The subnet in which an account's servers get their interfaces."""

import dataclasses
import threading
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.models.account import Account
from nova_ec2.models.network import Subnet


class Home:
    """Finds it when first asked, and remembers it.

    :param options: the ``[ec2]`` group
    """

    def __init__(self, options: Any, ec2: EC2, account: Account) -> None:
        self._options = options
        self._ec2 = ec2
        self._account = account
        self._lock = threading.Lock()
        self._found: Subnet | None = None

    def __call__(self) -> Subnet:
        """The subnet.

        :raises ConfigurationError: there is none, or not in the host's zone
        """
        with self._lock:
            if self._found is None:
                self._found = self._with_reservations(self._read())
            return self._found

    def _wrong(self, what: str, option: str) -> exc.ConfigurationError:
        if self._account.is_default:
            return exc.ConfigurationError(what, option=f'[ec2] {option}')
        return exc.ConfigurationError(
            f'account {self._account.name}: {what}',
            option='[ec2] accounts_file')

    def _read(self) -> Subnet:
        zone = self._options.availability_zone
        subnet_id = self._account.subnet_ids.get(zone)
        places = self._ec2.places
        try:
            subnet = (places.subnet(subnet_id) if subnet_id
                      else places.default_subnet(zone))
        except exc.AccountUnavailable:
            raise
        except exc.NovaEC2Error as error:
            raise self._wrong(f'no subnet for zone {zone}: {error}',
                              'subnet_id') from error
        if subnet.zone != zone:
            raise self._wrong(
                f'{subnet.subnet_id} lies in {subnet.zone}, not in {zone}',
                'subnet_id')
        return subnet

    def _with_reservations(self, subnet: Subnet) -> Subnet:
        """With its reservations, where addresses depend on them."""
        if self._options.port_addresses == 'neutron':
            return subnet
        reserved = self._ec2.places.reserved(subnet.subnet_id)
        if not reserved:
            raise self._wrong(
                f'EC2 may choose addresses only where {subnet.subnet_id} has '
                f'a CIDR reservation of type explicit, and it has none',
                'port_addresses')
        return dataclasses.replace(subnet, reserved=reserved)
