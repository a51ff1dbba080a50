# SPDX-License-Identifier: Apache-2.0
"""Client tokens: the same request twice has one effect."""

import dataclasses
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.request import Call

_VOLATILE = frozenset({'ClientToken', 'DryRun'})


@dataclasses.dataclass(slots=True)
class _Spent:
    params: dict[str, str]
    result: Any


class Tokens:
    """Which tokens were spent on what, per account, region and action."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str, str, str], _Spent] = {}

    def once(self, call: Call, make: Callable[[], Any],
             check: Callable[[Any], None] = lambda result: None) -> Any:
        """The result of an earlier call with this token, or a new one.

        :param make: does what was asked; nothing is kept where it raises
        :param check: may refuse to repeat an earlier result
        """
        token = call.params.get('ClientToken', '')
        if not token:
            return make()
        if len(token) > 64 or not token.isascii():
            raise Refusal('InvalidParameterValue',
                          f'Value ({token}) for parameter clientToken is '
                          'invalid. It may have at most 64 ASCII characters.')
        key = (call.account_id, call.region, call.action, token)
        params = {name: value for name, value in call.params.items()
                  if name not in _VOLATILE}
        if (spent := self._spent.get(key)) is None:
            result = make()
            self._spent[key] = _Spent(params, result)
            return result
        if spent.params != params:
            raise Refusal(
                'IdempotentParameterMismatch',
                'The request uses the same client token as a previous '
                'request, but non-identical parameters.')
        check(spent.result)
        return spent.result
