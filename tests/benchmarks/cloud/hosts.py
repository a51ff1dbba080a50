# SPDX-License-Identifier: Apache-2.0
"""The hosts that are compared, one at a time."""

import contextlib
import dataclasses
import sys
from collections.abc import Iterator, Sequence

from localcloud import clients, ec2, process, runner, state
from localcloud.cloud import Cloud
from localcloud.compute_service import ComputeService
from localcloud.config import nova
from nova_ec2.emulator import settings
from tests.benchmarks.cloud import local


@dataclasses.dataclass(frozen=True)
class Way:
    """One way to run servers.

    :param driver: Nova's compute_driver
    :param about: what figures call it
    """

    name: str
    driver: str
    about: str


OURS = Way('ours', 'ec2.EC2Driver', '')
ITEM5 = Way('item5', 'bench.FakeItem5', '(b) in-tree driver, item 5')
IN_TREE = Way('intree', 'bench.Fake', '(a) in-tree driver')
EARLIER = Way('earlier', 'bench.Earlier', "(c) the earlier drivers' way")
WAYS = (ITEM5, OURS, IN_TREE, EARLIER)
BY_NAME = {way.name: way for way in WAYS}


class Host(ComputeService):
    """A nova-compute; the only one that is up.

    :param host: begins with ``ec2-``: Neutron's driver binds its ports
    """

    def __init__(self, cloud: Cloud, host: str, way: Way,
                 options: dict[str, object]) -> None:
        super().__init__(cloud)
        self.name, self.host = f'nova-compute-{host}', host
        self._way, self._options = way, options

    def command(self) -> Sequence[str]:
        credential = settings.DEFAULT_CREDENTIAL
        conf = nova.write_host(self.cloud, self.host, self._way.driver, {
            'ec2': {
                'cloud_id': ec2.CLOUD_ID, 'region_name': ec2.REGION,
                'availability_zone': ec2.ZONE,
                'endpoint_url': self.cloud.url('emulator'),
                'subnet_id': ec2.read(self.cloud)['subnet'],
                'access_key_id': credential.access_key_id,
                'secret_access_key': credential.secret_access_key,
                **self._options}})
        return [sys.executable, '-m', 'tests.benchmarks.cloud.compute',
                '--config-file', str(conf),
                '--config-file', str(local.everybodys(self.cloud))]

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Start it in a zone of its own name, and end it."""
        try:
            runner.Runner(self.cloud).start(self)
            compute = clients.connection(self.cloud).compute
            aggregate = compute.create_aggregate(
                name=self.host, availability_zone=self.host)
            compute.add_host_to_aggregate(aggregate, self.host)
            yield
        finally:
            started = state.Table(self.cloud.home).all().get(self.name)
            process.end([started] if started else [])
