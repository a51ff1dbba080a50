# SPDX-License-Identifier: Apache-2.0
"""Run code in a Python of its own."""

import os
import pathlib
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).parents[2]

TIMEOUT = 120
"""Seconds; only a hang is ever this slow."""

REFUSE = '''
import sys

class Refuse:
    """Fail the import of some packages, as if they were not installed."""

    def __init__(self, *packages):
        self.packages = packages

    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in self.packages:
            raise ModuleNotFoundError('refused: ' + name, name=name)

def refuse(*packages):
    sys.meta_path.insert(0, Refuse(*packages))

def loaded(*packages):
    return sorted(name for name in sys.modules
                  if name.partition('.')[0] in packages)
'''
"""refuse(*packages) and loaded(*packages) for the code that runs."""


def run(code, *, python=sys.executable, cwd=ROOT, check=True, **environment):
    """Run code, answer its CompletedProcess.

    :param cwd: where to run, and the first place that imports look at
    :param check: raise with the code's own stderr when it fails
    :param environment: variables to add to this process's
    """
    done = subprocess.run(
        [str(python), '-W', 'ignore', '-c',
         REFUSE + textwrap.dedent(code)],
        capture_output=True, text=True, timeout=TIMEOUT, cwd=cwd,
        env=clean_environment(**environment))
    if check and done.returncode:
        raise AssertionError(f'exit {done.returncode}:\n{done.stderr}')
    return done


def clean_environment(**changes):
    """This process's environment without what would steer an import."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(('PYTHON', 'OS_', 'PBR_', 'AWS_'))}
    return {**kept, **changes}
