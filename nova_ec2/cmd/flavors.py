# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 flavors``: flavors made of EC2's instance types."""

import argparse
import fnmatch
from collections.abc import Sequence
from typing import Any

from cliff import lister

from nova_ec2 import exceptions as exc
from nova_ec2.cmd import flavor_plan as plan
from nova_ec2.cmd import openstack
from nova_ec2.costs import current
from nova_ec2.models import extra_specs, market
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.policy import burst
from nova_ec2.wiring import cli

COLUMNS = ('Flavor', 'Instance type', 'vCPUs', 'RAM', 'USD/hour', 'Action')


class Sync(lister.Lister):
    """Have a flavor for each of some instance types, with today's price.

    The description tells the price an hour; run it again after "prices
    update". Nova changes description and extra specs of a flavor only: one
    whose size, disk or visibility differs is told of and left as it is, as
    is one of the same name that was not made here.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options and what to make."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        add = parser.add_argument
        add('--type', action='append', required=True, metavar='PATTERN',
            dest='types',
            help="Instance type, or a pattern as 'm7i.*'; may be given "
                 'several times.')
        add('--zone', metavar='ZONE',
            help='Take only types that EC2 offers in this zone. Without it '
                 '[ec2] availability_zone; without either all of the '
                 'Region.')
        add('--prefix', default='ec2.',
            help="What the flavors' names begin with (ec2.).")
        add('--price-in-name', action='store_true',
            help='Have the names tell the price, for Horizon shows no '
                 'description where servers are launched. A flavor whose '
                 'price changes is replaced by one of the same id.')
        add('--disk', type=int, default=20, metavar='GB',
            help='Size of the root disk (20).')
        add('--market', choices=market.MARKETS, default=market.ON_DEMAND,
            help='How servers are bought, and at which price (on-demand).')
        add('--burst', default='only', metavar='POLICY',
            help='Extra spec ec2:burst of the flavors (only); empty leaves '
                 'it out.')
        who = parser.add_mutually_exclusive_group()
        who.add_argument('--public', action='store_true', default=True,
                         help='All projects see the flavors (the usual).')
        who.add_argument(
            '--project', action='append', default=[], metavar='ID',
            dest='projects',
            help='Only this project sees them, by its id; may be given '
                 'several times.')
        add('--prune', action='store_true',
            help='Delete flavors that were made here with the same prefix '
                 'and are of none of the types.')
        add('--dry-run', action='store_true',
            help='Only list what would be done.')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        wish, wanted = self._wanted(parsed_args)
        compute = openstack.connect().compute
        steps = list(plan.steps(
            compute.flavors(is_public=None), wanted,
            wish.mark, parsed_args.prune))
        if not parsed_args.dry_run:
            for step in steps:
                carry_out(compute, step, parsed_args.projects)
        return COLUMNS, list(map(_row, steps))

    def _wanted(self, asked: argparse.Namespace
                ) -> tuple[plan.Wish, list[plan.Wanted]]:
        """The flavors of all types that are meant.

        :raises PriceUnknown: a type has no price, and none is guessed
        """
        conf = self.app.conf
        ec2 = cli.ec2(conf)
        wish = plan.Wish(
            region=ec2.region, prefix=asked.prefix, disk_gb=asked.disk,
            market=asked.market, burst=checked_burst(asked.burst),
            public=not asked.projects, priced_names=asked.price_in_name)
        prices = current.watch(conf).now()
        zone = asked.zone or conf.ec2.availability_zone
        offered = ec2.types.offered(zone) if zone else ec2.types.of_region()
        return wish, [
            plan.wanted(wish, kind, prices.instance(
                wish.region, kind.name, wish.market))
            for kind in chosen(offered, asked.types)]


def chosen(offered: Sequence[InstanceType],
           patterns: Sequence[str]) -> list[InstanceType]:
    """The types that are meant, each once, by family and size.

    :raises RequestRefused: a pattern matches none
    """
    found: dict[str, InstanceType] = {}
    for pattern in patterns:
        matching = {kind.name: kind for kind in offered
                    if fnmatch.fnmatchcase(kind.name, pattern)}
        if not matching:
            raise exc.RequestRefused(
                f'EC2 offers no instance type {pattern} here')
        found.update(matching)
    return sorted(found.values(), key=lambda kind: (
        kind.family, kind.vcpus, kind.memory_mib, kind.name))


def checked_burst(policy: str) -> str:
    """The value of ``ec2:burst``.

    :raises RequestRefused: it is none
    """
    try:
        if policy:
            burst.parse(policy)
    except ValueError as error:
        raise exc.RequestRefused(f'--burst: {error}') from None
    return policy


def carry_out(compute: Any, step: plan.Step,
              projects: Sequence[str]) -> None:
    """Do what a step says; safe to repeat at whatever point it ended."""
    if step.action == plan.DELETE:
        compute.delete_flavor(step.flavor)
        return
    if step.wanted is None or step.action in (plan.FOREIGN, plan.DIFFERS):
        return
    flavor = step.flavor
    if step.action == plan.REPLACE:
        # Nova does not change names; servers have a copy of their flavor.
        projects = [*projects, *_with_access(compute, flavor)]
        compute.delete_flavor(flavor)
    if step.action in (plan.CREATE, plan.REPLACE):
        flavor = _create(compute, step.wanted)
    elif step.action == plan.UPDATE:
        if flavor.description != step.wanted.description:
            compute.update_flavor(flavor,
                                  description=step.wanted.description)
        compute.create_flavor_extra_specs(flavor,
                                          dict(step.wanted.extra_specs))
    if projects:
        for project in set(projects) - _with_access(compute, flavor):
            compute.flavor_add_tenant_access(flavor, project)


def _create(compute: Any, one: plan.Wanted) -> Any:
    """A flavor with its mark; none is left without."""
    flavor = compute.create_flavor(
        id=one.flavor_id, name=one.name, vcpus=one.vcpus, ram=one.ram,
        disk=one.disk, is_public=one.is_public, description=one.description)
    try:
        compute.create_flavor_extra_specs(flavor, dict(one.extra_specs))
    except Exception:
        # Without them it would serve any host, and not be known as ours.
        compute.delete_flavor(flavor)
        raise
    return flavor


def _with_access(compute: Any, flavor: Any) -> set[str]:
    """The ids of the projects that see a flavor which not all see."""
    if flavor.is_public:
        return set()
    return {one['tenant_id'] for one in compute.get_flavor_access(flavor)}


def _row(step: plan.Step) -> tuple[Any, ...]:
    if step.wanted is None:
        flavor = step.flavor
        kind = flavor.extra_specs.get(f'{extra_specs.SCOPE}instance_type', '')
        return (flavor.name, kind, flavor.vcpus, flavor.ram,
                flavor.extra_specs.get(plan.PRICE, ''), step.action)
    one = step.wanted
    return (one.name, one.instance_type, one.vcpus, one.ram, f'{one.usd:f}',
            step.action)
