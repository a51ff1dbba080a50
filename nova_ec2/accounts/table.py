# SPDX-License-Identifier: Apache-2.0
"""The operator's file of accounts, ``[ec2] accounts_file``::

    accounts:
      research:
        account_id: '111122223333'
        role_arn: arn:aws:iam::111122223333:role/nova-ec2-example-cloud
        external_id: 5f0c7d9e
        subnets:
          us-east-1a: subnet-0a1b2c3d
        security_group_ids: [sg-0a1b2c3d]
    projects:
      3f2b1c0d9e8a47f6b5c4d3e2f1a0b9c8: research
    default: default
"""

import dataclasses
from collections.abc import Iterator, Mapping

from nova_ec2.conf import marked
from nova_ec2.conf.marked import Marked
from nova_ec2.models.account import DEFAULT, Account

OPTION = '[ec2] accounts_file'

_TOP = ('accounts', 'projects', 'default')
_FIELDS = ('account_id', 'role_arn', 'external_id', 'subnets',
           'security_group_ids')
_REQUIRED = ('account_id', 'role_arn')

# EC2 gives an interface at most this many security groups.
_GROUPS_MAX = 5


@dataclasses.dataclass(frozen=True)
class AccountTable:
    """What the file says.

    :param accounts: by name, without the default account
    :param projects: project id -> name of an account
    :param default: name of the account of all other projects
    """

    accounts: Mapping[str, Account] = dataclasses.field(default_factory=dict)
    projects: Mapping[str, str] = dataclasses.field(default_factory=dict)
    default: str = DEFAULT

    def projects_of(self, name: str) -> list[str]:
        """The projects that the file gives an account, in order."""
        return sorted(project for project, account in self.projects.items()
                      if account == name)


def load(path: str) -> AccountTable:
    """Read the file.

    :raises ConfigurationError: it cannot be read or has a mistake; names the
        file, the line and the field
    """
    return _table(marked.load(path, OPTION))


def parse(text: str, source: str) -> AccountTable:
    """Read YAML.

    :param source: the file's name, for messages
    :raises ConfigurationError: see :func:`load`
    """
    return _table(marked.parse(text, source, OPTION))


def _table(root: Marked) -> AccountTable:
    top = root.fields(_TOP)
    accounts: dict[str, Account] = {}
    numbers: dict[str, str] = {}
    for name, value in _entries(top, 'accounts'):
        account = accounts[name] = _account(name, value)
        twin = numbers.setdefault(account.account_id, name)
        if twin != name:
            raise value.wrong(
                f'has the account_id {account.account_id} of account {twin}; '
                f'an AWS account is listed once')
    projects = {project: _known(value, accounts)
                for project, value in _entries(top, 'projects')}
    default = DEFAULT
    if 'default' in top and not top['default'].is_empty:
        default = _known(top['default'], accounts)
    return AccountTable(accounts, projects, default)


def _entries(top: Mapping[str, Marked], name: str
             ) -> Iterator[tuple[str, Marked]]:
    if name in top:
        yield from top[name].entries()


def _known(value: Marked, accounts: Mapping[str, Account]) -> str:
    """The name of an account that is there."""
    name = value.text(example='the name of an account')
    if name != DEFAULT and name not in accounts:
        names = ', '.join([DEFAULT, *accounts])
        raise value.wrong(f'there is no account {name!r}; there are {names}')
    return name


def _account(name: str, value: Marked) -> Account:
    if name == DEFAULT:
        raise value.wrong('is the account of the [ec2] credentials, which '
                          'are not described here')
    _check_name(name, value)
    fields = value.fields(_FIELDS)
    for required in _REQUIRED:
        if required not in fields:
            raise value.wrong(f'lacks {required}')
    account_id = fields['account_id'].text(
        '[0-9]{12}', 'an account number of 12 digits')
    role = fields['role_arn']
    arn = role.text(
        r'arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}',
        'the ARN of a role, as arn:aws:iam::111122223333:role/name')
    there = arn.split(':')[4]
    if there != account_id:
        raise role.wrong(f'is a role of account {there}, and account_id is '
                         f'{account_id}')
    external = fields.get('external_id')
    return Account(
        name=name, account_id=account_id, role_arn=arn,
        external_id=external.text(
            r'[\w+=,.@:/-]{2,1224}', 'an external id: 2 to 1224 letters, '
            'digits and +=,.@:/_-') if external else '',
        subnet_ids=_subnets(fields.get('subnets')),
        security_group_ids=_groups(fields.get('security_group_ids')))


def _check_name(name: str, value: Marked) -> None:
    plain = name.replace('-', '').replace('_', '').replace('.', '')
    if not (plain.isascii() and plain.isalnum() and len(name) <= 64):
        raise value.wrong(f'{name!r} is no name of an account: up to 64 '
                          f'letters, digits, dots, dashes and underscores')


def _subnets(value: Marked | None) -> dict[str, str]:
    if value is None:
        return {}
    return {zone: subnet.text('subnet-[0-9a-f]{8,17}',
                              'a subnet, as subnet-0a1b2c3d')
            for zone, subnet in value.entries()}


def _groups(value: Marked | None) -> tuple[str, ...]:
    if value is None:
        return ()
    groups = tuple(item.text('sg-[0-9a-f]{8,17}',
                             'a security group, as sg-0a1b2c3d')
                   for item in value.items())
    if len(groups) > _GROUPS_MAX:
        raise value.wrong(f'EC2 takes {_GROUPS_MAX} security groups an '
                          f'interface, {len(groups)} are given')
    return groups
