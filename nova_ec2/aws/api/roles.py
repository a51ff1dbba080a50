# SPDX-License-Identifier: Apache-2.0
"""Roles of other accounts."""

import dataclasses
import datetime
from typing import Any

from nova_ec2.aws.call import Caller


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """Credentials that end by themselves; secrets stay out of ``repr``."""

    access_key_id: str
    secret_access_key: str = dataclasses.field(repr=False)
    session_token: str = dataclasses.field(repr=False)
    expires: datetime.datetime


class Roles:
    """AssumeRole.

    :param caller: of the service ``sts``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def assume(self, role_arn: str, session_name: str, external_id: str = '',
               seconds: int = 3600) -> Keys:
        """Credentials of a role (AssumeRole); a second call does no harm.

        :param session_name: 2 to 64 characters; CloudTrail shows it
        :param external_id: what the role's trust policy asks for
        :param seconds: how long they are valid, 900 at least; a role allows
            an hour unless its MaxSessionDuration says otherwise
        :raises NotAuthorized: the role is not there, or does not trust us
        """
        more: dict[str, Any] = (
            {'ExternalId': external_id} if external_id else {})
        found = self._call(
            'assume_role', RoleArn=role_arn, RoleSessionName=session_name,
            DurationSeconds=seconds, **more)['Credentials']
        return Keys(found['AccessKeyId'], found['SecretAccessKey'],
                    found['SessionToken'], found['Expiration'])
