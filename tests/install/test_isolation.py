# SPDX-License-Identifier: Apache-2.0
"""What each service imports of this package, and what must not follow.

Each import happens in a fresh Python in which the forbidden packages cannot
be imported at all, so that a lazy try/except cannot hide one.
"""

import textwrap
import unittest

from tests.install import interpreter

AWS = ('boto3', 'botocore')


class IsolationTest(unittest.TestCase):

    def imports_without(self, module, *forbidden):
        """Import a module where the forbidden packages do not exist."""
        done = interpreter.run(f'''
            refuse(*{forbidden!r})
            import {module}
            print(loaded(*{forbidden!r}))
        ''')
        self.assertEqual('[]', done.stdout.strip())

    def test_the_blocker_blocks(self):
        for package in ('nova', 'nova.virt', 'botocore.session'):
            done = interpreter.run(f'''
                refuse('nova', 'botocore')
                import {package}
            ''', check=False)
            self.assertNotEqual(0, done.returncode)
            self.assertIn(f'refused: {package.partition(".")[0]}',
                          done.stderr)

    def test_nova_scheduler_gets_no_boto(self):
        self.imports_without('nova_ec2.scheduler.weighers', *AWS)

    def test_nova_compute_gets_nothing_of_the_command_line(self):
        # cliff comes with Nova's own neutronclient.
        self.imports_without('nova_ec2.wiring.compute', 'matplotlib')
        self.imports_without('nova_ec2.scheduler.weighers', 'matplotlib')

    def test_prices_and_flavors_need_no_nova(self):
        for module in ('main', 'prices', 'flavors'):
            self.imports_without(f'nova_ec2.cmd.{module}', 'nova')

    def test_neutron_server_gets_no_nova(self):
        for module in ('mechanism', 'plugin', 'type_driver', 'extension'):
            self.imports_without(f'nova_ec2.neutron.{module}', 'nova')

    def test_cinder_volume_gets_no_nova(self):
        self.imports_without('nova_ec2.cinder.driver', 'nova')

    def test_options_need_neither(self):
        self.imports_without('nova_ec2.conf.opts', 'nova', *AWS)

    def test_the_words_and_rules_need_neither(self):
        for module in ('nova_ec2.models.launch', 'nova_ec2.exceptions',
                       'nova_ec2.policy.private_first'):
            self.imports_without(module, 'nova', 'oslo_config', *AWS)

    def test_nothing_below_ops_needs_nova(self):
        for module in ('nova_ec2.fleet', 'nova_ec2.aws', 'nova_ec2.costs'):
            self.imports_all_without(module, 'nova')

    def imports_all_without(self, package, *forbidden):
        """Import every module of a package, forbidden ones missing."""
        done = interpreter.run(f'''
            refuse(*{forbidden!r})
            import importlib, pkgutil
            import {package} as package
            for found in pkgutil.walk_packages(
                    package.__path__, package.__name__ + '.'):
                # Alembic runs these.
                if '.migrations.' not in found.name:
                    importlib.import_module(found.name)
            print(loaded(*{forbidden!r}))
        ''')
        self.assertEqual('[]', done.stdout.strip())


class PatchingTest(unittest.TestCase):
    """eventlet is neither imported nor applied by any module of ours."""

    def test_what_tools_load_leaves_eventlet_alone(self):
        for module in ('nova_ec2.conf.opts', 'nova_ec2.cmd.compute'):
            done = interpreter.run(f'''
                import {module}
                print(loaded('eventlet', 'gevent'))
            ''')
            self.assertEqual('[]', done.stdout.strip(), module)

    def test_importing_everything_for_nova_patches_nothing(self):
        # Cinder imports eventlet, and so does Neutron for its API, which
        # Nova forbids to its whole process.
        self.patches_nothing('''
            # As nova-compute does before it loads a driver.
            from nova import objects
            objects.register_all()
            # And with it os_brick, which has a sleep of its own.
            from nova.compute import manager
            before = (*before[:-1], time.sleep)
            import nova_ec2 as package
            apart = ('nova_ec2.cinder', 'nova_ec2.neutron',
                     # Alembic runs them.
                     'nova_ec2.costs.db.migrations')
        ''')

    def test_importing_everything_for_neutron_patches_nothing(self):
        self.patches_nothing('''
            import nova_ec2.neutron as package
            # Alembic runs them.
            apart = ('nova_ec2.neutron.db.migration.alembic_migrations',)
        ''')

    def patches_nothing(self, begin):
        """Import every module of a package that is not one apart."""
        done = interpreter.run(textwrap.dedent('''
            import importlib, pkgutil, socket, threading, time
            before = (socket.socket, threading.Thread, threading.Lock,
                      time.sleep)
        ''') + textwrap.dedent(begin) + textwrap.dedent('''
            for found in pkgutil.walk_packages(
                    package.__path__, package.__name__ + '.'):
                if not found.name.endswith('__main__') and not (
                        found.name.startswith(apart)):
                    importlib.import_module(found.name)
            after = (socket.socket, threading.Thread, threading.Lock,
                     time.sleep)
            print(all(a is b for a, b in zip(before, after)))
        '''))
        self.assertEqual('True', done.stdout.strip())
