# SPDX-License-Identifier: Apache-2.0
"""The operator's file of policies, ``[ec2_scheduler] policy_file``::

    default: spill
    projects:
      3f2b1c0d9e8a47f6b5c4d3e2f1a0b9c8: never
      7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d: above:80%-70%
"""

import dataclasses
import pathlib
from collections.abc import Mapping

from nova_ec2 import exceptions as exc
from nova_ec2.conf import marked
from nova_ec2.conf.marked import Marked
from nova_ec2.policy import burst
from nova_ec2.policy.burst import Policy

OPTION = '[ec2_scheduler] policy_file'

# Every OpenStack service reads its access rules from a file of this name
# beside its own configuration, and a rule "default" there is meant for all.
_TAKEN = ('policy.yaml', 'policy.json')

_FIELDS = ('default', 'projects')


@dataclasses.dataclass(frozen=True)
class Policies:
    """What the file says.

    :param default: None where it names none
    :param projects: by project id
    """

    default: Policy | None = None
    projects: Mapping[str, Policy] = dataclasses.field(default_factory=dict)


def load(path: str) -> Policies:
    """Read the file.

    :raises ConfigurationError: it cannot be read or has a mistake; names the
        file, the line and the field
    """
    if pathlib.Path(path).name in _TAKEN:
        raise exc.ConfigurationError(
            f'{path}: OpenStack services take a file of this name for their '
            f'access rules; give it another, such as policy-ec2.yaml', OPTION)
    return _policies(marked.load(path, OPTION))


def parse(text: str, source: str) -> Policies:
    """Read YAML.

    :param source: the file's name, for messages
    :raises ConfigurationError: see :func:`load`
    """
    return _policies(marked.parse(text, source, OPTION))


def _policies(root: Marked) -> Policies:
    top = root.fields(_FIELDS)
    default = _policy(top['default']) if 'default' in top else None
    if 'projects' not in top:
        return Policies(default)
    return Policies(default, {project: _policy(said) for project, said
                              in top['projects'].entries()})


def _policy(value: Marked) -> Policy:
    text = value.text(example=f'one policy; there are {burst.FORMS}')
    try:
        return burst.parse(text)
    except ValueError as error:
        raise value.wrong(str(error)) from None
