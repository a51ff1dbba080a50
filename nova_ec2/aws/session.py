# SPDX-License-Identifier: Apache-2.0
"""One AWS session: credentials, clients, connection pools."""

import datetime
import functools
import logging
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any, Protocol

import boto3
import botocore.config
import botocore.credentials
import botocore.exceptions as boto
import botocore.loaders
import botocore.session

from nova_ec2 import exceptions as exc
from nova_ec2.aws.fast_parsing import FastPages
from nova_ec2.aws.settings import AwsSettings

# At DEBUG these write whole requests: session tokens and user data with
# whatever secrets it holds.
_TALKATIVE = ('boto3', 'botocore', 'urllib3')
# Writes a traceback each time that a role cannot be assumed.
_SAID_ELSEWHERE = 'botocore.credentials'

# Where AWS's endpoints are; an emulator answers for all services.
_AWS = ('.amazonaws.com', '.amazonaws.com.cn', '.api.aws')

# The Regions that have AWS's Price List, by the beginning of ours.
_PRICE_LISTS = {'eu-': 'eu-central-1', 'me-': 'eu-central-1',
                'af-': 'eu-central-1', 'il-': 'eu-central-1',
                'ap-': 'ap-south-1', 'cn-': 'cn-northwest-1'}
_PRICE_LIST = 'us-east-1'

# Connections kept open a client; further ones are opened and dropped.
_POOL = 50


class Temporary(Protocol):
    """Credentials that end (:class:`nova_ec2.aws.api.roles.Keys`)."""

    @property
    def access_key_id(self) -> str: ...
    @property
    def secret_access_key(self) -> str: ...
    @property
    def session_token(self) -> str: ...
    @property
    def expires(self) -> datetime.datetime: ...


class Session:
    """Clients of one account and Region, made once and shared by threads.

    The SDK's own retries are off: ``aws/call.py`` retries, because a capacity
    error must go up at once and a lost reply must be settled first.

    :param enter: where the credentials come from, in place of the settings':
        asked at the first call and whenever they are about to end
    :param like: a session of the same Region and place
    """

    def __init__(self, settings: AwsSettings,
                 enter: Callable[[], Temporary] | None = None,
                 like: 'Session | None' = None) -> None:
        self.settings = settings
        self._enter = enter
        self._like = like
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session: boto3.session.Session | None = None
        self.pages = FastPages()
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(_SAID_ELSEWHERE).setLevel(logging.ERROR)

    def close(self) -> None:
        """Drop all connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    @property
    def region(self) -> str:
        """The Region in use.

        :raises ConfigurationError: where neither option nor AWS chain has one
        """
        if self._like is not None:
            return self._like.region
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
                service, region_name=_place_of(service, self.region),
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
                core = botocore.session.get_session()
                if settings.profile_name:
                    core.set_config_variable('profile', settings.profile_name)
                # Reads the profile; the loader would have done it.
                core.get_scoped_config()
                loader = _loader(core.get_config_variable('data_path'))
                core.register_component('data_loader', loader)
                if self._enter is not None:
                    core._credentials = _renewed(self._enter)
                own = self._enter is None
                self._session = boto3.session.Session(
                    aws_access_key_id=(
                        settings.access_key_id if own else None),
                    aws_secret_access_key=(
                        settings.secret_access_key if own else None),
                    region_name=settings.region_name,
                    botocore_session=core)
                # boto3 adds its own directory, each session anew.
                loader.search_paths[:] = dict.fromkeys(loader.search_paths)
            except boto.ProfileNotFound as error:
                raise exc.ConfigurationError(
                    str(error), option='[ec2] profile_name') from error
            except boto.BotoCoreError as error:
                raise exc.ConfigurationError(
                    str(error), option='[ec2] access_key_id') from error
        return self._session


@functools.cache
def _loader(data_path: str | None) -> botocore.loaders.Loader:
    """One for all sessions: the description of EC2 alone takes megabytes."""
    return botocore.loaders.create_loader(data_path)


def _renewed(enter: Callable[[], Temporary]
             ) -> botocore.credentials.DeferredRefreshableCredentials:
    """Credentials that are asked for when needed, and again before they end.
    """
    def ask() -> dict[str, str]:
        keys = enter()
        return {'access_key': keys.access_key_id,
                'secret_key': keys.secret_access_key,
                'token': keys.session_token,
                'expiry_time': keys.expires.isoformat()}
    return botocore.credentials.DeferredRefreshableCredentials(
        refresh_using=ask, method='assume-role')


def _place_of(service: str, region: str) -> str:
    """The Region in which a service is asked."""
    if service != 'pricing':
        return region
    return next((place for begin, place in _PRICE_LISTS.items()
                 if region.startswith(begin)), _PRICE_LIST)
