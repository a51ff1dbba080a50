# SPDX-License-Identifier: Apache-2.0
"""Which tests are expected to fail, and why; each with a reason."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

HERE = Path(__file__).parent

KINDS = {
    'fake-internals': "asserts what only Nova's fake driver does",
    'finite-capacity': 'asserts that a host is full, and EC2 is not',
    'not-ec2': 'needs something that EC2 does not have',
}

_SCHEMA: Mapping[str, Any] = {
    'type': 'array',
    'items': {
        'type': 'object',
        'properties': {
            'kind': {'enum': sorted(KINDS)},
            'reason': {'type': 'string', 'minLength': 15},
            'tests': {'type': 'array', 'minItems': 1,
                      'items': {'type': 'string'}},
        },
        'required': ['kind', 'reason', 'tests'],
        'additionalProperties': False,
    },
}


@dataclasses.dataclass(frozen=True, slots=True)
class Exclusion:
    """A test that fails for a good reason."""

    test_id: str
    kind: str
    reason: str


def load(suite: str) -> dict[str, Exclusion]:
    """The exclusions of a suite, by test id.

    :param suite: ``nova`` or ``tempest``
    :raises jsonschema.ValidationError: the file is not as it must be
    """
    return parse((HERE / f'{suite}-exclusions.yaml').read_text())


def parse(text: str) -> dict[str, Exclusion]:
    """The same, from the text of the file.

    :raises ValueError: a test is named twice
    """
    content = yaml.safe_load(text) or []
    jsonschema.validate(content, _SCHEMA)
    found: dict[str, Exclusion] = {}
    for group in content:
        for test_id in group['tests']:
            if test_id in found:
                raise ValueError(f'{test_id} is excluded twice')
            found[test_id] = Exclusion(test_id, group['kind'],
                                       group['reason'])
    return found
