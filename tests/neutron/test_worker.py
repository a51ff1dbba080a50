# SPDX-License-Identifier: Apache-2.0
import tempfile
import threading
import time
from unittest import mock

from oslo_config import cfg

from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import election, worker
from tests.neutron import base


class WorkerTestCase(base.NeutronTestCase):

    def setUp(self):
        super().setUp()
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.set_option('coordination_url', f'file://{self.folder}')
        self.set_option('reconcile_interval', 0.1)

    def set_option(self, name, value):
        cfg.CONF.set_override(name, value, group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, name, group='ml2_ec2')

    def start(self, reconciler):
        made = worker.ReconcilingWorker(lambda: reconciler)
        self.addCleanup(made.wait)
        self.addCleanup(made.stop)
        made.start()
        return made


class WorkerTest(WorkerTestCase):

    def test_neutron_runs_it_for_the_driver(self):
        (one,) = [one for one in self.plugin.get_workers()
                  if isinstance(one, worker.ReconcilingWorker)]
        # In neutron-periodic-workers itself, no process of its own.
        self.assertEqual(0, one.worker_process_count)

    def test_one_of_two_does_the_rounds_and_the_other_takes_over(self):
        rounds = {name: threading.Event() for name in 'ab'}
        first = self.start(mock.Mock(round=rounds['a'].set))
        self.assertTrue(rounds['a'].wait(base.PATIENCE))
        lock = election.Election(cfg.CONF)
        self.addCleanup(lock.close)
        self.start(mock.Mock(round=rounds['b'].set))
        first.stop()
        first.wait()
        self.assertTrue(rounds['b'].wait(base.PATIENCE))

    def test_while_one_holds_the_lock_no_other_does(self):
        one, other = election.Election(cfg.CONF), election.Election(cfg.CONF)
        self.addCleanup(one.close)
        self.addCleanup(other.close)
        with one.held() as first, other.held() as second:
            self.assertEqual((True, False), (first, second))
        with other.held() as second:
            self.assertTrue(second)

    def test_a_round_that_fails_is_not_the_last(self):
        done = threading.Event()
        outcomes = iter([RuntimeError('once')])

        def once():
            for outcome in outcomes:
                raise outcome
            done.set()
        self.start(mock.Mock(round=once))
        self.assertTrue(done.wait(base.PATIENCE))


class WholeRoundTest(WorkerTestCase):
    """The worker that Neutron itself gets from ML2."""

    SERVICES = (*base.NeutronTestCase.SERVICES, 'ec2')

    def test_service_plugins_have_their_part_in_its_rounds(self):
        # As a create that died left it.
        self.ec2.allocate_address(Domain='vpc', TagSpecifications=[{
            'ResourceType': 'elastic-ip', 'Tags': [
                {'Key': key, 'Value': value} for key, value in (
                    (tag_keys.CLOUD, base.CLOUD),
                    (tag_keys.MANAGED, 'true'),
                    (tag_keys.FLOATING_IP, 'a-network'))]}])
        (made,) = [one for one in self.plugin.get_workers()
                   if isinstance(one, worker.ReconcilingWorker)]
        self.addCleanup(made.wait)
        self.addCleanup(made.stop)
        made.start()
        deadline = time.monotonic() + base.PATIENCE
        while self.ec2.describe_addresses()['Addresses']:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class PlaceTest(base.NeutronTestCase):

    def place(self, connection):
        cfg.CONF.set_override('connection', connection, group='database')
        self.addCleanup(cfg.CONF.clear_override, 'connection',
                        group='database')
        return election._place(cfg.CONF)

    def test_mysql_is_the_place_where_it_is_the_database(self):
        self.assertEqual(
            'mysql://neutron:s%40cret@db.example:3307/neutron',
            self.place('mysql+pymysql://neutron:s%40cret@db.example:3307/'
                       'neutron?charset=utf8'))

    def test_a_file_otherwise(self):
        self.assertRegex(self.place('sqlite://'), '^file:///.*')
