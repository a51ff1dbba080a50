# SPDX-License-Identifier: Apache-2.0
"""In which account a VPC is.

A VPC never leaves its account, so it is looked for once. Where there is one
account only, nothing is asked.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages
from nova_ec2.models.network import Subnet


class AccountVpcs:
    """Remembers what was found.

    :param sites: a :class:`nova_ec2.neutron.site.Sites`
    """

    def __init__(self, sites: Any) -> None:
        self._sites = sites
        # Names of accounts by VPC.
        self._known: dict[str, str] = {}

    def note(self, vpc_id: str, site: Any) -> None:
        """A VPC was found, or made, in an account."""
        self._known[vpc_id] = site.account.name

    def site(self, vpc_id: str) -> Any:
        """The :class:`~nova_ec2.neutron.site.Site` of a VPC.

        :raises NotFound: no account has it
        :raises AccountUnavailable: one that may have it cannot be entered
        """
        if vpc_id in self._known:
            return self._sites.named(self._known[vpc_id])
        if self._sites.alone:
            return self._sites.get()
        found = self._sites.search(lambda site: site.ec2.vpcs.get(vpc_id))
        if found is None:
            raise exc.NotFound(f'{vpc_id} is in none of the accounts of this '
                               f'cloud', code='InvalidVpcID.NotFound',
                               action='DescribeVpcs')
        self.note(vpc_id, found[0])
        return found[0]

    def by_account(self, vpc_ids: Iterable[str]) -> dict[str, set[str]]:
        """VPCs by the names of their accounts, as far as these tell.

        An account that cannot be asked is told of by the step that follows.
        """
        sites, missing = self._sites.all(), set(vpc_ids)
        if len(sites) == 1:
            return {sites[0].account.name: missing}
        found: dict[str, set[str]] = {}
        for vpc_id in missing & self._known.keys():
            found.setdefault(self._known[vpc_id], set()).add(vpc_id)
        missing -= self._known.keys()
        for site in sites:
            there = _those_there(site, sorted(missing))
            for vpc_id in there:
                self.note(vpc_id, site)
                found.setdefault(site.account.name, set()).add(vpc_id)
            missing -= there
        return found

    def subnets(self, ec2_ids: Collection[str],
                needed: Collection[str] = ()) -> dict[str, Subnet]:
        """VPC subnets by id, in whichever account; those there are.

        :param needed: without these the answer is worth nothing
        :raises NovaEC2Error: one of them was not found, and an account that
            may have it cannot be asked
        """
        wanted, failure = list(ec2_ids), None
        found: dict[str, Subnet] = {}
        for site in self._sites.all():
            try:
                there: Mapping[str, Subnet] = site.ec2.subnets.describe(
                    [one for one in wanted if one not in found])
            except exc.NovaEC2Error as error:
                failure = failure or error
                continue
            for one in there.values():
                self.note(one.vpc_id, site)
            found |= there
        if failure and set(needed) - found.keys():
            raise failure
        return found


def _those_there(site: Any, vpc_ids: list[str]) -> set[str]:
    try:
        return {one.vpc_id for batch in pages.batches(vpc_ids)
                for one in site.ec2.vpcs.find({'vpc-id': batch})}
    except exc.NovaEC2Error:
        return set()
