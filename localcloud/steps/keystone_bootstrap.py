# SPDX-License-Identifier: Apache-2.0
"""The first user: Keystone's own bootstrap command."""

import os

from localcloud import command
from localcloud.cloud import REGION, script
from localcloud.config import keystone
from localcloud.service import Step


class KeystoneBootstrap(Step):
    """Makes the token keys, and the user admin with its roles."""

    name = 'keystone-bootstrap'
    needs = ('mariadb',)

    def run(self) -> None:
        conf = str(keystone.write(self.cloud))
        manage = [script('keystone-manage'), '--config-file', conf]
        url = self.cloud.url('keystone') + '/v3'
        command.run(self.cloud, self.name, [
            *manage, 'fernet_setup', '--keystone-user', str(os.getuid()),
            '--keystone-group', str(os.getgid())])
        command.run(
            self.cloud, self.name,
            [*manage, 'bootstrap', '--bootstrap-region-id', REGION,
             '--bootstrap-public-url', url, '--bootstrap-internal-url', url,
             '--bootstrap-admin-url', url],
            {'OS_BOOTSTRAP_PASSWORD': self.cloud.passwords['admin']})
