# SPDX-License-Identifier: Apache-2.0
"""Between which hosts a server can move."""

import dataclasses

from nova_ec2.models.place import Place


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
    for field in dataclasses.fields(Place):
        one = getattr(source, field.name)
        other = getattr(destination, field.name)
        if not one or not other:
            return (f'the {field.name} of one of the EC2 hosts is not known; '
                    f'see the log of its nova-compute')
        if one != other:
            return (f'a server does not leave its {field.name} {one}, and '
                    f'the destination is of {other}; shelve it and unshelve '
                    f'it there, or boot a new one from a snapshot')
    return ''
