# SPDX-License-Identifier: Apache-2.0
"""Builds what nova-compute needs from its configuration, and checks it.

Every mistake that can be found at the start is found here, and named by the
option to look at.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.aws.api.direct import Direct
from nova_ec2.aws.api.identity import Identity
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.costs import current, ledger
from nova_ec2.costs.admission import Ledger
from nova_ec2.fleet.bulk import Bulk
from nova_ec2.fleet.catalogue import Catalogue
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.fleet.view import Fleet, FleetSettings
from nova_ec2.fleet.waits import Reader
from nova_ec2.models.account import Account
from nova_ec2.ops.addresses import RequestedAddresses
from nova_ec2.ops.adoption import Adoption
from nova_ec2.ops.attachments import Attachments
from nova_ec2.ops.bills import Bills
from nova_ec2.ops.boot_volumes import BootVolumes
from nova_ec2.ops.cancellation import Cancellation
from nova_ec2.ops.config_drive import ConfigDrives
from nova_ec2.ops.console import Console
from nova_ec2.ops.context import Site, Timeouts
from nova_ec2.ops.destroy import Destroy
from nova_ec2.ops.device_tags import DeviceTags
from nova_ec2.ops.discarded_images import DiscardedImages
from nova_ec2.ops.disk_bills import DiskBills
from nova_ec2.ops.evacuate import Evacuate
from nova_ec2.ops.image_cache import ImageCache
from nova_ec2.ops.interfaces import Interfaces
from nova_ec2.ops.interruptions import Interruptions
from nova_ec2.ops.inventory import Inventory
from nova_ec2.ops.leftovers import Leftovers
from nova_ec2.ops.lifecycle import Lifecycle
from nova_ec2.ops.loose_interfaces import LooseInterfaces
from nova_ec2.ops.maintenance import Maintenance
from nova_ec2.ops.metadata import Metadata
from nova_ec2.ops.neutron_subnets import NeutronSubnets
from nova_ec2.ops.offers import ZoneOffers
from nova_ec2.ops.port_groups import PortGroups
from nova_ec2.ops.port_places import PortPlaces
from nova_ec2.ops.ports import Ports
from nova_ec2.ops.power import Power
from nova_ec2.ops.rebuild import Rebuild
from nova_ec2.ops.recovery import Recovery
from nova_ec2.ops.replacement import Replacement
from nova_ec2.ops.rescue import Rescue
from nova_ec2.ops.rescue_recovery import RescueRecovery
from nova_ec2.ops.resize import Resize
from nova_ec2.ops.retype import Retype
from nova_ec2.ops.root_growth import RootGrowth
from nova_ec2.ops.root_replacement import RootReplacement
from nova_ec2.ops.server_groups import ServerGroups
from nova_ec2.ops.shelving import ShelvingRecovery
from nova_ec2.ops.snapshot import Snapshot
from nova_ec2.ops.spawn import Spawn
from nova_ec2.ops.states import States
from nova_ec2.ops.stay_home import StayHome
from nova_ec2.ops.suspend import Suspend
from nova_ec2.ops.swap_space import SwapSpace
from nova_ec2.ops.sync import Sync
from nova_ec2.ops.type_traits import TypeTraits
from nova_ec2.ops.verdict import Verdicts
from nova_ec2.ops.volume_recovery import VolumeRecovery
from nova_ec2.ops.volumes import Volumes
from nova_ec2.ops.whereabouts import Moves, Whereabouts, WithinAccount
from nova_ec2.policy.current import CurrentPolicies
from nova_ec2.wiring import accounts, costs, guests, markets
from nova_ec2.wiring.home import Home
from nova_ec2.wiring.neighbours import Others

# EC2 gives an interface at most this many security groups.
_GROUPS_MAX = 5


@dataclasses.dataclass(frozen=True)
class Compute:
    """All verbs of one nova-compute in one account."""

    site: Site
    spawn: Spawn
    config_drives: ConfigDrives
    destroy: Destroy
    leftovers: Leftovers
    rebuild: Rebuild
    resize: Resize
    evacuate: Evacuate
    power: Power
    volumes: Volumes
    volume_recovery: VolumeRecovery
    suspend: Suspend
    guests: guests.Guests
    rescue: Rescue
    rescue_recovery: RescueRecovery
    console: Console
    snapshot: Snapshot
    image_cache: ImageCache
    sync: Sync
    inventory: Inventory
    recovery: Recovery
    shelving: ShelvingRecovery
    interfaces: Interfaces
    loose_interfaces: LooseInterfaces
    server_groups: ServerGroups
    metadata: Metadata
    discarded_images: DiscardedImages
    lifecycle: Lifecycle
    interruptions: Interruptions
    replacement: Replacement
    pacer: Pacer
    maintenance: Maintenance
    bills: Bills
    disk_bills: DiskBills

    def at_start(self, instances: list[Any]) -> None:
        """Settle what the last run of this service left half done.

        :param instances: Nova's servers of this host in this account
        """
        self.recovery.at_start(self.shelving.at_start(instances))
        self.volume_recovery.at_start(instances)
        self.config_drives.at_start()
        self.rescue_recovery.at_start(instances)
        self.loose_interfaces.at_start(instances)
        self.suspend.at_start(instances)
        self.guests.at_start(instances)
        self.replacement.at_start(instances)

    def begin(self, emit: Callable[[Any], None]) -> None:
        """What runs beside the verbs begins.

        :param emit: Nova's ``emit_event``
        """
        self.lifecycle.begin(emit)
        self.interruptions.begin()

    def stop(self) -> None:
        """What runs beside the verbs ends."""
        self.guests.stop()
        self.interruptions.stop()

    def look_around(self) -> None:
        """See changes that nobody asked for; with each resource update."""
        self.sync.look_around()
        self.maintenance.look()
        self.bills.look()

    def keep_house(self) -> int:
        """What is looked after with each power sync.

        :returns: how many servers there are
        :raises VirtDriverNotReady: EC2 could not be asked
        """
        count = self.sync.count()
        self.lifecycle.before_sync()
        self.recovery.remove_orphans()
        self.leftovers.sweep()
        self.loose_interfaces.remove_old()
        self.server_groups.remove_empty()
        self.metadata.follow_changes()
        self.discarded_images()
        self.bills.look()
        self.disk_bills.look()
        return count


@dataclasses.dataclass(frozen=True)
class Shared:
    """What a nova-compute has once, in however many accounts it works.

    :param session: of the ``[ec2]`` credentials
    :param others: numbers of the accounts that are entered by a role
    :param by_number: all accounts, where there are several
    """

    conf: Any
    host: str
    session: Session
    others: Callable[[], Iterable[str]]
    by_number: Callable[[], Mapping[str, tuple[Account, EC2]]]
    cancellation: Cancellation
    verdicts: Verdicts
    subnets: NeutronSubnets
    addresses: RequestedAddresses
    stay_home: StayHome
    ledger: Ledger | None = None


def share(conf: Any, host: str,
          others: Callable[[], Iterable[str]] = tuple,
          by_number: Callable[[], Mapping[str, tuple[Account, EC2]]] = dict
          ) -> Shared:
    """Read the configuration.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :raises ConfigurationError: names the option to look at
    """
    _check_options(conf.ec2)
    return Shared(conf=conf, host=host,
                  session=Session(AwsSettings.of(conf.ec2)), others=others,
                  by_number=by_number,
                  cancellation=Cancellation(host), verdicts=Verdicts(host),
                  subnets=NeutronSubnets(), addresses=RequestedAddresses(),
                  stay_home=StayHome(CurrentPolicies(conf)),
                  ledger=ledger.build(conf))


def build(conf: Any, host: str) -> Compute:
    """The account of the ``[ec2]`` credentials; AWS is asked whether it holds.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param host: name of this nova-compute
    :raises ConfigurationError: names the option to look at
    """
    return build_home(share(conf, host))


def build_home(shared: Shared) -> Compute:
    """See :func:`build`."""
    made = of_account(shared, accounts.home_account(shared.conf),
                      shared.session)
    _check_access(shared.conf.ec2, made.site.ec2)
    made.site.home()
    return made


def of_account(shared: Shared, account: Account, session: Session,
               home: Compute | None = None) -> Compute:
    """Build the verbs of one account; nothing is asked of AWS.

    :param home: the account of the ``[ec2]`` credentials, for others
    """
    conf, host = shared.conf, shared.host
    pacer = Pacer(share=conf.ec2.api_share, timeout=conf.ec2.pacing_timeout)
    ec2 = EC2.over(Caller(session, pacer=pacer))
    site = costs.keep_ledger(shared.ledger, _site(conf, host, ec2, account))
    markets.respect_quotas(site, session)
    destroy, states = Destroy(site), States(site)
    subnets, addresses = shared.subnets, shared.addresses
    ports = Ports(host, subnets)
    places = PortPlaces(site, subnets, PortGroups(site), addresses)
    loose = LooseInterfaces(
        site, Reader('interface', ec2.interfaces.describe,
                     conf.ec2.transition_interval),
        conf.ec2.interface_timeout)
    server_groups = ServerGroups(site)
    rescue = Rescue(site, states)
    volumes = Volumes(states, Attachments(site), DeviceTags())
    whereabouts = home.inventory.whereabouts if home else Whereabouts(
        site, Identity(Caller(session, 'sts')), shared.others)
    site.catalogue.neighbours = Others(
        account, lambda: account.account_id or whereabouts.account(),
        shared.by_number)
    moves: Moves = WithinAccount(
        whereabouts, account.account_id) if home else whereabouts
    adoption = Adoption(site)
    drives = ConfigDrives(
        site, Direct(Caller(session, 'ebs', pacer)),
        Reader('snapshot', ec2.snapshots.describe, conf.ec2.image_interval),
        loose, DeviceTags())
    spawn = Spawn(site, shared.cancellation, ports, places, shared.verdicts,
                  addresses, BootVolumes(volumes), drives, server_groups,
                  shared.stay_home)
    replacement = Replacement(site, spawn, destroy)
    return Compute(
        site=site, destroy=destroy, spawn=spawn, config_drives=drives,
        leftovers=Leftovers(site),
        rebuild=Rebuild(site, states, spawn, RootReplacement(
            site, Reader('root volume task', ec2.tasks.describe,
                         conf.ec2.transition_interval))),
        resize=Resize(site, states, adoption, moves, server_groups,
                      Retype(site, states), RootGrowth(site),
                      SwapSpace(site, states), shared.stay_home),
        evacuate=Evacuate(states, adoption, moves, shared.stay_home),
        volumes=volumes, volume_recovery=VolumeRecovery(site),
        power=Power(site, states), console=Console(site),
        suspend=Suspend(site, states),
        guests=guests.build(conf, session, site), rescue=rescue,
        rescue_recovery=RescueRecovery(rescue),
        snapshot=Snapshot(site), image_cache=ImageCache(site), sync=Sync(site),
        recovery=Recovery(site, destroy), shelving=ShelvingRecovery(destroy),
        interfaces=Interfaces(states, ports, places, loose, DeviceTags()),
        loose_interfaces=loose, server_groups=server_groups,
        metadata=Metadata(site),
        discarded_images=DiscardedImages(
            site, conf.ec2.image_cleanup_interval),
        lifecycle=Lifecycle(site, replacement.takes),
        interruptions=Interruptions(site, conf.ec2.spot_interval),
        replacement=replacement, pacer=pacer,
        bills=Bills(site), disk_bills=DiskBills(site),
        maintenance=Maintenance(site, conf.ec2.maintenance_interval),
        inventory=Inventory(site, vcpus=conf.ec2.reported_vcpus,
                            memory_mb=conf.ec2.reported_memory_mb,
                            disk_gb=conf.ec2.reported_disk_gb,
                            whereabouts=whereabouts,
                            offers=ZoneOffers(site),
                            zone_types=TypeTraits(site.catalogue)))


def _check_options(options: Any) -> None:
    for name in ('cloud_id', 'availability_zone'):
        if not getattr(options, name):
            raise exc.ConfigurationError('is required and not set',
                                         option=f'[ec2] {name}')
    if bool(options.access_key_id) != bool(options.secret_access_key):
        raise exc.ConfigurationError(
            'access_key_id and secret_access_key are set both or neither',
            option='[ec2] secret_access_key')
    if options.access_key_id and options.profile_name:
        raise exc.ConfigurationError(
            'profile_name and access_key_id exclude each other',
            option='[ec2] profile_name')
    if len(options.security_group_ids) > _GROUPS_MAX:
        raise exc.ConfigurationError(
            f'EC2 takes {_GROUPS_MAX} security groups an interface, '
            f'{len(options.security_group_ids)} are given',
            option='[ec2] security_group_ids')


def _check_access(options: Any, ec2: EC2) -> None:
    """One call finds wrong credentials, Region, endpoint and zone."""
    try:
        zones = ec2.places.zones()
    except exc.NotAuthorized as error:
        raise exc.ConfigurationError(
            f'AWS does not accept the credentials: {error}',
            option='[ec2] access_key_id') from error
    except exc.EndpointUnreachable as error:
        option = 'endpoint_url' if options.endpoint_url else 'region_name'
        raise exc.ConfigurationError(
            f'EC2 cannot be reached: {error}',
            option=f'[ec2] {option}') from error
    except exc.NovaEC2Error as error:
        raise exc.ConfigurationError(
            f'EC2 does not answer as it should: {error}',
            option='[ec2] endpoint_url') from error
    if options.availability_zone not in zones:
        raise exc.ConfigurationError(
            f'{options.availability_zone} is no zone that this account can '
            f'use in {ec2.region}; there are {", ".join(sorted(zones))}',
            option='[ec2] availability_zone')


def _site(conf: Any, host: str, ec2: EC2, account: Account) -> Site:
    options = conf.ec2
    fleet = Fleet(ec2.instances, FleetSettings(
        cloud_id=options.cloud_id, host=host,
        sweep_interval=options.sweep_interval,
        transition_interval=options.transition_interval))
    return Site(
        account=account,
        cloud_id=options.cloud_id, host=host,
        zone=options.availability_zone,
        home=Home(options, ec2, account),
        ec2=ec2, fleet=fleet, bulk=Bulk(ec2.instances),
        images=Reader('image', ec2.images.describe, options.image_interval),
        volumes=Reader('volume', ec2.volumes.describe,
                       options.transition_interval),
        catalogue=Catalogue(ec2, options.availability_zone),
        launcher=Launcher(ec2.instances, fleet, Offerings(),
                          options.launch_timeout),
        price_file=current.watch(conf),
        timeouts=Timeouts(
            start=options.start_timeout, stop=options.stop_timeout,
            terminate=options.terminate_timeout,
            image=options.image_timeout, volume=options.volume_timeout),
        conf=conf)

