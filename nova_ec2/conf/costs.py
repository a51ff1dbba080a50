# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ec2_costs]`` group, read by all services."""

import copy

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'ec2_costs', title='What EC2 costs, and who may spend how much',
    help='The ledger of what runs on EC2 and the budgets that it is held '
         'against. Every nova-compute with ec2.EC2Driver, cinder-volume with '
         'the EBS driver and neutron-server with the ec2 drivers of one '
         'cloud must have the same values here.')

_LEDGER = [
    cfg.StrOpt(
        'connection', secret=True,
        help='The database of the ledger, as an SQLAlchemy URL, for instance '
             '``mysql+pymysql://nova_ec2:password@db.example.org/nova_ec2``. '
             'All services share it. Its tables are made and upgraded by '
             '``nova-ec2 db sync``. Empty keeps no ledger: nothing is '
             'refused for its costs and nothing is reported. While the '
             'database does not answer nothing new is started, created or '
             'resized; what runs is left alone and can be stopped and '
             'deleted.'),
    cfg.StrOpt(
        'budget_file',
        help='YAML file with the budgets of the cloud and of its projects, '
             'for instance /etc/nova-ec2/budgets.yaml. It is read again when '
             'it changes; a change with a mistake is reported in the log and '
             'the former budgets go on. Empty sets no limits. Needs '
             'connection.'),
    cfg.IntOpt(
        'reservation_timeout', default=1800, min=60,
        help='Seconds for which money is kept for a server that is being '
             'launched or started. What a killed process had reserved is '
             'free again after this time; it must be longer than launches '
             'take.'),
]

_PRICES = [
    cfg.StrOpt(
        'unpriced', default='refuse', choices=[
            ('refuse', 'the request fails and says which price is missing'),
            ('dearest', 'it counts as much as the dearest of its kind')],
        help='What is done with an instance type, a volume type or an '
             'address that the price table (see price_file in [ec2]) has no '
             'price for, where its costs count against a budget or are '
             'recorded. Nothing is ever taken as free.'),
]

OPTIONS: list[cfg.Opt] = [*_PRICES, *_LEDGER]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ec2_costs]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
