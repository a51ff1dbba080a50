# SPDX-License-Identifier: Apache-2.0
"""Heat's CloudFormation-like API, which servers of stacks report to."""

from collections.abc import Sequence

from localcloud.config import heat
from localcloud.service import HttpService


class HeatAPICfn(HttpService):
    """The cloudformation API."""

    name = 'heat-api-cfn'
    needs = ('mariadb', 'rabbitmq')
    ports = ('heat-cfn',)
    application = 'heat.wsgi.cfn:application'

    def arguments(self) -> Sequence[str]:
        return ['--config-file', str(heat.write(self.cloud))]
