# SPDX-License-Identifier: Apache-2.0
"""Neutron subnets whose VPC subnets were there before.

The operator says which it is, by ``[ml2_ec2] subnet_mappings`` or by a tag
of the VPC subnet. Nothing that Neutron's users can edit says it.
"""

import threading
import time
from collections.abc import Callable, Mapping

from oslo_log import log as logging

from nova_ec2.models import tags as tag_keys
from nova_ec2.models.network import Subnet
from nova_ec2.neutron import subnet_blocks
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)

SECONDS = 30.0
"""What is known of EC2's subnets is asked anew after so long."""


class Mapped:
    """Knows them, and asks EC2 now and then: one call for all."""

    def __init__(self, sites: Sites,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._sites = sites
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: float | None = None
        # By account: while one cannot be asked, what it said is told.
        self._read: dict[str, dict[str, list[Subnet]]] = {}
        self._known: Mapping[str, Subnet] = {}
        self._told: set[tuple[str, str]] = set()

    def of(self, subnet_id: str, cidr: str) -> Subnet | None:
        """The VPC subnet of a Neutron subnet; None where it has none.

        While EC2 cannot be asked, what was known last is told.
        """
        self.refresh()
        return self.peek(subnet_id, cidr)

    def refresh(self) -> None:
        """Ask EC2 now, if it is time; a transaction need not wait then."""
        if not self._sites.configured:
            return
        with self._lock:
            now = self._clock()
            if self._asked is None or now - self._asked >= SECONDS:
                self._ask(now)

    def peek(self, subnet_id: str, cidr: str) -> Subnet | None:
        """The same as :meth:`of`, by what is known; EC2 is not asked."""
        found = self._known.get(subnet_id)
        if found is None or _fits(found, cidr):
            return found
        if (subnet_id, found.subnet_id) not in self._told:
            self._told.add((subnet_id, found.subnet_id))
            LOG.error('Subnet %s has the CIDR %s, and its VPC subnet %s has '
                      '%s: they must be the same; it is shown as not on EC2',
                      subnet_id, cidr, found.subnet_id,
                      ' and '.join(_blocks(found)))
        return None

    def blocks(self, subnet_id: str) -> list[str]:
        """CIDRs of the VPC subnet of a Neutron subnet, as far as known."""
        found = self._known.get(subnet_id)
        return _blocks(found) if found else []

    def all(self) -> Mapping[str, Subnet]:
        """All of them, by Neutron's ids, asked anew.

        Of an account that cannot be asked, what was known last.
        """
        with self._lock:
            self._ask(self._clock())
            return self._known

    def _ask(self, now: float) -> None:
        # Also when it fails: a list of many must not wait many times.
        self._asked = now
        whole = self._sites.run(
            self._ask_one, else_='Which subnets are on EC2 could not be '
            'read; what was known before is told')
        self._known = self._joined(whole)

    def _ask_one(self, site: Site) -> None:
        """The VPC subnets of one account that the operator mapped."""
        found = _tagged(site)
        named: Mapping[str, str] = site.options.subnet_mappings
        if named:
            there = site.ec2.subnets.describe(list(named.values()))
            for subnet_id, ec2_id in named.items():
                found.pop(subnet_id, None)
                if ec2_id in there:
                    found[subnet_id] = [there[ec2_id]]
        for those in found.values():
            for one in those:
                self._sites.vpcs.note(one.vpc_id, site)
        self._read[site.account.name] = found

    def _joined(self, whole: bool) -> dict[str, Subnet]:
        """Those of all accounts.

        :param whole: whether all could be asked
        """
        found: dict[str, set[str]] = {}
        lies: dict[str, Subnet] = {}
        present = {one.account.name for one in self._sites.all()}
        for name, mapped in self._read.items():
            if name not in present:
                continue
            for subnet_id, those in mapped.items():
                for one in those:
                    found.setdefault(subnet_id, set()).add(one.subnet_id)
                    lies[subnet_id] = one
        for subnet_id, names in found.items():
            if len(names) > 1:
                LOG.error('More than one VPC subnet has a tag %s that names '
                          'subnet %s; it is shown as not on EC2',
                          tag_keys.SUBNET, subnet_id)
                del lies[subnet_id]
        named: Mapping[str, str] = self._sites.options.subnet_mappings
        for subnet_id in named.keys() - found.keys() if whole else ():
            LOG.error('[ml2_ec2] subnet_mappings names %s for subnet %s, '
                      'which EC2 does not know', named[subnet_id], subnet_id)
        return lies


def _tagged(site: Site) -> dict[str, list[Subnet]]:
    found: dict[str, list[Subnet]] = {}
    for one in site.ec2.subnets.find({
            f'tag:{tag_keys.CLOUD}': [site.cloud_id],
            'tag-key': [tag_keys.SUBNET]}):
        if not site.ours(one.tags):
            # An IPv4 and an IPv6 subnet of Neutron's are one of EC2's.
            for subnet_id in one.tags[tag_keys.SUBNET].split():
                found.setdefault(subnet_id, []).append(one)
    return found


def _blocks(found: Subnet) -> list[str]:
    return [found.cidr, *(one.cidr for one in found.ipv6_blocks)]


def _fits(found: Subnet, cidr: str) -> bool:
    return any(subnet_blocks.same(cidr, one) for one in _blocks(found))
