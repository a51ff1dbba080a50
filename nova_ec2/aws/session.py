# SPDX-License-Identifier: Apache-2.0
"""One AWS session: credentials, clients, connection pools."""

import logging
import threading
import urllib.parse
from typing import Any

import boto3
import botocore.config
import botocore.exceptions as boto

from nova_ec2 import exceptions as exc
from nova_ec2.aws.fast_parsing import FastPages
from nova_ec2.aws.settings import AwsSettings

# At DEBUG these write whole requests: session tokens and user data with
# whatever secrets it holds.
_TALKATIVE = ('boto3', 'botocore', 'urllib3')

# Where AWS's endpoints are; an emulator answers for all services.
_AWS = ('.amazonaws.com', '.amazonaws.com.cn', '.api.aws')

# Connections kept open a client; further ones are opened and dropped.
_POOL = 50


class Session:
    """Clients of one account and Region, made once and shared by threads.

    The SDK's own retries are off: ``aws/call.py`` retries, because a capacity
    error must go up at once and a lost reply must be settled first.
    """

    def __init__(self, settings: AwsSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session: boto3.session.Session | None = None
        self.pages = FastPages()
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)

    @property
    def region(self) -> str:
        """The Region in use.

        :raises ConfigurationError: where neither option nor AWS chain has one
        """
        name = self._open().region_name
        if not name:
            raise exc.ConfigurationError(
                'no AWS Region is configured; set it, for instance to '
                'us-east-1', option='[ec2] region_name')
        return str(name)

    def client(self, service: str) -> Any:
        """The client of an AWS service, for instance ``ec2``.

        :raises ConfigurationError: Region, profile or endpoint are unusable
        """
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        settings = self.settings
        config = botocore.config.Config(
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            max_pool_connections=_POOL,
            retries={'total_max_attempts': 1, 'mode': 'standard'},
            user_agent_extra='nova_ec2')
        try:
            client = self._open().client(
                service, region_name=self.region,
                endpoint_url=self._endpoint(service),
                verify=settings.ca_file or None, config=config)
            if service == 'ec2':
                self.pages.install(client)
            return client
        except boto.InvalidRegionError as error:
            raise exc.ConfigurationError(
                str(error), option='[ec2] region_name') from error
        except (boto.BotoCoreError, ValueError) as error:
            raise exc.ConfigurationError(
                f'no {service} client can be made: {error}',
                option='[ec2] endpoint_url') from error

    def _endpoint(self, service: str) -> str | None:
        """An endpoint of AWS's own answers for EC2 alone."""
        url = self.settings.endpoint_url
        host = urllib.parse.urlsplit(url or '').hostname or ''
        if service != 'ec2' and host.endswith(_AWS):
            return None
        return url

    def _open(self) -> boto3.session.Session:
        if self._session is None:
            settings = self.settings
            try:
                self._session = boto3.session.Session(
                    aws_access_key_id=settings.access_key_id,
                    aws_secret_access_key=settings.secret_access_key,
                    region_name=settings.region_name,
                    profile_name=settings.profile_name)
            except boto.ProfileNotFound as error:
                raise exc.ConfigurationError(
                    str(error), option='[ec2] profile_name') from error
            except boto.BotoCoreError as error:
                raise exc.ConfigurationError(
                    str(error), option='[ec2] access_key_id') from error
        return self._session
