# SPDX-License-Identifier: Apache-2.0
"""The support matrix says what the driver has and what a test proves."""

import ast
import functools
import pathlib
import unittest

from nova.virt import driver as nova_driver

from nova_ec2.driver import EC2Driver
from tests.tiers import matrix, tests_of

ROOT = pathlib.Path(__file__).parents[2]

PROVING = 'tests.functional.nova.'
"""Tests there go through Nova's API, and ``make test`` runs them."""

_ROWS = '''
    operation.attach-volume operation.attach-tagged-volume
    operation.detach-volume operation.extend-volume
    operation.attach-interface operation.attach-tagged-interface
    operation.detach-interface operation.maintenance-mode operation.evacuate
    operation.rebuild operation.rebuild-volume-backed
    operation.get-guest-info operation.get-host-uptime operation.get-host-ip
    operation.live-migrate operation.force-live-migration-to-complete
    operation.abort-in-progress-live-migration operation.launch
    operation.pause operation.reboot operation.rescue operation.resize
    operation.resume operation.set-admin-password operation.snapshot
    operation.suspend operation.swap-volume operation.terminate
    operation.trigger-crash-dump operation.unpause guest.disk.autoconfig
    guest.disk.rate-limit guest.setup.configdrive guest.setup.inject.file
    guest.setup.inject.networking console.rdp console.serial.log
    console.serial.interactive console.spice console.vnc storage.block
    storage.block.backend.fibrechannel storage.block.backend.iscsi
    storage.block.backend.iscsi.auth.chap storage.image operation.uefi-boot
    operation.device-tags operation.quiesce operation.unquiesce
    operation.multiattach-volume operation.encrypted-volume
    operation.trusted-certs operation.file-backed-memory
    operation.report-cpu-traits operation.port-with-resource-request
    operation.boot-encrypted-vm operation.cache-images
    operation.boot-emulated-tpm operation.boot-stateless-firmware
    '''

ROWS = frozenset(_ROWS.split())
"""The rows of Nova's matrix."""

METHODS = {
    'operation.attach-volume': ('attach_volume',),
    'operation.detach-volume': ('detach_volume',),
    'operation.extend-volume': ('extend_volume',),
    'operation.attach-interface': ('attach_interface',),
    'operation.detach-interface': ('detach_interface',),
    'operation.maintenance-mode': ('host_maintenance_mode',),
    'operation.rebuild': ('rebuild',),
    'operation.get-guest-info': ('get_info',),
    'operation.get-host-uptime': ('get_host_uptime',),
    'operation.get-host-ip': ('get_host_ip_addr',),
    'operation.live-migrate': ('live_migration',),
    'operation.force-live-migration-to-complete':
        ('live_migration_force_complete',),
    'operation.abort-in-progress-live-migration': ('live_migration_abort',),
    'operation.launch': ('spawn',),
    'operation.pause': ('pause',),
    'operation.unpause': ('unpause',),
    'operation.reboot': ('reboot',),
    'operation.rescue': ('rescue', 'unrescue'),
    'operation.resize': ('migrate_disk_and_power_off', 'finish_migration',
                         'confirm_migration', 'finish_revert_migration'),
    'operation.resume': ('resume',),
    'operation.suspend': ('suspend',),
    'operation.set-admin-password': ('set_admin_password',),
    'operation.snapshot': ('snapshot',),
    'operation.terminate': ('destroy',),
    'operation.trigger-crash-dump': ('trigger_crash_dump',),
    'operation.quiesce': ('quiesce',),
    'operation.unquiesce': ('unquiesce',),
    'operation.cache-images': ('cache_image',),
    'console.rdp': ('get_rdp_console',),
    'console.serial.log': ('get_console_output',),
    'console.serial.interactive': ('get_serial_console',),
    'console.spice': ('get_spice_console',),
    'console.vnc': ('get_vnc_console',),
}
"""What a driver overrides where it has the row, and only there."""

FLAGS = {
    'operation.attach-interface': 'supports_attach_interface',
    'operation.attach-tagged-interface': 'supports_tagged_attach_interface',
    'operation.attach-tagged-volume': 'supports_tagged_attach_volume',
    'operation.extend-volume': 'supports_extend_volume',
    'operation.multiattach-volume': 'supports_multiattach',
    'operation.device-tags': 'supports_device_tagging',
    'operation.evacuate': 'supports_evacuate',
    'operation.trusted-certs': 'supports_trusted_certs',
    'operation.file-backed-memory': 'supports_mem_backing_file',
    'operation.boot-emulated-tpm': 'supports_vtpm',
    'operation.boot-stateless-firmware': 'supports_stateless_firmware',
}
"""The capability that goes with a row."""


def has(row):
    """Whether the matrix says that the driver has a row."""
    return matrix()[row]['driver.ec2'] != 'missing'


@functools.cache
def classes(module):
    """The classes of a module of tests, by name."""
    path = ROOT / f'{module.replace(".", "/")}.py'
    if not path.exists():
        return {}
    return {node.name: node for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.ClassDef)}


def trouble(test):
    """What is wrong with a test's id, '' for nothing."""
    module, _, rest = test.rpartition('.')
    module, _, name = module.rpartition('.')
    if not test.startswith(PROVING) or not rest.startswith('test_'):
        return f'not a test of {PROVING}*'
    owner = classes(module).get(name)
    if owner is None:
        return f'no class {name} in {module}'
    found = [node for node in owner.body
             if isinstance(node, ast.FunctionDef) and node.name == rest]
    if not found:
        return f'no method {rest} in {name}'
    if any('skip' in ast.dump(one) for one in
           (*owner.decorator_list, *found[0].decorator_list)):
        return 'it is skipped'
    return ''


class SupportMatrixTest(unittest.TestCase):

    def test_it_has_the_rows_of_novas_and_no_others(self):
        rows = [one for one in matrix().sections()
                if not one.startswith('driver.')]
        self.assertEqual(ROWS, set(rows))
        self.assertEqual(59, len(rows))

    def test_every_row_has_a_title_a_status_and_a_sentence(self):
        for row in ROWS:
            with self.subTest(row):
                section = matrix()[row]
                self.assertTrue(section['title'])
                self.assertIn(section['driver.ec2'],
                              ('complete', 'partial', 'missing'))
                self.assertTrue(section['driver-notes.ec2'].endswith('.'))

    def test_what_the_driver_has_is_proved(self):
        for row in ROWS:
            with self.subTest(row):
                self.assertEqual(has(row), bool(tests_of(row)))

    def test_every_proof_is_a_test_that_runs(self):
        for row in ROWS:
            for test in tests_of(row):
                with self.subTest(row, test=test):
                    self.assertEqual('', trouble(test))

    def test_what_no_test_is_called_is_noticed(self):
        real = tests_of('operation.launch')[0]
        module = real.rpartition('.')[0].rpartition('.')[0]
        for wrong in (real + 's', module + '.NoTest.test_it',
                      'tests.functional.nova.test_none.ATest.test_it',
                      'tests.unit.mapping.test_power.PowerTest.test_it'):
            self.assertNotEqual('', trouble(wrong))

    def test_nothing_is_both_not_yet_and_there(self):
        for row in ROWS:
            if has(row):
                self.assertNotIn('Not yet',
                                 matrix()[row]['driver-notes.ec2'])


class DriverTest(unittest.TestCase):
    """The driver's own words agree with the matrix."""

    def test_a_row_has_its_methods(self):
        for row, methods in METHODS.items():
            for method in methods:
                with self.subTest(row, method=method):
                    base = getattr(nova_driver.ComputeDriver, method, None)
                    own = getattr(EC2Driver, method, None)
                    self.assertEqual(has(row), own is not base)

    def test_a_row_has_its_capability(self):
        for row, flag in FLAGS.items():
            with self.subTest(row):
                self.assertEqual(has(row), EC2Driver.capabilities[flag])

    def test_no_name_here_is_wrong(self):
        self.assertLessEqual(set(METHODS) | set(FLAGS), ROWS)
        for flag in FLAGS.values():
            self.assertIn(flag, {
                *nova_driver.ComputeDriver.capabilities,
                *nova_driver.CAPABILITY_TRAITS_MAP})
