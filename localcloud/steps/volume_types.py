# SPDX-License-Identifier: Apache-2.0
"""A volume type for each side, for those who want to choose."""

from localcloud import clients, ec2
from localcloud.config import cinder
from localcloud.names import PRIVATE_ZONE
from localcloud.service import Step

ZONES = {cinder.PRIVATE: PRIVATE_ZONE, cinder.EBS: ec2.ZONE}


class VolumeTypes(Step):
    """Makes the types ``private`` and ``ebs``.

    Cinder's own default type stays the default: it leaves it to the zone,
    as Nova needs for the volumes that it makes with a server.
    """

    name = 'volume-types'
    needs = ('cinder-api', 'accounts')

    def run(self) -> None:
        storage = clients.connection(self.cloud).block_storage
        for name, zone in ZONES.items():
            storage.create_type(name=name, extra_specs={
                'volume_backend_name': name,
                # Without another word the volume is in this zone.
                'RESKEY:availability_zones': zone})
