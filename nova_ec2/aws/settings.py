# SPDX-License-Identifier: Apache-2.0
"""What one AWS session needs to know, read from configuration once."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class AwsSettings:
    """How to reach one account in one Region.

    The secret does not appear in ``repr``, so it cannot reach a log.

    :param connect_timeout: seconds
    :param read_timeout: seconds
    :param attempts: tries of one call in all
    """

    region_name: str | None = None
    endpoint_url: str | None = None
    access_key_id: str | None = dataclasses.field(default=None, repr=False)
    secret_access_key: str | None = dataclasses.field(default=None,
                                                      repr=False)
    profile_name: str | None = None
    ca_file: str | None = None
    connect_timeout: float = 10
    read_timeout: float = 60
    attempts: int = 4

    @classmethod
    def of(cls, options: Any) -> 'AwsSettings':
        """From the ``[ec2]`` group."""
        return cls(**{field.name: getattr(options, field.name)
                      for field in dataclasses.fields(cls)})
