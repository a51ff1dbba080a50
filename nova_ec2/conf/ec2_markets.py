# SPDX-License-Identifier: Apache-2.0
"""Options of ``[ec2]``: spot instances, and what nova-compute shows."""

from oslo_config import cfg

from nova_ec2.models import market

OPTIONS: list[cfg.Opt] = [
    cfg.ListOpt(
        'market', default=[market.ON_DEMAND],
        item_type=cfg.types.String(choices=market.MARKETS),
        help='What servers are launched on whose flavor does not say it by '
             'the extra spec ec2:market: on-demand, spot, or both as '
             'spot,on-demand; with both the cheapest is tried first and a '
             'capacity error moves on to the next. EC2 takes spot instances '
             'back at two minutes notice, and cannot stop them: such a '
             'server cannot be shut off, resized, shelved, rescued or boot '
             'from a volume.'),
    cfg.StrOpt(
        'spot_replacement', default=market.NONE, choices=[
            (market.NONE, 'nothing: the server is shut off for good'),
            (market.SPOT, 'another instance as the flavor allows'),
            (market.ON_DEMAND, 'an on-demand instance')],
        help='What takes the place of a spot instance that EC2 took back, '
             'for servers whose flavor does not say it by the extra spec '
             'ec2:spot_replacement. The replacement is made from the image '
             'of the server, with its ports, addresses, user data and '
             'Cinder volumes; what was on the disks of the instance is '
             'lost.'),
    cfg.FloatOpt(
        'spot_interval', default=10, min=0,
        help='Seconds between two looks for spot instances that EC2 is about '
             'to take back (DescribeSpotInstanceRequests, one call for all, '
             'made only while this host has some). The notice comes two '
             'minutes before; it is written into the list that "openstack '
             'server event list" shows, as ec2-spot-interruption, and sent '
             'as the notification compute.instance.ec2_spot_interruption. '
             '0 never looks: the end itself is seen by the sweep.'),
    cfg.PortOpt(
        'metrics_port', default=0,
        help='TCP port on which nova-compute shows figures to Prometheus, '
             'at /metrics. 0 shows none. Each nova-compute of a machine '
             'needs its own.'),
    cfg.HostAddressOpt(
        'metrics_address', default='127.0.0.1',
        help='Address that metrics_port is opened on. The figures name '
             'projects and what they spend, and nobody is asked for a '
             'password: open it to the network of Prometheus only.'),
]
