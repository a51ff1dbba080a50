# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ml2_ec2]`` group, read by neutron-server."""

import copy

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'ml2_ec2', title="Neutron's drivers for EC2",
    help='What the mechanism driver ec2 and the service plug-in ec2 do. '
         'These options belong into the configuration of neutron-server, '
         'beside [ml2]. How AWS is reached stands in the group [ec2] of the '
         'same configuration: cloud_id, region_name, endpoint_url, the '
         'credentials and the timeouts, as in nova.conf. Without [ec2] '
         'cloud_id the mechanism driver binds ports and asks nothing of '
         'AWS.')

OPTIONS: list[cfg.Opt] = [
    cfg.ListOpt(
        'hosts', default=[],
        help='The hosts whose ports this driver binds: what [DEFAULT] host '
             'is in the nova.conf of each nova-compute that runs '
             'ec2.EC2Driver. Names or patterns with ``*`` and ``?``, '
             'separated by commas, for instance '
             '``ec2-us-east-1a,ec2-eu-*``; case matters. Ports on all other '
             'hosts are left to the other mechanism drivers, so no pattern '
             'may match a private host. Empty binds nothing, and every '
             'server on an EC2 host fails with "Binding failed".'),
    cfg.IntOpt(
        'rules_per_group', default=60, min=1,
        help='How many rules EC2 takes in one security group: the quota '
             '"Inbound or outbound rules per security group" of the AWS '
             'account. It holds for each direction, and for IPv4 and IPv6 '
             'apart; a rule that names a group counts in both. A rule that '
             'would be one too many is refused when it is saved, or when a '
             'port of the group is bound to EC2.'),
    cfg.IntOpt(
        'groups_per_interface', default=5, min=1, max=16,
        help='How many security groups EC2 takes for one interface: the '
             'quota "Security groups per network interface" of the AWS '
             'account.'),
    cfg.DictOpt(
        'subnet_mappings', default={},
        help='Neutron subnets that lie in VPC subnets which were there '
             'before: ``UUID of the subnet:subnet-id``, separated by commas. '
             'Their CIDRs must be the same. The other way to say it is two '
             'tags of the VPC subnet: ``nova-ec2:subnet`` with the UUID, and '
             '``nova-ec2:cloud`` with [ec2] cloud_id. Nothing is created, '
             'changed or deleted on EC2 for such a subnet but security '
             'groups. Where both name a subnet, this option holds.'),
    cfg.StrOpt(
        'default_zone', default='',
        help='The zone of EC2 in which a subnet is made that does not say '
             '``ec2:zone``, for instance ``us-east-1a``. It is for subnets '
             'of networks of the type ``ec2``. Without it they must say '
             'their zone.'),
    cfg.StrOpt(
        'vpc_cidr', default='10.0.0.0/16',
        help='The first IPv4 block of the VPC that is made for a network of '
             'the type ``ec2``, from a /16 to a /28. A subnet outside of it '
             'gives the VPC a further block: EC2 takes five in all, and of '
             'the private ranges (10.0.0.0/8, 172.16.0.0/12, '
             '192.168.0.0/16) only that of the first block.'),
    cfg.StrOpt(
        'vpc_id', default='',
        help='A VPC of yours in which all networks of the type ``ec2`` lie, '
             'instead of one VPC for each. It is never changed or deleted: '
             'subnets must lie within its address blocks, and apart from '
             'each other. Their servers reach each other as far as security '
             'groups let them. Networks that were made before keep theirs.'),
    cfg.StrOpt(
        'gateways', default='internet',
        choices=[
            ('internet', (
                'an internet gateway: servers with a floating IP reach the '
                'internet and are reached, others do neither')),
            ('nat', (
                'servers reach the internet through a NAT gateway with an '
                'Elastic IP of its own, which AWS charges by the hour, and '
                'none is reached: floating IPs are refused there'))],
        help='What the external gateway of a router is on EC2, for subnets '
             'of networks of the type ``ec2``. With ``nat`` a router whose '
             'enable_snat is off is made as with ``internet``.'),
    cfg.FloatOpt(
        'reconcile_interval', default=60.0, min=0.1,
        help='Seconds between two rounds in which everything that Neutron '
             'has on EC2 is compared and put right. One process of all '
             'neutron-periodic-workers does it.'),
    cfg.StrOpt(
        'coordination_url',
        help='Where the processes that reconcile choose the one that does, '
             'as a URL of tooz, for instance ``etcd3+http://host:2379`` or '
             '``mysql://user:password@host/neutron``. Without it the MySQL '
             'database of [database] connection is used, and with any other '
             'database a lock file below [oslo_concurrency] lock_path, which '
             'chooses among the processes of one machine only.',
        secret=True),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ml2_ec2]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
