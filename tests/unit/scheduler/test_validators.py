# SPDX-License-Identifier: Apache-2.0
"""Validators of the ec2: scope, as Nova runs them."""

import unittest

from nova import exception as nova_exc
from nova.api.validation.extra_specs import validators

from nova_ec2.mapping import extra_specs
from nova_ec2.models import extra_specs as keys

RIGHT = {str: 'x', bool: 'true', int: '1'}
EXAMPLES = {'instance_type': 'm7i.large', 'market': 'spot',
            'burst': 'above:80%-75%'}


def right_value(key):
    """A value that a key takes."""
    if key.choices:
        return key.choices[0]
    if key.name in EXAMPLES:
        return EXAMPLES[key.name]
    return str(key.least) if key.least else RIGHT[key.kind]


class ValidatorsTest(unittest.TestCase):

    def refused(self, name, value):
        self.assertRaises(nova_exc.ValidationError, validators.validate,
                          name, value)

    def test_every_key_that_flavors_are_read_by_is_known_to_nova(self):
        for name in extra_specs.KNOWN:
            validators.validate(f'ec2:{name}',
                                right_value(keys.BY_NAME[name]))

    def test_no_other_key_is(self):
        self.refused('ec2:typo', '1')
        self.refused('ec2:', '1')

    def test_flags(self):
        validators.validate('ec2:mac', 'no')
        self.refused('ec2:mac', 'perhaps')

    def test_numbers(self):
        validators.validate('ec2:volume_iops', '3000')
        validators.validate('ec2:volume_iops', '80000')
        self.refused('ec2:volume_iops', '2999')
        self.refused('ec2:volume_iops', '80001')
        self.refused('ec2:volume_throughput', 'many')

    def test_texts(self):
        validators.validate('ec2:instance_type', 'u7in-24tb.224xlarge')
        self.refused('ec2:instance_type', 'large')
        self.refused('ec2:architecture', 'aarch64')
        self.refused('ec2:burst', 'sometimes')
