# SPDX-License-Identifier: Apache-2.0
"""What Neutron's drivers need to know of AWS, built once a process."""

import dataclasses
import threading
from typing import Any

from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.conf import neutron as options
from nova_ec2.models import tags as tag_keys


@dataclasses.dataclass(frozen=True)
class Site:
    """One cloud in one account and Region.

    :param options: the ``[ml2_ec2]`` group
    """

    cloud_id: str
    ec2: EC2
    options: Any

    def tags(self, **more: str) -> dict[str, str]:
        """Tags of what is made here: this cloud's, and ours to delete.

        :param more: keys of :mod:`nova_ec2.models.tags`, by the names of
            their constants in lower case
        """
        return {tag_keys.CLOUD: self.cloud_id, tag_keys.MANAGED: 'true'} | {
            getattr(tag_keys, name.upper()): value
            for name, value in more.items()}

    def ours(self, tags: Any) -> bool:
        """Whether something with these tags was made by this cloud."""
        return (tags.get(tag_keys.CLOUD) == self.cloud_id
                and tags.get(tag_keys.MANAGED) == 'true')


class Sites:
    """Builds the site when it is first asked for.

    Not before: neutron-server forks after it has loaded its drivers, and a
    connection must not be shared.
    """

    def __init__(self, conf: Any = None) -> None:
        self._conf = conf or cfg.CONF
        self._lock = threading.Lock()
        self._site: Site | None = None
        options.register_opts(self._conf)
        ec2_conf.register_opts(self._conf)

    @property
    def configured(self) -> bool:
        """Whether anything is to be done on EC2 at all."""
        return bool(self._conf.ec2.cloud_id)

    def get(self) -> Site:
        """The site.

        :raises ConfigurationError: names the option to look at
        """
        with self._lock:
            if self._site is None:
                self._site = self._build()
            return self._site

    def _build(self) -> Site:
        if not self.configured:
            raise exc.ConfigurationError('is required and not set',
                                         option='[ec2] cloud_id')
        ec2 = self._conf.ec2
        return Site(
            cloud_id=ec2.cloud_id, options=self._conf.ml2_ec2,
            ec2=EC2.over(Caller(
                Session(AwsSettings.of(ec2)),
                pacer=Pacer(share=ec2.api_share,
                            timeout=ec2.pacing_timeout))))
