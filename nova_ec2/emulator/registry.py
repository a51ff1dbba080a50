# SPDX-License-Identifier: Apache-2.0
"""Instances by id, and what may be seen of them."""

import re
from typing import Any

from moto.ec2.models.instances import InstanceBackend, Reservation

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

_ID = re.compile(r'i-([0-9a-f]{8}|[0-9a-f]{17})')


class Registry(InstanceBackend):
    """The part of the backend that finds instances."""

    instances: dict[str, StrictInstance]

    def get_instance(self, instance_id: str) -> StrictInstance:
        """One instance; Malformed or NotFound where there is none."""
        return self.find([instance_id])[0]

    def get_instance_by_id(self, instance_id: str) -> StrictInstance:
        """The same; moto's CreateTags asks this way and ignores None."""
        return self.get_instance(instance_id)

    def find(self, instance_ids: list[str]) -> list[StrictInstance]:
        """Those instances, all or an error that names the bad ones."""
        for instance_id in instance_ids:
            if not _ID.fullmatch(instance_id):
                raise Refusal('InvalidInstanceID.Malformed',
                              f'Invalid id: "{instance_id}"')
        unknown = [an_id for an_id in instance_ids
                   if not self.is_visible(self.instances.get(an_id))]
        if unknown:
            raise _not_found(unknown)
        return [self.instances[an_id] for an_id in instance_ids]

    def is_visible(self, instance: StrictInstance | None) -> bool:
        """Whether calls by id know an instance already."""
        return (instance is not None
                and instance.visible_at <= self.world.clock.now())

    def get_multi_instances_by_id(
            self, instance_ids: list[str], filters: Any = None
            ) -> list[StrictInstance]:
        """Those instances that match."""
        return [instance for instance in self.find(instance_ids)
                if instance.applies(filters)]

    def all_instances(self, filters: Any = None) -> list[StrictInstance]:
        """All instances that match."""
        return [instance for instance in self.instances.values()
                if self.is_visible(instance) and instance.applies(filters)]

    def register(self, reservation: Reservation) -> None:
        """Keep the instances of a new reservation."""
        self.reservations[reservation.id] = reservation
        visible = (self.world.clock.now()
                   + self.world.settings.late_visibility_seconds)
        for instance in reservation.instances:
            instance.reservation_id = reservation.id
            if self.world.settings.late_visibility_seconds > 0:
                instance.visible_at = visible
            self.instances[instance.id] = instance

    def forget_instance(self, instance: StrictInstance) -> None:
        """Have it disappear from all listings."""
        self.instances.pop(instance.id, None)
        self.tags.pop(instance.id, None)
        reservation = self.reservations.get(instance.reservation_id)
        if reservation is None:
            return
        reservation.instances = [one for one in reservation.instances
                                 if one is not instance]
        if not reservation.instances:
            del self.reservations[reservation.id]


def _not_found(ids: list[str]) -> Refusal:
    if len(ids) == 1:
        message = f"The instance ID '{ids[0]}' does not exist"
    else:
        message = f"The instance IDs '{', '.join(ids)}' do not exist"
    return Refusal('InvalidInstanceID.NotFound', message)
