# SPDX-License-Identifier: Apache-2.0
"""spawn: from Nova's build to a running server."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from nova.image import glance
from nova.virt import configdrive
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.mapping import devices, keypair, launch, network
from nova_ec2.mapping import image as image_mapping
from nova_ec2.mapping import volumes as volume_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.server import Server
from nova_ec2.ops import errors, metadata, port_profile
from nova_ec2.ops.addresses import RequestedAddresses
from nova_ec2.ops.boot_volumes import BootVolumes
from nova_ec2.ops.borrowed_images import borrow
from nova_ec2.ops.cancellation import Cancellation
from nova_ec2.ops.carriers import Carriers
from nova_ec2.ops.config_drive import ConfigDrives
from nova_ec2.ops.context import INSTANCE_ID, MARKET, Site
from nova_ec2.ops.device_tags import DeviceTags
from nova_ec2.ops.port_places import PortPlaces
from nova_ec2.ops.ports import Ports
from nova_ec2.ops.root_from_volume import RootFromVolume
from nova_ec2.ops.server_groups import UNKNOWN, ServerGroups
from nova_ec2.ops.stay_home import StayHome
from nova_ec2.ops.verdict import Verdicts

LOG = logging.getLogger(__name__)

_NO_KEY = 'InvalidKeyPair.NotFound'
_MADE_AGAIN = (_NO_KEY, UNKNOWN)


@dataclasses.dataclass(frozen=True)
class Build:
    """What Nova hands to spawn.

    :param market: the only one to launch on, '' for those of the flavor
    """

    context: Any
    instance: Any
    image_meta: Any
    network_info: Any
    block_device_info: Any
    injected_files: Sequence[Any] = ()
    admin_password: str = dataclasses.field(default='', repr=False)
    market: str = ''


@dataclasses.dataclass(frozen=True)
class Spawn:
    """Builds servers on one host."""

    site: Site
    cancellation: Cancellation
    ports: Ports
    places: PortPlaces
    verdicts: Verdicts
    addresses: RequestedAddresses
    volumes: BootVolumes
    drives: ConfigDrives
    groups: ServerGroups
    stay_home: StayHome
    tags: DeviceTags = DeviceTags()

    def __call__(self, build: Build) -> None:
        """Launch the server and see it run (Nova's ``spawn``).

        :raises ComputeResourcesUnavailable: EC2 has no room; Nova tries
            another host
        :raises BuildAbortException: another host would refuse it too
        """
        instance = build.instance
        try:
            with (errors.as_nova(instance, building=True),
                  pacing.priority(pacing.Priority.BUILD),
                  self.cancellation.watching(instance.uuid) as check):
                self._refuse_second_launch(instance)
                server = self._in_groups(build, check)
        except Exception as error:
            port_profile.clear(build.network_info or ())
            self.verdicts.remember(instance, error)
            raise
        LOG.info('Instance %s runs, type %s, address %s', server.instance_id,
                 server.instance_type, server.private_address,
                 instance=instance)

    def again(self, build: Build) -> Server:
        """Launch another instance for a server whose own is gone.

        :param build: with a request id of its own for each loss
        :returns: the running server
        :raises NovaEC2Error: what EC2 or the request has against it
        """
        instance = build.instance
        with (pacing.priority(pacing.Priority.BUILD),
              self.cancellation.watching(instance.uuid) as check):
            self._refuse_second_launch(instance)
            return self._in_groups(build, check)

    def _in_groups(self, build: Build, check: Any) -> Server:
        """Once more where EC2 no longer had a group that was remembered."""
        self.stay_home.check(build.instance)
        request = self._settled(build)
        try:
            return self._carry_out(build, request, check)
        except exc.AWSError as error:
            if not self.places.groups.forget(error):
                raise
        request = self._settled(build)
        return self._carry_out(build, dataclasses.replace(
            request, token_seed=f'{request.token_seed}/again'), check)

    def _settled(self, build: Build) -> LaunchRequest:
        return self._request(build, self.places.settle(
            build.instance, build.network_info))

    def _carry_out(self, build: Build, request: LaunchRequest,
                   check: Any) -> Server:
        roots = RootFromVolume(self.volumes.volumes)
        root = roots.read(build.block_device_info)
        volumes = self.volumes.read(build.context, build.block_device_info)
        request = self.volumes.fitting(request, volumes)
        # What runs before the volume is the root is not the tenant's.
        first = request if root is None else dataclasses.replace(
            request, user_data=b'')
        with self.drives.given(build, first, check) as whole:
            server = self._launch(build, whole, check)
        if root is not None:
            server = roots.put(build.instance, server, root,
                               request.user_data, check)
        self.volumes.attach(server, volumes, check)
        self.tags.begin(build)
        return server

    def root_device_name(self, instance: Any, image_meta: Any,
                         root_bdm: Any) -> str:
        """The AMI's own name of its root (``default_root_device_name``).

        What is wrong with the image spawn will say.
        """
        try:
            if root_bdm is not None and root_bdm.is_volume:
                return Carriers(self.site).of(instance).root_device_name
            ami = image_mapping.ami_id(instance, image_id=image_meta.id)
            return self.site.catalogue.image(ami).root_device_name
        except (exc.NovaEC2Error, NotImplementedError):
            return devices.DEFAULT_ROOT

    def _refuse_second_launch(self, instance: Any) -> None:
        """Never two instances for one server: the view knows of the first."""
        known = self.site.fleet.known(instance.uuid)
        if known is not None and not known.state.is_gone:
            raise exc.IncorrectState(
                f'server {instance.uuid} has instance {known.instance_id} '
                f'already, {known.state}')

    def wanted(self, build: Build) -> LaunchRequest:
        """What a build would launch.

        :raises RequestRefused: it would be refused; says why
        """
        self.stay_home.check(build.instance)
        return self._request(build, self.places.known(build.network_info))

    def _request(self, build: Build,
                 spots: Mapping[str, network.Spot]) -> LaunchRequest:
        site, instance = self.site, build.instance
        _check_files(build)
        image, properties = self._image(build)
        request = launch.launch_request(launch.LaunchInputs(
            instance=instance, image_meta=build.image_meta,
            image=image, types=site.catalogue.types(),
            rank=functools.partial(site.prices.rank, site.ec2.region),
            subnet=site.subnet, owner=site.owner(instance),
            request_id=build.context.request_id or '', conf=site.conf,
            network_info=build.network_info,
            block_device_info=build.block_device_info, glance=properties,
            market=build.market,
            keeps_address=functools.partial(self._keeps, instance),
            group=self.groups.wish(instance), spots=spots,
            security_group_ids=site.account.security_group_ids))
        borrow(site, image)
        self._ensure_key(instance, request)
        return request

    def _image(self, build: Build) -> tuple[Image, Mapping[str, Any] | None]:
        """The AMI to launch from; properties where Glance had to be asked.
        """
        instance = build.instance
        if volume_mapping.root_volume(build.block_device_info) is not None:
            return (Carriers(self.site).of(instance),
                    image_mapping.properties_of(instance))
        properties = self._properties(build)
        ami = image_mapping.ami_id(instance, properties, build.image_meta.id)
        return self.site.catalogue.image(ami), properties

    def _keeps(self, instance: Any, vif: Any) -> bool:
        return (self.site.conf.ec2.port_addresses == 'neutron'
                or self.addresses.keeps(instance, vif))

    @staticmethod
    def _properties(build: Build) -> Mapping[str, Any] | None:
        """The image's properties, where the server does not carry them."""
        image_id = build.image_meta.id
        if not image_mapping.needs_glance(build.instance, image_id):
            return None
        image = glance.API().get(build.context, image_id)
        properties: Mapping[str, Any] = image['properties']
        return properties

    def _ensure_key(self, instance: Any, request: LaunchRequest) -> None:
        key = keypair.public_key(instance)
        if key is not None:
            self.site.catalogue.ensure_key(
                key.name, key.material,
                {tag_keys.CLOUD: request.owner.cloud_id})

    def _launch(self, build: Build, request: LaunchRequest,
                check: Any) -> Server:
        def accepted(server: Server) -> None:
            # Saved with the instance when the build ends; after a crash the
            # tags find the server.
            build.instance.system_metadata[INSTANCE_ID] = server.instance_id
            build.instance.system_metadata[MARKET] = server.market
            build.instance.system_metadata[metadata.WRITTEN] = (
                metadata.digest(build.instance))
            self.ports.follow(build.instance, build.network_info, server)

        launcher = self.site.launcher
        self.groups.ensure(request)
        with self.groups.explaining(request):
            try:
                return launcher.launch(request, accepted, check)
            except (exc.NotFound, exc.InvalidRequest) as error:
                self._forget(error, request)
                if error.code not in _MADE_AGAIN:
                    raise
            # Somebody deleted it on EC2: make it again, once.
            self._ensure_key(build.instance, request)
            self.groups.ensure(request)
            return launcher.launch(request, accepted, check)

    def _forget(self, error: exc.AWSError, request: LaunchRequest) -> None:
        """What EC2 no longer knows must not be remembered here."""
        if error.code.startswith('InvalidAMIID'):
            self.site.catalogue.forget_image(request.image_id)
        if error.code == _NO_KEY:
            self.site.catalogue.forget_key(request.key_name)
        if error.code == UNKNOWN:
            self.groups.forget(request)


def _check_files(build: Build) -> None:
    """Files reach the guest by its config drive only."""
    if build.injected_files and not configdrive.required_by(build.instance):
        paths = ', '.join(str(path) for path, _ in build.injected_files)
        raise exc.RequestRefused(
            f'files cannot be injected into servers on EC2 (asked for: '
            f'{paths}); ask for a config drive, which holds them, or use '
            f'user_data')
