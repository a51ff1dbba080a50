# SPDX-License-Identifier: Apache-2.0
"""All that RunInstances must know, decided before it is called."""

import dataclasses

from nova_ec2.models import tags as tag_keys
from nova_ec2.models.placement_group import GroupWish
from nova_ec2.models.server import Ownership

# EC2 allows 50 tags; the manifest of a shared launch takes up to four.
_TAGS_SHAREABLE = 46


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """One place and type to try, in the order of preference.

    :param group: the placement group, '' for none
    :param vcpus: of the type, for messages; 0 where it is not known
    """

    instance_type: str
    zone: str
    market: str = 'on-demand'
    group: str = ''
    vcpus: int = dataclasses.field(default=0, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Disk:
    """An EBS volume made with the instance (RunInstances BlockDeviceMapping).

    :param device_name: EC2's name, for instance ``/dev/xvda``
    :param size_gib: 0 keeps the snapshot's size
    :param snapshot_id: '' for the AMI's own (root) or a blank volume
    :param iops: I/O operations a second, 0 for EC2's default
    :param throughput: MiB a second, 0 for EC2's default
    :param kms_key_id: the key to encrypt with, '' for the account's default
    """

    device_name: str
    size_gib: int
    volume_type: str = 'gp3'
    snapshot_id: str = ''
    delete_on_termination: bool = True
    encrypted: bool | None = None
    iops: int = 0
    throughput: int = 0
    kms_key_id: str = ''


@dataclasses.dataclass(frozen=True, slots=True)
class InterfaceRequest:
    """A network interface to make with the instance.

    :param interface_id: one that is there already and is taken instead
    :param port_id: the Neutron port behind it, '' where there is none
    :param private_address: the address to ask EC2 for, '' lets EC2 choose
    :param other_addresses: further private IPv4 addresses
    :param ipv6_addresses: its IPv6 addresses
    :param no_ipv6: it gets none, though its subnet may give one to each
    """

    subnet_id: str
    security_group_ids: tuple[str, ...] = ()
    port_id: str = ''
    private_address: str = ''
    device_index: int = 0
    interface_id: str = ''
    other_addresses: tuple[str, ...] = ()
    ipv6_addresses: tuple[str, ...] = ()
    no_ipv6: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """All that EC2 is asked for."""
        first = (self.private_address,) if self.private_address else ()
        return (*first, *self.other_addresses, *self.ipv6_addresses)


@dataclasses.dataclass(frozen=True, slots=True)
class LaunchRequest:
    """One server to launch.

    :param token_seed: what makes this attempt differ from an earlier one of
        the same server (host, Nova request id); goes into the client token
    :param user_data: raw bytes, at most 16384, possibly compressed
    :param tags: all tags in the order of importance, ours first; values final
    :param in_company: Nova's request asks for more servers than this one, so
        it is worth waiting for them
    :param hibernation: the server can be suspended; decided here for good
    :param sev_snp: its memory is encrypted by AMD SEV-SNP
    :param group: the placement group of those candidates that name one
    """

    owner: Ownership
    token_seed: str
    image_id: str
    candidates: tuple[Candidate, ...]
    tags: tuple[tuple[str, str], ...]
    interfaces: tuple[InterfaceRequest, ...]
    disks: tuple[Disk, ...] = ()
    key_name: str = ''
    user_data: bytes = b''
    imds_tokens: str = 'required'
    imds_hop_limit: int = 2
    imds_tags: bool = True
    in_company: bool = False
    hibernation: bool = False
    sev_snp: bool = False
    group: GroupWish | None = None

    @property
    def shareable(self) -> bool:
        """Whether one call may launch it with others that are alike.

        EC2 takes no requested address there, the tags that name the others
        need room, and a config drive is its server's own.
        """
        return (len(self.tags) <= _TAGS_SHAREABLE and not any(
            item.private_address or item.interface_id
            for item in self.interfaces)
            and not any(disk.snapshot_id for disk in self.disks))

    def alike(self) -> 'LaunchRequest':
        """What this launch has in common with its like: equal for all."""
        return dataclasses.replace(
            self, owner=dataclasses.replace(self.owner, server_uuid=''),
            token_seed='', candidates=(), in_company=False,
            tags=tuple(pair for pair in self.tags
                       if pair[0] not in tag_keys.PER_SERVER),
            interfaces=tuple(dataclasses.replace(item, port_id='')
                             for item in self.interfaces))
