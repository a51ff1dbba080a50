# SPDX-License-Identifier: Apache-2.0
"""Binding, which needs neither AWS nor [ec2] cloud_id."""

from neutron.conf.plugins.ml2.drivers import driver_type
from neutron.plugins.ml2 import managers
from neutron.tests.common import helpers
from neutron.tests.common import test_db_base_plugin_v2 as neutron_base
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins import directory
from oslo_config import cfg

from nova_ec2.conf import neutron as options
from nova_ec2.neutron import mechanism

OURS = 'ec2-us-east-1a'
PRIVATE = 'private-1'
"""Served by Neutron's Open vSwitch driver: it has an agent."""
UNKNOWN = 'nobody-1'
MAC = '0a:ff:00:11:22:33'


class ML2TestCase(neutron_base.NeutronDbPluginV2TestCase):
    """A whole ML2 plugin, ours beside Neutron's Open vSwitch driver."""

    drivers = ['ec2', 'openvswitch']
    hosts = ['ec2-us-*']

    def setUp(self):
        options.register_opts(cfg.CONF)
        cfg.CONF.set_override('hosts', self.hosts, group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, 'hosts', group='ml2_ec2')
        cfg.CONF.set_override('mechanism_drivers', self.drivers, group='ml2')
        driver_type.register_ml2_drivers_vlan_opts()
        cfg.CONF.set_override('network_vlan_ranges', ['physnet1:1:100'],
                              group='ml2_type_vlan')
        super().setUp('ml2')
        self.port_create_status = 'DOWN'
        self.plugin = directory.get_plugin()
        self.plugin.start_rpc_listeners()
        helpers.register_ovs_agent(host=PRIVATE)

    def create(self, **attributes):
        """POST /ports as Nova does, and what Neutron then shows."""
        with self.port(is_admin=True, arg_list=tuple(attributes),
                       **attributes) as port:
            return port['port']

    def change(self, port, **attributes):
        """PUT /ports/{id}."""
        return self._update('ports', port['id'], {'port': attributes},
                            as_admin=True)['port']

    def assert_bound_by_us(self, port):
        self.assertEqual(portbindings.VIF_TYPE_OTHER,
                         port[portbindings.VIF_TYPE])
        self.assertEqual(mechanism.VIF_DETAILS,
                         {key: port[portbindings.VIF_DETAILS].get(key)
                          for key in mechanism.VIF_DETAILS})
        self.assertEqual(
            'ec2', port[portbindings.VIF_DETAILS]['bound_drivers']['0'])
        self.assertEqual(constants.PORT_STATUS_ACTIVE, port['status'])


class BindingTest(ML2TestCase):

    def test_a_port_on_our_host_is_bound_and_active(self):
        self.assert_bound_by_us(self.create(**{portbindings.HOST_ID: OURS}))

    def test_a_port_elsewhere_is_left_to_the_others(self):
        port = self.create(**{portbindings.HOST_ID: PRIVATE})
        self.assertEqual('openvswitch',
                         port[portbindings.VIF_DETAILS]['bound_drivers']['0'])

    def test_a_port_that_nobody_serves_fails_as_without_us(self):
        port = self.create(**{portbindings.HOST_ID: UNKNOWN})
        self.assertEqual(portbindings.VIF_TYPE_BINDING_FAILED,
                         port[portbindings.VIF_TYPE])

    def test_a_port_without_host_stays_unbound(self):
        port = self.create()
        self.assertEqual(portbindings.VIF_TYPE_UNBOUND,
                         port[portbindings.VIF_TYPE])
        self.assertEqual(constants.PORT_STATUS_DOWN, port['status'])

    def test_other_vnic_types_are_refused_on_our_hosts(self):
        for vnic_type in (portbindings.VNIC_DIRECT, portbindings.VNIC_MACVTAP,
                          portbindings.VNIC_BAREMETAL):
            with self.assertLogs(mechanism.LOG.logger, 'ERROR') as logs:
                port = self.create(**{portbindings.HOST_ID: OURS,
                                      portbindings.VNIC_TYPE: vnic_type})
            self.assertEqual(portbindings.VIF_TYPE_BINDING_FAILED,
                             port[portbindings.VIF_TYPE])
            self.assertIn(vnic_type, logs.output[0])
            self.assertIn(port['id'], logs.output[0])

    def test_mac_and_host_in_one_update(self):
        port = self.create()
        updated = self.change(port, **{'mac_address': MAC,
                                       portbindings.HOST_ID: OURS})
        self.assertEqual(MAC, updated['mac_address'])
        self.assert_bound_by_us(updated)

    def test_mac_address_and_host_in_one_update(self):
        port = self.create()
        fixed = port['fixed_ips'][0]
        new = {'subnet_id': fixed['subnet_id'], 'ip_address': '10.0.0.77'}
        updated = self.change(port, **{'mac_address': MAC,
                                       'fixed_ips': [new],
                                       portbindings.HOST_ID: OURS})
        self.assertEqual([new], updated['fixed_ips'])
        self.assert_bound_by_us(updated)

    def test_a_bound_ports_mac_may_not_change(self):
        port = self.create(**{portbindings.HOST_ID: OURS})
        self._update('ports', port['id'], {'port': {'mac_address': MAC}},
                     expected_code=409, as_admin=True)

    def test_unbinding_and_binding_again(self):
        port = self.create(**{portbindings.HOST_ID: OURS})
        unbound = self.change(port, **{portbindings.HOST_ID: ''})
        self.assertEqual(portbindings.VIF_TYPE_UNBOUND,
                         unbound[portbindings.VIF_TYPE])
        again = self.change(port, **{'mac_address': MAC,
                                     portbindings.HOST_ID: OURS})
        self.assert_bound_by_us(again)

    def test_moving_between_private_and_ec2(self):
        port = self.create(**{portbindings.HOST_ID: PRIVATE})
        self.assert_bound_by_us(
            self.change(port, **{portbindings.HOST_ID: OURS}))
        back = self.change(port, **{portbindings.HOST_ID: PRIVATE})
        self.assertEqual('openvswitch',
                         back[portbindings.VIF_DETAILS]['bound_drivers']['0'])

    def test_every_type_of_network_is_bound(self):
        for kind, extra in (
                ('local', {}),
                ('flat', {'provider:physical_network': 'physnet1'}),
                ('vlan', {'provider:physical_network': 'physnet1',
                          'provider:segmentation_id': 7}),
                ('vxlan', {'provider:segmentation_id': 8}),
                ('geneve', {'provider:segmentation_id': 9})):
            settings = {'provider:network_type': kind, **extra}
            with self.network(arg_list=tuple(settings), as_admin=True,
                              **settings) as network, \
                    self.subnet(network=network) as subnet:
                self.assertEqual(
                    kind, network['network']['provider:network_type'])
                port = self.create(subnet=subnet,
                                   **{portbindings.HOST_ID: OURS})
                self.assert_bound_by_us(port)

    def test_a_port_without_address_is_not_bound(self):
        with self.network() as network:
            port = self._make_port(
                'json', network['network']['id'], as_admin=True,
                arg_list=(portbindings.HOST_ID,),
                **{portbindings.HOST_ID: OURS})['port']
        self.assertEqual([], port['fixed_ips'])
        self.assertEqual(portbindings.VIF_TYPE_BINDING_FAILED,
                         port[portbindings.VIF_TYPE])


class NoHostsTest(ML2TestCase):
    hosts = []

    def test_nothing_is_bound(self):
        port = self.create(**{portbindings.HOST_ID: OURS})
        self.assertEqual(portbindings.VIF_TYPE_BINDING_FAILED,
                         port[portbindings.VIF_TYPE])

    def test_the_operator_is_told(self):
        with self.assertLogs(mechanism.LOG.logger, 'WARNING') as logs:
            mechanism.EC2MechanismDriver().initialize()
        self.assertIn('[ml2_ec2] hosts', logs.output[0])


class HostFilteringTest(ML2TestCase):

    def test_private_drivers_keep_their_filtering(self):
        manager = managers.MechanismManager()
        self.assertEqual(['ec2', 'openvswitch'], sorted(manager.mech_drivers))
        self.assertTrue(manager.is_host_filtering_supported())
