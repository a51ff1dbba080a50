# SPDX-License-Identifier: Apache-2.0
"""Who we are to AWS."""

from nova_ec2.aws.call import Caller


class Identity:
    """GetCallerIdentity, which every credential may call.

    :param caller: of the service ``sts``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def account(self) -> str:
        """The number of the account that the credentials belong to."""
        return str(self._call('get_caller_identity')['Account'])
