# SPDX-License-Identifier: Apache-2.0
"""A private cloud and EC2 in front of the real filters and weighers.

Placement is a small one of its own, which answers the paths that are asked
and counts as Placement does: a claim raises the generation of its provider, a
release does not. Time is simulated.
"""

import contextlib
import dataclasses
import random
import threading
import types
import uuid
from unittest import mock

import nova.conf
from nova import objects
from nova.scheduler import filters, host_manager, weights

from nova_ec2.models import hypervisor
from nova_ec2.policy import private_cloud
from nova_ec2.policy.private_cloud import PrivateCloud
from nova_ec2.policy.room import Room
from nova_ec2.scheduler import burst_filter, weighers
from nova_ec2.scheduler.on_the_way import OnTheWay
from nova_ec2.scheduler.threshold import Threshold

CONF = nova.conf.CONF
ENDLESS = 0x7FFFFFFF
OURS = 'nova_ec2.scheduler.weighers.PrivateFirstWeigher'
ALL_WEIGHERS = ('nova.scheduler.weights.all_weighers', OURS)
FILTERS = [
    ('nova.scheduler.filters.compute_capabilities_filter.'
     'ComputeCapabilitiesFilter'),
    'nova_ec2.scheduler.filters.EC2MoveFilter']
# Those of Nova's that tell these hosts apart; all take three times as long.
WEIGHERS = ('nova.scheduler.weights.cpu.CPUWeigher',
            'nova.scheduler.weights.ram.RAMWeigher',
            'nova.scheduler.weights.compute.BuildFailureWeigher', OURS)

# vCPUs and MiB of a private host and of the flavors.
HOST = (16, 65536)
FLAVORS = ((1, 2048), (2, 8192), (4, 16384), (8, 16384))
LARGEST = (8, 16384)


class FakePlacement:
    """Providers, claims and generations; threads may share it."""

    def __init__(self, hosts, size=HOST):
        self._lock = threading.Lock()
        self.gets = 0
        self.providers = {
            str(uuid.uuid4()): types.SimpleNamespace(
                name=name, generation=1, size=size, used=[0, 0])
            for name in hosts}
        self.by_name = {one.name: one for one in self.providers.values()}
        self.claims = {}
        self._total = [len(self.providers) * each for each in size]
        self._used = [0, 0]

    def get(self, path):
        """What Placement would answer."""
        with self._lock:
            self.gets += 1
            if path == private_cloud.LIST:
                return {'resource_providers': [
                    {'uuid': key, 'name': one.name,
                     'generation': one.generation}
                    for key, one in self.providers.items()]}
            _, _, key, what = path.split('/')
            one = self.providers[key]
            names = ('VCPU', 'MEMORY_MB')
            if what == 'usages':
                return {'usages': dict(zip(names, one.used, strict=True))}
            assert what == 'inventories', path
            return {'inventories': {
                name: {'total': total, 'reserved': 0, 'allocation_ratio': 1.0}
                for name, total in zip(names, one.size, strict=True)}}

    def is_claimed(self, consumer):
        """Whether a server has an allocation."""
        with self._lock:
            return consumer in self.claims

    def fits(self, name, size):
        """Whether a host is a candidate."""
        one = self.by_name.get(name)
        return one is None or all(
            used + more <= total for used, more, total
            in zip(one.used, size, one.size, strict=True))

    def claim(self, consumer, name, size):
        """Claim on a host; False where there is no room any more."""
        with self._lock:
            if not self.fits(name, size):
                return False
            self.claims[consumer] = (name, size)
            if name in self.by_name:
                one = self.by_name[name]
                one.generation += 1
                one.used = _plus(one.used, size)
                self._used = _plus(self._used, size)
            return True

    def release(self, consumer):
        """A server is gone."""
        with self._lock:
            name, size = self.claims.pop(consumer)
            if name in self.by_name:
                one = self.by_name[name]
                less = [-each for each in size]
                one.used = _plus(one.used, less)
                self._used = _plus(self._used, less)

    def room(self):
        """The truth."""
        with self._lock:
            return Room(self._total[0], self._used[0],
                        self._total[1], self._used[1])


@dataclasses.dataclass
class Placed:
    """What became of one arrival.

    :param host: '' where it was refused
    :param before: the private hosts when it was asked for
    :param fitted: whether one of them had room for it
    """

    consumer: str
    size: tuple[int, int]
    host: str
    before: Room
    fitted: bool

    @property
    def on_ec2(self):
        return self.host.startswith('ec2')


class Worker:
    """One nova-scheduler: its filters and its weighers."""

    def __init__(self, placement, clock, policy, margin, weigher_names):
        weighers.options.register_opts(CONF)
        CONF.set_override('default_policy', policy, 'ec2_scheduler')
        self.burst = burst_filter.EC2BurstFilter()
        CONF.clear_override('default_policy', 'ec2_scheduler')
        self.burst._threshold = Threshold(
            PrivateCloud(placement.get, clock),
            OnTheWay(placement.is_claimed), lambda: margin)
        handler = filters.HostFilterHandler()
        self._filters = [
            cls() for cls in handler.get_matching_classes(FILTERS)]
        self._filters.append(self.burst)
        self._handler = handler
        self._weights = weights.HostWeightHandler()
        self._weighers = [
            cls() for cls in self._weights.get_matching_classes(
                list(weigher_names))]

    def ordered(self, hosts, spec, index=0):
        """The hosts to try, best first."""
        passed = self._handler.get_filtered_objects(
            self._filters, hosts, spec, index)
        if not passed:
            return []
        return [one.obj for one in self._weights.get_weighed_objects(
            self._weighers, passed, spec)]


class Simulation:
    """A private cloud of so many hosts, an EC2 host, and some workers."""

    def __init__(self, policy, hosts=100, workers=1, size=HOST, margin=5,
                 weigher_names=WEIGHERS):
        self.now = 0.0
        names = [f'private-{number}' for number in range(hosts)]
        self.placement = FakePlacement(names, size)
        self.hosts = [_host(name, 'QEMU', size) for name in names]
        self.hosts.append(_host('ec2-us-east-1a', hypervisor.HYPERVISOR_TYPE,
                                (256, 1048576)))
        self.workers = [Worker(self.placement, lambda: self.now, policy,
                               margin, weigher_names)
                        for _ in range(workers)]
        self._by_name = {one.host: one for one in self.hosts}

    def candidates(self, size):
        """What Placement offers: full hosts are not among them."""
        return [one for one in self.hosts
                if self.placement.fits(one.host, size)]

    def schedule(self, size, worker=0, pause=lambda: None, **hints):
        """One request from its beginning to its claim."""
        spec = request(size, **hints)
        before = self.placement.room()
        consumer = spec.instance_uuid
        candidates = self.candidates(size)
        fitted = len(candidates) > 1
        with contextlib.suppress(nova.exception.NoValidHost):
            for host in self.workers[worker].ordered(candidates, spec):
                pause()
                if self.placement.claim(consumer, host.host, size):
                    host.consume_from_request(spec)
                    return Placed(consumer, size, host.host, before, fitted)
        return Placed(consumer, size, '', before, fitted)

    def leave(self, placed):
        """A server is deleted."""
        self.placement.release(placed.consumer)
        host = self._by_name[placed.host]
        host.vcpus_used -= placed.size[0]
        host.free_ram_mb += placed.size[1]
        host.num_instances -= 1


def request(size, instances=1, **hints):
    """A RequestSpec as conductor makes it."""
    return objects.RequestSpec(
        instance_uuid=str(uuid.uuid4()), project_id='project',
        num_instances=instances, requested_destination=None,
        scheduler_hints={name: [value] for name, value in hints.items()},
        flavor=objects.Flavor(
            name='flavor', vcpus=size[0], memory_mb=size[1], root_gb=0,
            ephemeral_gb=0, swap=0, extra_specs={}),
        image=None, instance_group=None, pci_requests=None,
        numa_topology=None, requested_resources=[], limits=None)


@contextlib.contextmanager
def builds(properties=None):
    """Each server that is asked for is new.

    :param properties: of its image
    """
    metadata = {f'image_{name}': value
                for name, value in (properties or {}).items()}
    with mock.patch.object(
            objects.BuildRequest, 'get_by_instance_uuid',
            return_value=types.SimpleNamespace(
                instance=types.SimpleNamespace(system_metadata=metadata))):
        yield


def run(simulation, count, seed=1, lifetime=400.0):
    """Arrivals one a second that live for a while; what became of each.

    :param lifetime: seconds on average
    :yields: each arrival, placed or refused, and the seconds it lives
    """
    chance = random.Random(seed)
    leaving = []
    for number in range(count):
        simulation.now = float(number)
        for end, placed in [one for one in leaving if one[0] <= number]:
            simulation.leave(placed)
            leaving.remove((end, placed))
        seconds = chance.expovariate(1 / lifetime)
        placed = simulation.schedule(chance.choice(FLAVORS))
        if placed.host:
            leaving.append((number + seconds, placed))
        yield placed, seconds


def _plus(used, more):
    return [one + other for one, other in zip(used, more, strict=True)]


def _host(name, kind, size):
    state = host_manager.HostState(name, name, 'cell')
    state.hypervisor_type = kind
    state.aggregates = []
    state.cpu_allocation_ratio = state.ram_allocation_ratio = 1.0
    state.disk_allocation_ratio = 1.0
    state.vcpus_total, state.vcpus_used = size[0], 0
    state.free_ram_mb = state.total_usable_ram_mb = size[1]
    state.free_disk_mb = state.total_usable_disk_gb = 1 << 20
    state.num_instances = state.num_io_ops = state.failed_builds = 0
    state.hypervisor_version = 1
    state.stats = {}
    return state
