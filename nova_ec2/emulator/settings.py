# SPDX-License-Identifier: Apache-2.0
"""All knobs of the emulator, in one frozen value."""

import dataclasses
from typing import Any

DEFAULT_ACCOUNT = '123456789012'
DEFAULT_ACCESS_KEY = 'AKIAEMULATOREXAMPLE1'
DEFAULT_SECRET_KEY = 'emulator-only/not-a-secret/not-valid-at-aws'


@dataclasses.dataclass(frozen=True, slots=True)
class Credential:
    """A key pair that the emulator accepts, and its account."""

    access_key_id: str
    secret_access_key: str = dataclasses.field(repr=False)
    account_id: str = DEFAULT_ACCOUNT


DEFAULT_CREDENTIAL = Credential(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """How strict, how slow and how large this EC2 is. Times in seconds.

    :param pending_seconds: pending -> running after RunInstances
    :param starting_seconds: pending -> running after StartInstances
    :param stopping_seconds: stopping -> stopped
    :param shutting_down_seconds: shutting-down -> terminated
    :param terminated_visible_seconds: a terminated instance is listed for
        so long, then InvalidInstanceID.NotFound
    :param image_seconds: an AMI and its snapshots are pending for so long
    :param volume_seconds: creating, attaching and detaching take so long
    :param modification_seconds: a change of a volume is modifying for so
        long, then optimizing for as long
    :param modification_pause_seconds: after a change of a volume the next is
        refused for so long
    :param guests_hold_volumes: running guests use all their volumes, so that
        those do not detach but become busy
    :param interface_seconds: making, attaching and detaching of interfaces
        take so long
    :param console_seconds: running for so long before there is console text
    :param password_seconds: a Windows password is there for so long after
        the console text
    :param command_seconds: a command of Systems Manager takes so long
    :param late_visibility_seconds: new instances are unknown to describes
        and other calls by id for so long after RunInstances
    :param latency_seconds: every answer is delayed by so much
    :param latencies: delay of single actions instead, as (action, seconds)
    :param agents: every guest has an SSM agent, online while it runs
    :param mac_addresses: the MAC that an interface with a private address
        gets, as (address, MAC); EC2 chooses, and so may who asks for this
    :param root_device_name: what public AMIs call their root disk, from the
        next reset on; Amazon Linux's ``/dev/xvda``, Ubuntu's ``/dev/sda1``
    :param page_limit: no page of a listing is longer; 0 for EC2's own 1000
    :param empty_pages: every page of a listing comes after an empty one
    :param throttling: EC2's published request and resource buckets apply
    :param throttling_multiplier: times the published limits
    :param vcpu_limit: vCPUs of running on-demand instances in an account and
        region, beyond it VcpuLimitExceeded; 0 for no limit
    :param spot_vcpu_limit: the same for spot instances, beyond it
        MaxSpotInstanceCountExceeded
    :param vpc_seconds: VPCs and subnets are pending, blocks of VPCs
        associating for so long
    :param nat_gateway_seconds: NAT gateways are pending, and deleting, for
        so long; deleted and failed ones are listed for
        ``terminated_visible_seconds``
    :param vpcs_limit: VPCs of an account and Region, the default one too,
        beyond it VpcLimitExceeded
    :param subnets_limit: subnets of a VPC, beyond it SubnetLimitExceeded
    :param internet_gateways_limit: internet gateways of an account and
        Region, beyond it InternetGatewayLimitExceeded
    :param nat_gateways_limit: NAT gateways of a zone, beyond it
        NatGatewayLimitExceeded
    :param routes_limit: routes of a route table besides local ones, beyond
        it RouteLimitExceeded
    :param addresses_limit: Elastic IP addresses of an account and Region,
        beyond it AddressLimitExceeded
    :param security_groups_limit: security groups of an account and Region,
        beyond it SecurityGroupLimitExceeded
    :param rules_limit: rules of a security group for each direction and IP
        version, beyond it RulesPerSecurityGroupLimitExceeded
    :param check_credentials: verify signatures
    :param credentials: the key pairs that are accepted
    :param clock_skew_seconds: how old a signature may be
    :param log_limit: calls remembered in the log, the oldest are dropped
    :param threads: requests served at a time
    """

    pending_seconds: float = 0.5
    starting_seconds: float = 0.5
    stopping_seconds: float = 0.5
    shutting_down_seconds: float = 0.5
    terminated_visible_seconds: float = 3600.0
    image_seconds: float = 0.5
    volume_seconds: float = 0.0
    modification_seconds: float = 0.0
    modification_pause_seconds: float = 21600.0
    guests_hold_volumes: bool = False
    interface_seconds: float = 0.0
    console_seconds: float = 1.0
    password_seconds: float = 0.0
    command_seconds: float = 0.1
    late_visibility_seconds: float = 0.0
    latency_seconds: float = 0.0
    latencies: tuple[tuple[str, float], ...] = ()
    agents: bool = False
    mac_addresses: tuple[tuple[str, str], ...] = ()
    root_device_name: str = '/dev/xvda'
    page_limit: int = 0
    empty_pages: bool = False
    throttling: bool = False
    throttling_multiplier: float = 1.0
    vcpu_limit: int = 0
    spot_vcpu_limit: int = 0
    vpc_seconds: float = 0.0
    nat_gateway_seconds: float = 0.0
    vpcs_limit: int = 5
    subnets_limit: int = 200
    internet_gateways_limit: int = 5
    nat_gateways_limit: int = 5
    routes_limit: int = 500
    addresses_limit: int = 5
    security_groups_limit: int = 2500
    rules_limit: int = 60
    check_credentials: bool = True
    credentials: tuple[Credential, ...] = (DEFAULT_CREDENTIAL,)
    clock_skew_seconds: float = 900.0
    log_limit: int = 200000
    threads: int = 64

    def latency(self, action: str) -> float:
        """Seconds that an answer to ``action`` is held back."""
        return dict(self.latencies).get(action, self.latency_seconds)


CHANGEABLE = tuple(
    field.name for field in dataclasses.fields(Settings)
    if field.name not in ('credentials', 'threads', 'log_limit'))
"""What the control API may change while the emulator runs."""


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """A copy with ``changes``; ValueError names what is unknown or wrong."""
    clean: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise ValueError(f'no such setting: {name}; there are '
                             f'{", ".join(CHANGEABLE)}')
        if name == 'mac_addresses':
            pairs = value.items() if isinstance(value, dict) else value
            clean[name] = tuple((str(a), str(mac)) for a, mac in pairs)
            continue
        if name == 'latencies':
            pairs = value.items() if isinstance(value, dict) else value
            clean[name] = tuple((str(a), float(s)) for a, s in pairs)
            continue
        kind = type(getattr(settings, name))
        if kind is bool and not isinstance(value, bool):
            raise ValueError(f'{name} must be true or false, not {value!r}')
        clean[name] = kind(value)
        if kind is str and not clean[name].startswith('/dev/'):
            raise ValueError(f'{name} must be of /dev: {value!r}')
        if kind in (int, float) and clean[name] < 0:
            raise ValueError(f'{name} must not be negative: {value!r}')
    return dataclasses.replace(settings, **clean)


def public(settings: Settings) -> dict[str, Any]:
    """The settings for display, without secrets."""
    return {name: getattr(settings, name) for name in CHANGEABLE}
