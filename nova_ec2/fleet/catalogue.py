# SPDX-License-Identifier: Apache-2.0
"""What EC2 has here: instance types, AMIs, keys, subnets.

All is read once and kept for a while.
"""

import dataclasses
import threading
from collections.abc import Mapping

import cachetools

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.fleet import ttl
from nova_ec2.fleet.neighbours import Neighbours
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.network import Subnet

_IMAGES = 1000
_KEYS = 10000
_SUBNETS = 1000


class Catalogue:
    """Types, images, keys and subnets of one account in one zone.

    :ivar neighbours: the cloud's other accounts, where there are any
    """

    def __init__(self, ec2: EC2, zone: str) -> None:
        self._ec2 = ec2
        self._zone = zone
        self.neighbours: Neighbours | None = None
        self._lock = threading.Lock()
        self._unseen: set[str] = set()
        self._types: cachetools.TTLCache[str, list[InstanceType]] = (
            cachetools.TTLCache(1, ttl.INSTANCE_TYPES))
        self._counted: tuple[list[InstanceType], Mapping[str, int]] = (
            [], {})
        self._images: cachetools.TTLCache[str, Image] = (
            cachetools.TTLCache(_IMAGES, ttl.IMAGE))
        self._keys: cachetools.TTLCache[str, bool] = (
            cachetools.TTLCache(_KEYS, ttl.KEY))
        self._subnets: cachetools.TTLCache[tuple[str, bool], Subnet] = (
            cachetools.TTLCache(_SUBNETS, ttl.SUBNET))

    def types(self) -> list[InstanceType]:
        """The instance types that EC2 offers in the zone."""
        with self._lock:
            if self._zone not in self._types:
                self._types[self._zone] = self._ec2.types.offered(self._zone)
            return self._types[self._zone]

    def known_vcpus(self, name: str) -> int:
        """vCPUs of a type, 0 where nothing is known; asks nobody."""
        return self._vcpus().get(name, 0)

    def _vcpus(self) -> Mapping[str, int]:
        with self._lock:
            types = self._types.get(self._zone, [])
            if self._counted[0] is not types:
                self._counted = (types, {kind.name: kind.vcpus
                                         for kind in types})
            return self._counted[1]

    def image(self, image_id: str) -> Image:
        """One AMI; an available one is remembered.

        That of another account of this cloud is shown as its owner sees it,
        with its tags.

        :raises ImageRefused: EC2 shows this account no such AMI
        """
        with self._lock:
            known = self._images.get(image_id)
        if known is not None:
            return known
        try:
            image = self._ec2.images.describe([image_id]).get(image_id)
        except (exc.InvalidRequest, exc.NotFound) as error:
            raise exc.ImageRefused(f'AMI {image_id}: {error}') from error
        image = self._as_owned(image_id, image)
        if image is None:
            raise exc.ImageRefused(
                f'EC2 knows no AMI {image_id} in {self._ec2.region}, or does '
                f'not show it to this account; look at the image property '
                f'ec2_ami_id')
        if image.state == 'available':
            with self._lock:
                self._images[image_id] = image
        return image

    def _as_owned(self, image_id: str, seen: Image | None) -> Image | None:
        """An AMI of a neighbour as it sees it, any other as it was seen."""
        neighbours = self.neighbours
        if neighbours is None or (
                seen is not None and not neighbours.include(seen.owner_id)):
            return seen
        found = neighbours.look(image_id, seen.owner_id if seen else '')
        with self._lock:
            if found is not None and seen is None:
                self._unseen.add(image_id)
            else:
                self._unseen.discard(image_id)
        return found or seen

    def is_unseen(self, image_id: str) -> bool:
        """Whether only a neighbour sees this AMI, as far as is known."""
        with self._lock:
            return image_id in self._unseen

    def seen(self, image_id: str) -> None:
        """A neighbour has shared an AMI with this account."""
        with self._lock:
            self._unseen.discard(image_id)

    def knows_image(self, image_id: str) -> bool:
        """Whether :meth:`image` would answer without asking EC2."""
        with self._lock:
            return image_id in self._images

    def subnet(self, subnet_id: str, with_reserved: bool = False) -> Subnet:
        """One VPC subnet; how many addresses are free may be out of date.

        :param with_reserved: read its CIDR reservations too
        :raises NotFound: there is none
        """
        key = (subnet_id, with_reserved)
        with self._lock:
            known = self._subnets.get(key)
        if known is not None:
            return known
        found = self._ec2.places.subnet(subnet_id)
        if with_reserved:
            found = dataclasses.replace(
                found, reserved=self._ec2.places.reserved(subnet_id))
        with self._lock:
            self._subnets[key] = found
        return found

    def ensure_key(self, name: str, material: str,
                   tags: Mapping[str, str]) -> None:
        """Have a public key in the account; see ``aws.api.keys``."""
        with self._lock:
            if name in self._keys:
                return
        self._ec2.keys.ensure(name, material, tags)
        with self._lock:
            self._keys[name] = True

    def forget_key(self, name: str) -> None:
        """The key turned out to be gone from EC2."""
        with self._lock:
            self._keys.pop(name, None)

    def forget_image(self, image_id: str) -> None:
        """The AMI turned out to be gone from EC2."""
        with self._lock:
            self._images.pop(image_id, None)
