# SPDX-License-Identifier: Apache-2.0
"""This driver and an emulated EC2 in the place of what Nova's tests fake.

Nova's test classes are left as they are. What they all go through is
replaced before they are imported: the fixture that sets the configuration,
the loader of the driver, and the fixtures for Glance, Neutron and Cinder.
Two more spare the tests a deadlock and the compiling of the same SQL.
"""

from nova.tests import fixtures as nova_fixtures
from oslo_db.sqlalchemy import engines

from tests.conformance.nova import drivers, patience, samples
from tests.conformance.nova.configuration import Configuration
from tests.conformance.nova.images import Images
from tests.conformance.nova.networks import Networks
from tests.conformance.nova.volumes import Volumes
from tests.functional.fixtures import cells
from tests.functional.fixtures import engines as quick_engines


def install() -> None:
    """Replace them, for this process."""
    nova_fixtures.ConfFixture = Configuration
    nova_fixtures.GlanceFixture = Images
    nova_fixtures.NeutronFixture = Networks
    nova_fixtures.CinderFixture = Volumes
    nova_fixtures.CellDatabases._wrap_get_context_manager = (
        cells.context_manager)
    engines.create_engine = quick_engines.engine
    drivers.install()
    patience.install()
    samples.install()
