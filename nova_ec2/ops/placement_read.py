# SPDX-License-Identifier: Apache-2.0
"""Leaves out Nova's read of every server's allocations where nobody uses it.

With each claim Nova's resource tracker asks Placement for the allocations of
every server on the node, one GET a server, holding the lock that all claims
of the process share. Only a driver that reshapes its providers and PCI
devices in Placement need the answer. This driver never reshapes, so here the
tracker is answered with nothing, unless PCI devices are in Placement.

Nova's files stay as they are, and no other driver or client is touched: the
tracker of this driver gets a client of its own, which shares all state with
the one it had. Where Nova's code is not the one this was written for, nothing
is changed, and the log says so. What upstream should do instead is in
doc/source/contributor/upstream-patch.rst.
"""

import hashlib
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterator
from typing import Any

from nova.compute import pci_placement_translator, resource_tracker
from nova.scheduler.client import report
from oslo_log import log as logging

LOG = logging.getLogger(__name__)

_ANYWHERE = {tokenize.COMMENT, tokenize.NL}
_LAYOUT = _ANYWHERE | {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
                       tokenize.ENDMARKER}

WRITTEN_FOR = {
    # The only caller; gives what it read to reshapes and to PCI.
    (resource_tracker, 'ResourceTracker._update_to_placement'):
        {'064a4ba1d59d8c2d'},
    # Reads, and has no other effect.
    (report, 'SchedulerReportClient.get_allocations_for_provider_tree'):
        {'78c88accb0cfe8e6'},
    # Looks at no allocation where PCI devices are not in Placement ...
    (pci_placement_translator, 'update_provider_tree_for_pci'):
        {'7b5bd8cb7f159e53'},
    # ... which this decides.
    (pci_placement_translator, '_is_placement_tracking_enabled'):
        {'09ad633587e2fb36'},
}
"""Nova's functions that this relies on, and digests of them as they were
read and understood: Nova 34.0."""


class _FrugalClient(report.SchedulerReportClient):
    """A report client that does not read the allocations of a whole tree."""

    def get_allocations_for_provider_tree(
            self, context: Any, nodename: str) -> dict[str, Any]:
        """Nothing: neither a reshape nor PCI asks for it."""
        return {}


def install(driver: Any, conf: Any) -> bool:
    """Leave the read out for the resource tracker of one driver.

    Called by ``init_host``, when Nova has made driver and tracker and before
    the tracker first speaks to Placement.

    :param driver: one that never raises ``ReshapeNeeded``
    :param conf: a ``ConfigOpts`` with the groups ``[ec2]`` and ``[pci]``
    :returns: whether the read is left out
    """
    tracker: Any = getattr(
        getattr(driver.virtapi, '_compute', None), 'rt', None)
    obstacle = _obstacle(driver, tracker, conf)
    if obstacle:
        LOG.warning('Nova reads the allocations of every server of this host '
                    'with each build, which takes longer the more there are: '
                    '%s', obstacle)
        return False
    tracker.reportclient = _frugal(tracker.reportclient)
    LOG.info('Nova does not read the allocations of every server of this '
             'host with each build')
    return True


def _frugal(client: Any) -> _FrugalClient:
    """Another face of the same client: all state is shared."""
    face = _FrugalClient.__new__(_FrugalClient)
    face.__dict__ = client.__dict__
    return face


def _obstacle(driver: Any, tracker: Any, conf: Any) -> str:
    """Why the read must stay, '' where it need not."""
    if not conf.ec2.skip_allocation_read:
        return '[ec2] skip_allocation_read is off'
    if conf.pci.report_in_placement:
        return '[pci] report_in_placement is on and needs them'
    if tracker is None or tracker.driver is not driver:
        return 'the resource tracker is not where Nova 34 has it'
    if type(tracker.reportclient) not in (report.SchedulerReportClient,
                                          _FrugalClient):
        return (f'the resource tracker has a client that is not known here, '
                f'{type(tracker.reportclient).__name__}')
    strange = [f'{module.__name__}.{name}'
               for (module, name), known in WRITTEN_FOR.items()
               if digest(module, name) not in known]
    if strange:
        return (f"this Nova's {', '.join(strange)} is not the one that "
                f'nova_ec2 knows; [ec2] skip_allocation_read has no effect')
    return ''


def digest(module: Any, name: str) -> str:
    """Digest of a function's code, comments and docstring left out.

    :param name: within the module, ``Class.method`` or ``function``
    :returns: '' where there is no such function or no source of it
    """
    try:
        found: Any = module
        for part in name.split('.'):
            found = getattr(found, part)
        source = textwrap.dedent(inspect.getsource(found))
        code = ''.join(_words(source))
    except (AttributeError, OSError, TypeError, SyntaxError,
            tokenize.TokenError):
        return ''
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _words(source: str) -> Iterator[str]:
    """The tokens of a function, but what says nothing to the machine.

    Not a syntax tree: CPython 3.11 makes those with one counter for all
    threads, and fails where another thread makes one too, as it does when it
    prints a traceback.
    """
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _LAYOUT:
            begins = begins or token.type not in _ANYWHERE
            continue
        if not (begins and token.type == tokenize.STRING):
            yield token.string
        begins = False
