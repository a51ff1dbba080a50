# SPDX-License-Identifier: Apache-2.0
"""nova-api refuses wrong extra specs of the ``ec2:`` scope.

Found by Nova through the entry point ``nova.api.extra_spec_validators``; from
compute API microversion 2.86 on a flavor cannot be given an unknown key or a
wrong value.
"""

from nova.api.validation.extra_specs import base

from nova_ec2.models import extra_specs


def register() -> list[base.ExtraSpecValidator]:
    """A validator for every key (Nova's ``load_validators``)."""
    return [base.ExtraSpecValidator(
        name=extra_specs.SCOPE + key.name, description=key.description,
        value=key.value) for key in extra_specs.KEYS]
