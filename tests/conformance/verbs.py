# SPDX-License-Identifier: Apache-2.0
"""Which outside tests show each verb that this driver must have."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import yaml

from tests.conformance.exclusions import HERE

SUITES = ('nova', 'tempest')

_IDS = {'type': 'array', 'items': {'type': 'string'}, 'minItems': 1,
        'uniqueItems': True}
_SCHEMA: Mapping[str, Any] = {
    'type': 'object',
    'additionalProperties': {
        'oneOf': [
            {'type': 'object',
             'properties': dict.fromkeys(SUITES, _IDS),
             'minProperties': 1, 'additionalProperties': False},
            {'type': 'object',
             'properties': {'none': {'type': 'string', 'minLength': 15}},
             'required': ['none'], 'additionalProperties': False},
        ]},
}


def load(suite: str) -> dict[str, list[str]]:
    """Test ids of a suite by verb, for the verbs that it has tests of.

    :raises jsonschema.ValidationError: the file is not as it must be
    """
    return {verb: tests[suite] for verb, tests in everything().items()
            if suite in tests}


def everything() -> dict[str, Any]:
    """The whole table, checked."""
    content = yaml.safe_load((HERE / 'verbs.yaml').read_text())
    jsonschema.validate(content, _SCHEMA)
    checked: dict[str, Any] = content
    return checked
