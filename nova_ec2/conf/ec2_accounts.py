# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ec2]`` group that tell which account serves a project."""

from oslo_config import cfg

OPTIONS = [
    cfg.StrOpt(
        'accounts_file',
        help='YAML file of further AWS accounts: how each is entered, and '
             'which projects it serves; accounts.yaml.example shows it. The '
             'account of the credentials above is called default. A mistake '
             'stops nova-compute, naming file, line and field. The file is '
             'read again when it changes; a mistake then is logged and what '
             'was read before stays in force. All computes of a cloud need '
             'the same file. Without it all servers run in the account '
             'default.'),
    cfg.ListOpt(
        'account_sources', default=['file'],
        help='Who says which account a project has; they are asked in this '
             'order and the first answer holds. file is the section projects '
             'of accounts_file, keystone the property ec2_account of the '
             'Keystone project, read with the credentials of [neutron]. '
             'Others can be installed as entry points of '
             'nova_ec2.account_sources.'),
    cfg.StrOpt(
        'unmapped_projects', default='default', choices=[
            ('default', 'they are served by the default of accounts_file'),
            ('refuse', 'they cannot have servers on EC2')],
        help='What becomes of projects that no source gives an account.'),
    cfg.FloatOpt(
        'account_cache_time', default=300, min=0,
        help='Seconds for which what Keystone says of a project is '
             'remembered, with the source keystone. While Keystone is away '
             'what it said last holds for longer.'),
]
