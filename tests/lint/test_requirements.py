# SPDX-License-Identifier: Apache-2.0
"""What is imported is required, and what is required is imported."""

import importlib.metadata
import pathlib
import re
import sys
import tomllib
import unittest

from packaging import requirements

from tests.lint import test_import_directions as house

ROOT = pathlib.Path(__file__).parents[2]

WITH_NOVA = {'driver', 'ops', 'mapping', 'scheduler', 'cmd'}
"""Rooms that run inside Nova and may use what Nova itself requires."""

EXTRA_OF_ROOM = {'emulator': 'emulator', 'neutron': 'neutron',
                 'cinder': 'cinder', 'cmd': 'cli'}


def canonical(name):
    return re.sub(r'[-_.]+', '-', name).lower()


def names(lines):
    return {canonical(requirements.Requirement(line).name) for line in lines}


def listed(filename):
    """The requirement lines of a requirements file."""
    lines = (line.partition('#')[0].strip()
             for line in (ROOT / filename).read_text().splitlines())
    return [line for line in lines if line]


def project():
    return tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']


def requires(distribution):
    return {canonical(requirements.Requirement(line).name)
            for line in importlib.metadata.requires(distribution) or ()}


def third_party():
    """(room, distribution) of every import from outside."""
    distributions = importlib.metadata.packages_distributions()
    for path in house.sources():
        for name, _ in house.imports(path.read_text()):
            top = name.partition('.')[0]
            if top == 'nova_ec2' or top in sys.stdlib_module_names:
                continue
            # A namespace shared by this package's shim and Nova is Nova's.
            owners = {canonical(each) for each in distributions.get(top, ())}
            owners -= {'nova-ec2'}
            yield house.room_of(path), top, owners


class RequirementsTest(unittest.TestCase):

    def test_every_import_has_its_requirement(self):
        core = names(listed('requirements.txt'))
        extras = project()['optional-dependencies']
        missing = set()
        for room, module, owners in third_party():
            known = set(core)
            if room in WITH_NOVA:
                known |= {'nova'} | requires('nova')
            if room in EXTRA_OF_ROOM:
                own = names(extras[EXTRA_OF_ROOM[room]])
                known |= own.union(*(requires(each) for each in own))
            if not owners & known:
                missing.add((room, module))
        self.assertEqual(set(), missing)

    def test_nothing_is_required_in_vain(self):
        used = set().union(*(owners for _, _, owners in third_party()))
        self.assertEqual(set(), names(listed('requirements.txt')) - used)

    def test_the_test_extra_and_its_file_agree(self):
        self.assertEqual(
            sorted(project()['optional-dependencies']['test']),
            sorted(listed('test-requirements.txt')))

    def test_the_docs_extra_and_its_file_agree(self):
        self.assertEqual(
            sorted(project()['optional-dependencies']['docs']),
            sorted(listed('doc/requirements.txt')))

    def test_constraints_hold_a_version_of_everything(self):
        pinned = names(listed('constraints.txt'))
        wanted = names(listed('requirements.txt'))
        for lines in project()['optional-dependencies'].values():
            wanted |= names(lines)
        self.assertEqual(set(), wanted - pinned)

    def test_constraints_know_no_place(self):
        for line in listed('constraints.txt'):
            self.assertRegex(line, r'^[a-z0-9-]+==[0-9a-z.]+( ; .+)?$')
