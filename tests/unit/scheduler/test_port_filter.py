# SPDX-License-Identifier: Apache-2.0
"""When EC2PortFilter asks Neutron, and what it does with the answer."""

import unittest

from neutronclient.common import exceptions as neutron_exc
from nova import exception as nova_exc
from nova import objects
from nova.scheduler import host_manager

from nova_ec2.models import place
from nova_ec2.models.neutron_subnet import NeutronSubnet
from nova_ec2.models.place import Place
from nova_ec2.policy.port_zones import Asked
from nova_ec2.scheduler import port_filter

objects.register_all()

PORT = '0d5e3e2a-7c0a-4a43-8a41-6f2f1f3b7c11'
NETWORK = '5b0f4b52-5c6e-43d2-9a0a-2d8c2a4d9e22'


def host(zone):
    state = host_manager.HostState(f'ec2-{zone}', f'ec2-{zone}', 'cell')
    state.hypervisor_type = 'ec2'
    state.stats = place.to_stats(Place('cloud', '1', 'us-east-1', zone))
    return state


def subnet(zone):
    return NeutronSubnet(f'n-{zone}', '10.0.0.0/24', f'subnet-{zone}', zone,
                         told=True)


class FakePorts:
    """Neutron's answers, and how often it was asked and forgotten."""

    def __init__(self, *zones, error=None):
        self.zones, self.error = list(zones), error
        self.asked, self.forgotten = [], 0

    def port(self, port_id):
        return self._answer(f'port {port_id}', fixed=True)

    def network(self, network_id):
        return self._answer(f'network {network_id}', fixed=False)

    def forget(self):
        self.forgotten += 1

    def _answer(self, name, fixed):
        self.asked.append(name)
        if self.error:
            raise self.error
        zone = self.zones.pop(0) if len(self.zones) > 1 else self.zones[0]
        return Asked(name, [subnet(zone)], fixed)


class PortFilterTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.hosts = [host('a'), host('b')]

    def passed(self, ports, *requested, hosts=None, **hints):
        """Zones of the hosts that pass."""
        spec = objects.RequestSpec(
            instance_uuid=PORT, scheduler_hints=hints,
            requested_destination=None,
            requested_networks=objects.NetworkRequestList(objects=[
                objects.NetworkRequest(**one) for one in requested]))
        tested = port_filter.EC2PortFilter()
        tested._ports = ports
        found = tested.filter_all(
            self.hosts if hosts is None else hosts, spec)
        return [place.of_node(one).zone for one in found]

    def test_a_port_and_a_network(self):
        for asked in ({'port_id': PORT}, {'network_id': NETWORK}):
            self.assertEqual(['b'], self.passed(FakePorts('b'), asked))

    def test_nothing_is_asked_of_what_names_nothing(self):
        ports = FakePorts('b')
        for asked in ({'network_id': 'auto'}, {'network_id': 'none'}):
            self.assertEqual(['a', 'b'], self.passed(ports, asked))
        self.assertEqual([], ports.asked)

    def test_nothing_is_asked_for_a_rebuild_or_no_hosts(self):
        ports = FakePorts('b')
        self.assertEqual(['a', 'b'], self.passed(
            ports, {'port_id': PORT}, _nova_check_type=['rebuild']))
        self.assertEqual([], self.passed(ports, {'port_id': PORT}, hosts=[]))
        self.assertEqual([], ports.asked)

    def test_it_is_asked_anew_before_it_refuses(self):
        ports = FakePorts('c', 'b')
        self.assertEqual(['b'], self.passed(ports, {'port_id': PORT}))
        self.assertEqual(1, ports.forgotten)

    def test_it_refuses_with_the_reason(self):
        with self.assertRaisesRegex(
                nova_exc.NoValidHost, f'port {PORT} is in zone c of EC2'):
            self.passed(FakePorts('c'), {'port_id': PORT})

    def test_without_an_answer_all_pass(self):
        for error in (neutron_exc.ConnectionFailed(reason='down'),
                      neutron_exc.PortNotFoundClient()):
            self.assertEqual(['a', 'b'], self.passed(
                FakePorts('b', error=error), {'port_id': PORT}))
