# SPDX-License-Identifier: Apache-2.0
"""The wheel and the editable install, made and tried without a network.

Both are built from a copy of the sources by the project's own build backend.
They are then unpacked into virtual environments of three kinds: Nova in the
same site directory (a plain pip install), Nova in another one (a
distribution's Nova), and no Nova at all.
"""

import pathlib
import shutil
import site
import sys
import tempfile
import unittest
import venv
import zipfile

import nova

from tests.install import interpreter

ROOT = interpreter.ROOT
SOURCES = ('nova', 'nova_ec2', 'LICENSE', 'README.rst', 'pyproject.toml',
           'requirements.txt', 'setup.cfg', 'setup.py')

LOAD = '''
    from nova import objects
    objects.register_all()
    from oslo_utils import importutils
    print(importutils.import_class('nova.virt.ec2.EC2Driver').__module__)
'''
"""As nova-compute loads ``compute_driver = ec2.EC2Driver``."""

LAUNCH = '''
    import nova.cmd.compute
    nova.cmd.compute.main = lambda: None
    from nova_ec2.cmd import compute
    compute.main()
''' + LOAD


class BuiltTestCase(unittest.TestCase):
    """Builds once for the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.place = pathlib.Path(place.name)
        cls.sources = cls.place / 'sources'
        cls.sources.mkdir()
        for name in SOURCES:
            copy(ROOT / name, cls.sources / name)

    @classmethod
    def build(cls, hook):
        """Run a hook of the build backend, answer the wheel it made."""
        out = cls.place / hook
        out.mkdir()
        made = interpreter.run(
            f'from pbr import build; print(build.{hook}({str(out)!r}))',
            cwd=cls.sources, PBR_VERSION='0.0.0').stdout.split()[-1]
        return out / made

    def run_in(self, python, code, **options):
        """Run code away from these sources."""
        return interpreter.run(code, python=python, cwd=self.place, **options)

    def environment(self, wheel, *, nova_beside):
        """A virtual environment with the wheel in it; its Python.

        :param nova_beside: whether Nova is in the same site directory or,
            with all other libraries, in one behind it
        """
        target = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        venv.create(target, with_pip=False, symlinks=True)
        packages = target / 'lib' / 'python{}.{}'.format(
            *sys.version_info) / 'site-packages'
        # The libraries of this environment, but not what its .pth files
        # add: an editable install of this very project among them.
        (packages / 'behind.pth').write_text('\n'.join(library_directories()))
        if nova_beside:
            mirror_nova(packages)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
        return target / 'bin' / 'python'


def copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(
            '__pycache__', '*.egg-info'))
    else:
        shutil.copy(source, target)


def library_directories():
    inside = pathlib.Path(nova.__file__).parents[1]
    return sorted({str(inside), *(
        each for each in sys.path
        if each.endswith(('site-packages', 'dist-packages'))
        and each != site.getusersitepackages())})


def mirror_nova(packages):
    """Nova as if pip had put it there: real directories, linked files."""
    original = pathlib.Path(nova.__file__).parent
    for directory, below in ((original, {'virt'}),
                             (original / 'virt', {'ec2', '__pycache__'})):
        here = packages / 'nova' / directory.relative_to(original)
        here.mkdir()
        for entry in directory.iterdir():
            if entry.name not in below:
                (here / entry.name).symlink_to(entry)


class WheelTest(BuiltTestCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheel = cls.build('build_wheel')
        with zipfile.ZipFile(cls.wheel) as archive:
            cls.names = archive.namelist()

    def test_it_holds_every_module_of_the_package(self):
        ours = {str(path.relative_to(ROOT))
                for path in (ROOT / 'nova_ec2').rglob('*.py')}
        self.assertEqual(ours, {name for name in self.names
                                if name.startswith('nova_ec2/')
                                and name.endswith('.py')})

    def test_it_holds_the_price_table(self):
        data = ROOT / 'nova_ec2' / 'costs' / 'data'
        files = {str(path.relative_to(ROOT)) for path in data.iterdir()
                 if path.is_file() and path.suffix != '.py'}
        self.assertTrue(files)
        self.assertEqual(set(), files - set(self.names))

    def test_it_is_typed(self):
        self.assertIn('nova_ec2/py.typed', self.names)

    def test_of_nova_it_holds_the_shim_alone(self):
        self.assertEqual(['nova/virt/ec2/__init__.py'],
                         [name for name in self.names
                          if name.startswith('nova/')])

    def test_it_holds_nothing_else(self):
        tops = {name.partition('/')[0] for name in self.names}
        self.assertEqual({'nova', 'nova_ec2'}, {
            top for top in tops if not top.endswith('.dist-info')})

    def test_it_holds_the_licence_and_the_entry_points(self):
        entries = next(name for name in self.names
                       if name.endswith('/entry_points.txt'))
        with zipfile.ZipFile(self.wheel) as archive:
            text = archive.read(entries).decode()
        for line in ('nova-ec2-compute = nova_ec2.cmd.compute:main',
                     'nova-ec2 = nova_ec2.cmd.main:main',
                     'ec2 = nova_ec2.neutron.mechanism:EC2MechanismDriver',
                     'nova_ec2 = nova_ec2.conf.opts:list_opts'):
            self.assertIn(line, text)
        self.assertTrue([name for name in self.names
                         if name.endswith('/LICENSE')])

    def test_beside_a_plain_nova_the_driver_loads(self):
        python = self.environment(self.wheel, nova_beside=True)
        self.assertEqual('nova_ec2.driver',
                         self.run_in(python, LOAD).stdout.strip())

    def test_beside_a_plain_nova_the_launcher_works_too(self):
        python = self.environment(self.wheel, nova_beside=True)
        self.assertEqual('nova_ec2.driver', self.run_in(
            python, LAUNCH).stdout.strip())

    def test_with_nova_elsewhere_only_the_launcher_works(self):
        python = self.environment(self.wheel, nova_beside=False)
        refused = self.run_in(python, LOAD, check=False)
        self.assertIn("No module named 'nova.virt.ec2'", refused.stderr)
        self.assertEqual('nova_ec2.driver', self.run_in(
            python, LAUNCH).stdout.strip())


class EditableTest(BuiltTestCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheel = cls.build('build_editable')

    def test_beside_a_plain_nova_the_driver_loads_from_the_sources(self):
        python = self.environment(self.wheel, nova_beside=True)
        done = self.run_in(python, LOAD + '''
    import nova, nova_ec2
    print(nova_ec2.__file__, nova.__file__)
''').stdout.split()
        self.assertEqual('nova_ec2.driver', done[0])
        self.assertEqual(str(self.sources / 'nova_ec2' / '__init__.py'),
                         done[1])
        self.assertTrue(done[2].startswith(str(self.place)))

    def test_with_nova_elsewhere_the_driver_loads_too(self):
        python = self.environment(self.wheel, nova_beside=False)
        self.assertEqual('nova_ec2.driver',
                         self.run_in(python, LOAD).stdout.strip())
