# SPDX-License-Identifier: Apache-2.0
"""A zone whose instance types cannot encrypt their memory.

There are such zones. In others a host has inventory of one more resource
class than the three that Nova's tests compare with.
"""

import fixtures

from nova_ec2.aws.api.types import Types
from nova_ec2.models.instance_type import InstanceType
from tests.functional.fixtures.catalogue import Catalogue


class Zone(Catalogue):
    """The driver's read of the zone's types, once a process."""

    def _setUp(self) -> None:
        super()._setUp()
        offered = Types.offered

        def here(types: Types, zone: str) -> list[InstanceType]:
            return [kind for kind in offered(types, zone)
                    if not kind.sev_snp]
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.aws.api.types.Types.offered', here))
