# SPDX-License-Identifier: Apache-2.0
"""Options of a back end of Cinder, read by cinder-volume."""

from oslo_config import cfg

from nova_ec2.models.volume import TYPES

GROUP = cfg.OptGroup(
    'backend_defaults', title='EBS back ends of Cinder',
    help='These options belong into the section of each back end whose '
         'volume_driver is nova_ec2.cinder.driver.EBSDriver, or into '
         '[backend_defaults] for all of them. How AWS is reached stands in '
         'the group [ec2] of the same cinder.conf: cloud_id, region_name, '
         'endpoint_url, the credentials and the timeouts, as in nova.conf.')

OPTIONS: list[cfg.Opt] = [
    cfg.StrOpt(
        'ebs_availability_zone',
        help='The EC2 zone in which this back end makes volumes, for '
             'instance us-east-1a. Required. A volume and the server that '
             'has it are always in one zone, so there is a back end a zone; '
             'name its zone of Cinder (backend_availability_zone) alike.'),
    cfg.StrOpt(
        'ebs_volume_type', default='gp3',
        choices=TYPES,
        help='EBS volume type where the Cinder volume type has no extra spec '
             'ebs:type.'),
    cfg.StrOpt(
        'ebs_kms_key',
        help='Key of AWS KMS for encrypted volumes where the Cinder volume '
             'type has no extra spec ebs:kms_key: its id, alias or ARN. '
             "Without it the account's default key encrypts."),
    cfg.FloatOpt(
        'ebs_poll_interval', default=2.0, min=0.05,
        help='Seconds between two looks at volumes and snapshots that are '
             'being made; one call serves all of them.'),
    cfg.FloatOpt(
        'ebs_volume_timeout', default=300.0, min=1,
        help='Seconds after which a volume that is not there, or not as '
             'large as it should be, has failed.'),
    cfg.FloatOpt(
        'ebs_snapshot_timeout', default=21600.0, min=1,
        help='Seconds after which a snapshot that is not complete has '
             'failed. The first of a large volume takes hours.'),
]
