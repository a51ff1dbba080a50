# SPDX-License-Identifier: Apache-2.0
"""Between which hosts a server can move."""

from nova_ec2.models.place import Place

_SHARED = ('cloud', 'account', 'region', 'zone')


def refusal(source: Place | None, destination: Place | None) -> str:
    """Why a server cannot move, '' where it can.

    An instance stays where it is on EC2 and changes its owner only, so both
    hosts must be of one cloud, account, Region and zone.

    :param source: None for a host that is not on EC2
    :param destination: likewise
    """
    if source is None and destination is None:
        return ''
    if source is None or destination is None:
        return ('a server does not move between an EC2 host and a host of '
                'another kind; make a snapshot and boot a new server from it')
    for name in _SHARED:
        one = getattr(source, name)
        other = getattr(destination, name)
        if not one or not other:
            return (f'the {name} of one of the EC2 hosts is not known; '
                    f'see the log of its nova-compute')
        if one != other:
            return (f'a server does not leave its {name} {one}, and '
                    f'the destination is of {other}; shelve it and unshelve '
                    f'it there, or boot a new one from a snapshot')
    return ''


def account_refusal(account_id: str, host: Place | None) -> str:
    """Why a host cannot have a server of an account, '' where it can.

    :param account_id: of an account that is entered by a role
    """
    if host is not None and account_id in host.others:
        return ''
    return (f'a server does not leave its account {account_id}, which the '
            f'other host does not serve ([ec2] accounts_file there); shelve '
            f'it and unshelve it, or boot a new one from a snapshot')
