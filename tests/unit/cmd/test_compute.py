# SPDX-License-Identifier: Apache-2.0
"""The launcher, each time in a Python of its own: it starts services."""

import pathlib
import tempfile
import unittest

from tests.install import interpreter

# In place of nova-compute's main, show what it would find.
SHOW = '''
    import json, sys
    from nova.cmd import compute as nova_compute
    from oslo_utils import importutils

    def show():
        # As inspect does, for instance when a plugin registers options.
        for module in list(sys.modules.values()):
            hasattr(module, '__file__')
        loaded_early = [
            name for name in loaded('nova_ec2')
            if not name.startswith('nova_ec2.cmd') and '.' in name]
        from nova import objects
        objects.register_all()
        cls = importutils.import_class('nova.virt.ec2.EC2Driver')
        import nova.virt.ec2
        print(json.dumps({
            'argv': sys.argv, 'class': cls.__module__,
            'same': nova.virt.ec2.EC2Driver is cls,
            'early': loaded_early}))

    nova_compute.main = show
'''


class LauncherTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)

    def launch(self, before='', arguments=(), **options):
        return interpreter.run(f'''
    {before}
    import sys
    sys.argv = ['/usr/bin/nova-ec2-compute', *{list(arguments)!r}]
    from nova_ec2.cmd import compute
    compute.main()
''', HOME=str(self.home), **options)

    def test_nova_finds_the_driver_where_it_looks(self):
        shown = self.launch(SHOW).stdout
        self.assertIn('"class": "nova_ec2.driver"', shown)
        self.assertIn('"same": true', shown)

    def test_the_driver_is_imported_when_nova_asks_and_not_before(self):
        self.assertIn('"early": []', self.launch(SHOW).stdout)

    def test_it_goes_by_novas_name(self):
        shown = self.launch(SHOW, ['--config-file', '/x/nova.conf']).stdout
        self.assertIn('"argv": ["/usr/bin/nova-compute", "--config-file", '
                      '"/x/nova.conf"]', shown)

    def test_it_is_nova_compute(self):
        version = self.launch(arguments=['--version'])
        self.assertRegex(version.stdout, r'^\d+\.\d+')

    def test_it_reads_nova_compute_conf(self):
        # An option that does not parse stops oslo.config and is named.
        (self.home / '.nova').mkdir()
        (self.home / '.nova' / 'nova-compute.conf').write_text(
            '[DEFAULT]\nconcurrency_backend = read-by-the-launcher\n')
        done = self.launch(check=False)
        self.assertNotEqual(0, done.returncode)
        self.assertIn('read-by-the-launcher', done.stdout + done.stderr)

    def test_novas_environment_decides_about_threads(self):
        done = self.launch('''
    from nova.cmd import compute as nova_compute
    import sys
    def show():
        from nova import monkey_patch
        print(monkey_patch.is_patched())
    nova_compute.main = show
''', OS_NOVA_DISABLE_EVENTLET_PATCHING='1')
        self.assertEqual('False', done.stdout.strip())

    def test_without_nova_it_says_so_in_one_line(self):
        done = self.launch("refuse('nova')", check=False)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, r'\Anova-ec2-compute: .*\n\Z')

    def test_a_broken_nova_is_not_called_missing(self):
        done = self.launch("refuse('os_vif')", check=False)
        self.assertIn('refused: os_vif', done.stderr)
        self.assertNotIn('there is no Nova', done.stderr)
