# SPDX-License-Identifier: Apache-2.0
"""1,000 arrivals at 100 private hosts, and a hundred at once."""

import concurrent.futures
import logging
import threading
import time
import unittest

from nova import objects

from tests.unit.scheduler import simulation
from tests.unit.scheduler.simulation import LARGEST, Simulation

COUNT = 1000


class SimulationCase(unittest.TestCase):

    def setUp(self):
        super().setUp()
        # A line for every host, weigher and arrival.
        before = logging.root.manager.disable
        logging.disable(logging.INFO)
        self.addCleanup(logging.disable, before)
        objects.register_all()


class ArrivalsTest(SimulationCase):

    def setUp(self):
        super().setUp()
        new = simulation.builds()
        new.__enter__()
        self.addCleanup(new.__exit__, None, None, None)

    def arrivals(self, policy):
        """What became of 1,000 arrivals, half as many again as fit."""
        cloud = Simulation(policy)
        return [placed for placed, _ in
                simulation.run(cloud, COUNT, lifetime=900.0)]

    def test_never(self):
        placed = self.arrivals('never')
        self.assertFalse(any(one.on_ec2 for one in placed))
        refused = [one for one in placed if not one.host]
        self.assertTrue(refused)
        for one in refused:
            self.assertGreater(one.before.utilisation, 50)

    def test_only(self):
        self.assertTrue(all(one.on_ec2 for one in self.arrivals('only')))

    def test_prefer(self):
        self.assertTrue(all(one.on_ec2 for one in self.arrivals('prefer')))

    def test_spill(self):
        placed = self.arrivals('spill')
        self.assertTrue(all(one.host for one in placed))
        first = next(number for number, one in enumerate(placed)
                     if one.on_ec2)
        self.assertFalse(any(one.on_ec2 for one in placed[:first]))
        # Small ones find room where the first large one did not.
        self.assertTrue(any(not one.on_ec2 for one in placed[first:]))

    def test_above(self):
        placed = self.arrivals('above:70%-65%')
        self.assertTrue(all(one.host for one in placed))
        bursting, changes = False, 0
        # Large ones for which what is free is in too small pieces.
        spilt = [one for one in placed
                 if not one.fitted and not one.before.reaches(65)]
        self.assertTrue(all(one.on_ec2 for one in spilt))
        for one in placed:
            if not one.fitted:
                continue
            if one.on_ec2 and not bursting:
                self.assertTrue(one.before.reaches(70), one)
                changes += 1
            elif not one.on_ec2 and bursting:
                self.assertFalse(one.before.reaches(65), one)
                changes += 1
            elif not bursting:
                self.assertFalse(one.before.reaches(70), one)
            bursting = one.on_ec2
        self.assertGreater(changes, 2)


class AtOnceTest(SimulationCase):
    """What comes together passes the threshold by one a worker."""

    REQUESTS = 100

    def arrive(self, workers):
        """Requests of one size at the same time; how many are too many."""
        cloud = Simulation('above:50%', hosts=10, workers=workers)
        start = threading.Barrier(self.REQUESTS)

        def pause():
            # All that are let in near the threshold are under way together.
            if cloud.placement.room().reaches(46):
                time.sleep(0.1)

        def one(number):
            start.wait()
            return cloud.schedule((1, 2048), number % workers, pause)
        with (simulation.builds(),
              concurrent.futures.ThreadPoolExecutor(self.REQUESTS) as pool):
            placed = list(pool.map(one, range(self.REQUESTS)))
        self.assertTrue(all(each.host for each in placed))
        room = cloud.placement.room()
        self.assertEqual(sum(not each.on_ec2 for each in placed),
                         room.vcpus_used)
        # 80 of 160 vCPUs are where it begins.
        return room.vcpus_used - 80

    def test_one_worker(self):
        self.assertEqual(0, self.arrive(1))

    def test_four_workers(self):
        over = self.arrive(4)
        self.assertGreaterEqual(over, 0)
        # The first one over is the one that every worker may let in.
        self.assertLessEqual(over, 4 - 1)

    def test_one_request_that_passes_the_threshold_is_let_in(self):
        cloud = Simulation('above:50%', hosts=1)
        with simulation.builds():
            hosts = [cloud.schedule(size).host for size in
                     ((4, 2048), LARGEST, (1, 2048))]
        self.assertEqual(['private-0', 'private-0', 'ec2-us-east-1a'], hosts)
