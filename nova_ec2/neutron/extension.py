# SPDX-License-Identifier: Apache-2.0
"""ML2 extension driver ``ec2``: subnets tell where on EC2 they lie.

nova-compute puts servers where these two attributes say. What they say comes
from our table, for managed subnets, and from the operator for all others;
users can say the zone of a managed subnet once, when it is made.
"""

import pathlib
from typing import Any

from neutron.api import extensions as api_extensions
from neutron_lib.plugins import directory
from neutron_lib.plugins.ml2 import api
from neutron_lib.utils import net

from nova_ec2.models import neutron_subnet
from nova_ec2.neutron import subnet_blocks
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.errors import as_neutron
from nova_ec2.neutron.extensions import ec2
from nova_ec2.neutron.mapped import Mapped
from nova_ec2.neutron.subnets_asked import is_managed

MECHANISM = 'ec2'
"""The mechanism driver, without which this one tells nothing."""


class EC2ExtensionDriver(api.ExtensionDriver):
    """Writes and reads ``ec2:zone`` and ``ec2:subnet_id``."""

    def initialize(self) -> None:
        """Let Neutron find the API extension."""
        api_extensions.append_api_extensions_path(
            [str(pathlib.Path(ec2.__file__).parent)])

    @property
    def extension_alias(self) -> str:
        """The API extension that this driver serves."""
        return ec2.ALIAS

    def process_create_subnet(self, plugin_context: Any, data: Any,
                              result: dict[str, Any]) -> None:
        """Write down a managed subnet; inside of the transaction.

        Its allocation pools lose what EC2 keeps for itself.

        :raises EC2Refused: a subnet pool chose what EC2 does not make
        """
        driver, context = _mechanism(), plugin_context.elevated()
        _show(result, '', '')
        if driver is None or not is_managed(context, result['network_id']):
            return
        with as_neutron():
            zone = driver.managed.asked.zone(data)
            # Of a subnet pool, these were not known before.
            subnet_blocks.check_size(result['cidr'])
            subnet_blocks.check_gateway(result['cidr'], result['gateway_ip'])
        rows.add(context, result['id'], zone)
        _show(result, zone, '')
        _cut(context, result)

    def extend_subnet_dict(self, session: Any, base_model: Any,
                           result: dict[str, Any]) -> None:
        """Show where a subnet lies."""
        row = base_model.ec2_subnet
        if row is not None:
            _show(result, row.zone, row.ec2_id)
            return
        known = _mapped()
        found = known.of(result['id'], result['cidr']) if known else None
        _show(result, found.zone if found else '',
              found.subnet_id if found else '')


def _show(result: dict[str, Any], zone: str, ec2_id: str) -> None:
    result[neutron_subnet.ZONE] = zone
    result[neutron_subnet.SUBNET_ID] = ec2_id


def _cut(context: Any, result: dict[str, Any]) -> None:
    pools = subnet_blocks.cut(result['cidr'], result['allocation_pools'])
    if pools == result['allocation_pools']:
        return
    # As Neutron's own update of a subnet does it, in the same transaction.
    ipam = directory.get_plugin().ipam
    ipam.update_db_subnet(
        context, result['id'], {
            **{key: result[key] for key in (
                'id', 'network_id', 'project_id', 'subnetpool_id',
                'ip_version', 'gateway_ip')},
            'cidr': net.AuthenticIPNetwork(result['cidr']),
            'allocation_pools': ipam.pools_to_ip_range(pools)},
        ipam.pools_to_ip_range(result['allocation_pools']))
    result['allocation_pools'] = pools


def _mechanism() -> Any:
    drivers = directory.get_plugin().mechanism_manager.mech_drivers
    return drivers[MECHANISM].obj if MECHANISM in drivers else None


def _mapped() -> Mapped | None:
    driver = _mechanism()
    found: Mapped | None = driver.mapped if driver else None
    return found
