# SPDX-License-Identifier: Apache-2.0
"""A network interface: moto's model with states and public addresses."""

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.utils import generate_dns_from_ip


class StrictInterface(NetworkInterface):
    """An interface whose state takes its time.

    ``elastic`` holds the Elastic IP address of each private address that
    has one.
    """

    creating = False
    attachment_status = 'attached'

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.elastic: dict[str, Any] = {}
        self._auto_public: str | None = None
        super().__init__(*args, **kwargs)

    @property
    def status(self) -> str:
        """pending, available, in-use or detaching."""
        if self.creating:
            return 'pending'
        if self.instance is None and not self.requester_managed:
            return 'available'
        return ('detaching' if self.attachment_status == 'detaching'
                else 'in-use')

    @status.setter
    def status(self, value: str) -> None:
        """moto's word counts for nothing: it follows from what is so."""

    @property
    def attachment(self) -> Any:
        """moto's, with the state that it is in."""
        made = super().attachment
        if made is not None:
            made.status = self.attachment_status
        return made

    @property
    def public_ip(self) -> str | None:
        """The public address of the primary private address or None."""
        mine = self.elastic.get(self.private_ip_address or '')
        found: str | None = mine.public_ip if mine else self._auto_public
        return found

    @public_ip.setter
    def public_ip(self, value: str | None) -> None:
        """The one that EC2 lends; Elastic IP addresses stay."""
        self._auto_public = value

    def check_auto_public_ip(self) -> None:
        """Take one of EC2's addresses where the interface is to have one."""
        if (self.public_ip_auto_assign
                and self.private_ip_address not in self.elastic):
            self._auto_public = self.ec2_backend.new_public_address()

    @property
    def addresses(self) -> list[str]:
        """The private addresses, the primary one first."""
        return [item['PrivateIpAddress']
                for item in self.private_ip_addresses]

    def association_of(self, address: str) -> dict[str, Any] | None:
        """What is shown of the public address of a private one."""
        elastic = self.elastic.get(address)
        if elastic is not None:
            return {'PublicIp': elastic.public_ip, 'IpOwnerId': self.owner_id,
                    'PublicDnsName': generate_dns_from_ip(elastic.public_ip),
                    'AllocationId': elastic.allocation_id,
                    'AssociationId': elastic.association_id}
        if address == self.private_ip_address and self._auto_public:
            return {'PublicIp': self._auto_public, 'IpOwnerId': 'amazon',
                    'PublicDnsName': generate_dns_from_ip(self._auto_public)}
        return None
