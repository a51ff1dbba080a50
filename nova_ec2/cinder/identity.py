# SPDX-License-Identifier: Apache-2.0
"""Keystone, asked with the credentials of cinder-volume."""

from typing import Any

from keystoneauth1 import adapter as ksa
from keystoneauth1 import exceptions as ksa_exc
from keystoneauth1 import loading
from oslo_config import cfg

from nova_ec2 import exceptions as exc

GROUP = 'service_user'


def adapter(conf: Any) -> Any:
    """A keystoneauth adapter of Keystone's API of version 3.

    :raises ConfigurationError: ``[service_user]`` has no credentials
    """
    loading.register_auth_conf_options(conf, GROUP)
    loading.register_session_conf_options(conf, GROUP)
    try:
        auth = loading.load_auth_from_conf_options(conf, GROUP)
        session = loading.load_session_from_conf_options(conf, GROUP,
                                                         auth=auth)
    except (ksa_exc.ClientException, cfg.Error) as error:
        raise exc.ConfigurationError(str(error), f'[{GROUP}]') from error
    if auth is None:
        raise exc.ConfigurationError(
            'has no credentials to ask Keystone with', f'[{GROUP}]')
    return ksa.Adapter(session, service_type='identity', min_version=(3, 0),
                       max_version=(3, 'latest'))
