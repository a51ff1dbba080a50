# SPDX-License-Identifier: Apache-2.0
"""Nova's databases of cells, as these tests use them."""

import threading

import testtools
from nova import context as nova_context
from nova.tests import fixtures as nova_fixtures

from tests.functional.fixtures.cells import CellReads

_PATIENCE = 60


class CellReadsTest(testtools.TestCase):

    def test_who_asks_does_not_wait_for_who_waits_to_write(self):
        self.useFixture(CellReads())
        cells = nova_fixtures.CellDatabases()
        cells._last_ctxt_mgr = 'the cell'
        answers = []
        writer = threading.Thread(target=self._write, args=[cells])
        asker = threading.Thread(target=lambda: answers.append(
            cells._wrap_get_context_manager(
                nova_context.get_admin_context())), daemon=True)
        with cells._cell_lock.read_lock():
            writer.start()
            while not cells._cell_lock.has_pending_writers:
                pass
            asker.start()
            asker.join(_PATIENCE)
            self.assertEqual(['the cell'], answers)
        writer.join(_PATIENCE)

    @staticmethod
    def _write(cells):
        with cells._cell_lock.write_lock():
            pass
