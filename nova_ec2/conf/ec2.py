# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ec2]`` group."""

import copy

from oslo_config import cfg

from nova_ec2.conf import ec2_accounts, ec2_markets

GROUP = cfg.OptGroup(
    'ec2', title='Amazon EC2',
    help='How nova-compute reaches Amazon EC2, and what it makes there. One '
         'nova-compute serves one availability zone of one account.')

_IDENTITY = [
    cfg.StrOpt(
        'cloud_id', regex=r'^[A-Za-z0-9._-]{1,64}$',
        help='Name of this OpenStack cloud, written into the tags of all that '
             'is made on EC2 and required: nova-compute stops without it. Up '
             'to 64 letters, digits, dots, dashes and underscores. All '
             'computes of one cloud share it, and two clouds that share an '
             'AWS account must differ in it, for only resources that carry it '
             'are listed, stopped or terminated. Do not change it while '
             'servers exist: they would no longer be seen.'),
]

_PLACE = [
    cfg.StrOpt(
        'region_name',
        help='The AWS Region, for instance us-east-1. Required, unless the '
             'usual AWS chain (AWS_REGION, ~/.aws/config) gives one.'),
    cfg.StrOpt(
        'availability_zone',
        help='The zone that this nova-compute launches into, for instance '
             'us-east-1a. Required. Run one nova-compute for each zone and '
             'put each host into a Nova aggregate of the same name, so that '
             'users can choose.'),
    cfg.URIOpt(
        'endpoint_url', schemes=['http', 'https'],
        help='Where EC2 answers, for a VPC endpoint, a GovCloud partition or '
             'the emulator. Without it the SDK knows the public endpoint of '
             'the Region.'),
    cfg.StrOpt(
        'subnet_id',
        help='The VPC subnet in which servers get their interfaces, for '
             'instance subnet-0a1b2c3d. It must lie in availability_zone, '
             'and the Neutron subnet of the servers must have the same CIDR. '
             "Without it the zone's default subnet is used, and "
             'nova-compute stops where there is none.'),
    cfg.ListOpt(
        'security_group_ids', default=[],
        help='EC2 security groups of every interface, for instance '
             "sg-0a1b2c3d,sg-1b2c3d4e; at most five, of the subnet's VPC. "
             "Empty means the VPC's default group. With port_groups = "
             'neutron they are those of interfaces without a port.'),
    cfg.StrOpt(
        'port_groups', default='fixed', choices=[
            ('fixed', 'those of security_group_ids, whatever Neutron says'),
            ('neutron', "each port's own groups, mirrored by Neutron")],
        help='Which EC2 security groups the interface of a port gets. With '
             "neutron they are those that Neutron's ML2 mechanism driver ec2 "
             "makes of the port's security groups, found by their tags; it "
             'must be loaded, and share cloud_id and account with this '
             'nova-compute.'),
]

_ADDRESSES = [
    cfg.StrOpt(
        'port_addresses', default='neutron', choices=[
            ('neutron', 'every server gets the address of its port'),
            ('ec2', 'EC2 chooses for ports that Nova makes')],
        help='Who chooses the address of a port that Nova makes for a '
             "request. With neutron EC2 is asked for the port's address; "
             'each server is then a RunInstances call of its own, of which '
             'an account has two a second. With ec2 many servers are '
             'launched by one call and their ports follow the addresses that '
             'EC2 chose; ports that existed before, and addresses that users '
             'asked for, are kept. It needs a CIDR reservation of type '
             'explicit on the EC2 subnet that covers the allocation pools of '
             'the Neutron subnet, so that neither side hands out the '
             "other's addresses; nova-compute stops where there is none."),
]

_CREDENTIALS = [
    cfg.StrOpt(
        'access_key_id', secret=True,
        help='AWS access key. Leave it and secret_access_key unset to use '
             'the usual AWS chain: environment, shared files, or the role of '
             'the machine that nova-compute runs on, which is best.'),
    cfg.StrOpt(
        'secret_access_key', secret=True,
        help='Secret of access_key_id; both are set or neither is.'),
    cfg.StrOpt(
        'profile_name',
        help='Profile of the shared AWS files to take credentials and Region '
             'from. Not together with access_key_id.'),
    cfg.StrOpt(
        'ca_file',
        help='PEM file of the authorities that sign endpoint_url, where '
             'those of the SDK do not.'),
]

_TIMEOUTS = [
    cfg.FloatOpt(
        'connect_timeout', default=10, min=0.1,
        help='Seconds to wait for a connection to AWS.'),
    cfg.FloatOpt(
        'read_timeout', default=60, min=0.1,
        help='Seconds to wait for an answer of AWS. A call that changes '
             'something and gets none is settled by its token or tags, not '
             'repeated blindly.'),
    cfg.IntOpt(
        'attempts', default=4, min=1,
        help='How often a call is tried in all when EC2 is out of order or '
             'throttles. Capacity errors are never retried: another type or '
             'host is.'),
    cfg.FloatOpt(
        'launch_timeout', default=600, min=1,
        help='Seconds from RunInstances until a server must be running. '
             'After it the instance is terminated and the build goes to '
             'another host.'),
    cfg.FloatOpt(
        'start_timeout', default=300, min=1,
        help='Seconds until a started server must be running.'),
    cfg.FloatOpt(
        'stop_timeout', default=600, min=1,
        help='Seconds until a stopped server must be stopped. Windows and '
             'large-memory types take minutes.'),
    cfg.FloatOpt(
        'terminate_timeout', default=300, min=1,
        help="Seconds until a terminated server must be gone from EC2's "
             'running states.'),
    cfg.FloatOpt(
        'command_timeout', default=120, min=5,
        help='Seconds until a command that AWS Systems Manager runs in a '
             'guest must be over: setting a password, freezing file '
             'systems.'),
    cfg.FloatOpt(
        'image_timeout', default=3600, min=1,
        help='Seconds until the AMI of a snapshot must be available. Large '
             'root volumes take tens of minutes the first time.'),
    cfg.FloatOpt(
        'volume_timeout', default=300, min=1,
        help='Seconds until an EBS volume must be made, attached or '
             'detached. A guest that still uses a volume keeps it from being '
             'detached.'),
    cfg.FloatOpt(
        'interface_timeout', default=120, min=1,
        help='Seconds until a network interface must be made, attached or '
             'detached.'),
]

_FLEET = [
    cfg.FloatOpt(
        'sweep_interval', default=60, min=0.05,
        help="Seconds between two full listings of this host's servers, "
             'each one DescribeInstances call a thousand servers. Changes '
             'that nobody asked for, such as a termination in the AWS '
             "console, are seen within this time plus Nova's own "
             'sync_power_state_interval.'),
    cfg.FloatOpt(
        'transition_interval', default=2, min=0.05,
        help='Seconds between two reads of the servers that are changing '
             'state, all in one call. Lower shows a new server sooner, '
             'higher saves calls.'),
    cfg.FloatOpt(
        'image_interval', default=10, min=0.05,
        help='Seconds between two reads of the AMIs that are being made, all '
             'in one call.'),
    cfg.FloatOpt(
        'maintenance_interval', default=300, min=0,
        help='Seconds between two looks for events that EC2 has scheduled '
             "for this host's servers (DescribeInstanceStatus, one call for "
             'all): reboots, retirements, maintenance. Each is written into '
             'the list that "openstack server event list" shows, as '
             'ec2-maintenance. 0 never looks. Looks are made with the '
             'resource update, so not more often than '
             'update_resources_interval.'),
    cfg.FloatOpt(
        'image_cleanup_interval', default=600, min=0,
        help='Seconds between two looks for AMIs of this host whose Glance '
             'image was deleted; they go, with their EBS snapshots, once '
             'Glance has said so twice, at least ten minutes apart. A look '
             'is one DescribeImages call and at most a hundred questions to '
             'Glance, as the service user of [neutron]. That one must see '
             'the private images of others, as the role admin lets it; '
             'otherwise no AMI is ever removed and the log says so. 0 never '
             'looks. Looks are made with the power sync, so not more often '
             'than sync_power_state_interval.'),
]

_CONSOLE = [
    cfg.ListOpt(
        'serial_console_fingerprints', default=[],
        help='Fingerprints of the host keys of EC2 Serial Console in the '
             'Region, each SHA256: and 43 characters, from "Connect to the '
             'EC2 Serial Console" in the EC2 User Guide. Without one there '
             'is no serial console: what a user types would go to whoever '
             'answers. Consoles also need [serial_console] enabled, '
             'nova-serialproxy, and the access that '
             'EnableSerialConsoleAccess gives the account.'),
    cfg.StrOpt(
        'serial_console_endpoint',
        help='Host and port of EC2 Serial Console, as host or host:port. '
             'Without it serial-console.ec2-instance-connect.REGION.aws is '
             'used, port 22.'),
]

_PACING = [
    cfg.FloatOpt(
        'api_share', default=1.0, min=0.01,
        help="Part of EC2's published API limits that this process may use. "
             'EC2 counts all calls of an account in a '
             'Region together, and calls wait here for their turn rather '
             'than be refused there. Where several processes share an '
             'account, for instance a nova-compute for each of three zones '
             'and neutron-server, their shares should add up to 1 at most; '
             'with more they still work, but slow each other down by '
             "throttles. Above 1 where AWS has raised the account's limits. "
             'RunInstances is the narrowest limit: 5 calls at '
             'once, then 2 a second.'),
    cfg.FloatOpt(
        'pacing_timeout', default=600, min=1,
        help='Seconds that a call waits for its turn, and that one which EC2 '
             'throttles is tried again. After it the call fails with the '
             'code LocalPacing, nothing having been sent, or with the '
             'throttling error of EC2. Builds go before other verbs, and '
             'these before housekeeping.'),
]

_SERVERS = [
    cfg.DictOpt(
        'placeholder_images', default={},
        help='AMIs by architecture, for instance x86_64:ami-0a1b2c3d,'
             'arm64:ami-1b2c3d4e, from which servers are launched that boot '
             'from a Cinder volume, where the volume names no AMI of its own '
             '(ec2_ami_id in its image metadata) or one that is the snapshot '
             'of a server. EC2 launches from AMIs only: the instance runs '
             "from it for some seconds, without the tenant's user data, "
             'until the volume takes the place of its root. A small public '
             'Linux AMI is best. Without one such servers are refused.'),
    cfg.StrOpt(
        'volume_type', default='gp3', choices=[
            ('gp3', 'general purpose SSD, cheapest'),
            ('gp2', 'earlier general purpose SSD'),
            ('standard', 'magnetic, previous generation')],
        help='EBS volume type of root, swap and ephemeral disks.'),
    cfg.StrOpt(
        'kms_key',
        help='AWS KMS key, by id, alias or ARN, with which the volumes of '
             'servers are encrypted whose flavor or image asks for it '
             '(ec2:encrypted, hw:ephemeral_encryption, '
             "hw_ephemeral_encryption). Without it the account's default "
             'key for EBS is used.'),
    cfg.StrOpt(
        'imds_tokens', default='required', choices=[
            ('required', 'IMDSv2 only: a session token is needed'),
            ('optional', 'IMDSv1 too, for guests that cannot do otherwise')],
        help='Whether the instance metadata service asks guests for a token. '
             'optional lets a server-side request forgery in a guest read '
             "its role's credentials."),
    cfg.IntOpt(
        'imds_hop_limit', default=2, min=1, max=64,
        help='Network hops that a metadata answer may travel; 2 lets '
             'containers inside the guest read it.'),
    cfg.BoolOpt(
        'hostname_in_user_data', default=True,
        help='Add the same few lines of cloud-init configuration to every '
             "server's user data that set the guest's hostname from the "
             'instance tag nova-ec2:hostname. They are added where there is '
             'no user data or where cloud-init would understand both; other '
             'user data is passed through as it is. False leaves user data '
             "alone always: the tag is then there for the image's own "
             'start-up code.'),
    cfg.StrOpt(
        'price_file',
        help='CSV file with the prices of EC2, in place of those of this '
             'package: by them the cheapest instance type for a flavor is '
             'chosen, and costs are counted. Either with the columns '
             'region,instance_type,usd_per_hour, or as "nova-ec2 prices '
             'update" writes it. A mistake in it stops the service, naming '
             'line and field. It is read again when it changes; a change '
             'with a mistake is reported in the log and the former prices '
             'stay.'),
]

_NOVA = [
    cfg.BoolOpt(
        'skip_allocation_read', default=True,
        help='Leave out the read of the allocations of every server of this '
             'host that Nova makes with each build, deletion and periodic '
             'update: one request to Placement a server, one after the '
             'other, so that builds slow down as servers grow in number. '
             'Only drivers that reshape their resource providers, which '
             'this one never does, and PCI devices in Placement use the '
             "answer. Nova's files are not changed, and no other compute "
             'driver is. nova-compute says at start whether the read is '
             'left out; it is not where [pci] report_in_placement is set or '
             "where Nova's code differs from the one that was examined "
             '(Nova 34). False keeps the read always.'),
]

_INVENTORY = [
    cfg.IntOpt(
        'reported_vcpus', default=256, min=1,
        help="vCPUs that this host shows to the scheduler's weighers and in "
             '"openstack hypervisor show". Placement\'s inventory is '
             'unlimited all the same; a modest figure here keeps the '
             "weighers' differences between private hosts alive."),
    cfg.IntOpt(
        'reported_memory_mb', default=1048576, min=1,
        help='Memory in MiB shown likewise.'),
    cfg.IntOpt(
        'reported_disk_gb', default=16384, min=1,
        help='Disk in GiB shown likewise.'),
]

OPTIONS = (_IDENTITY + _PLACE + _ADDRESSES + _CREDENTIALS + _TIMEOUTS + _FLEET
           + _PACING + _CONSOLE + _SERVERS + _NOVA + _INVENTORY
           + ec2_markets.OPTIONS + ec2_accounts.OPTIONS)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ec2]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
