# SPDX-License-Identifier: Apache-2.0
"""The operator's files: accounts, policies and budgets."""

from localcloud import research
from localcloud.config import nova_ec2
from localcloud.service import Step
from nova_ec2.emulator.client import Control


class BurstRules(Step):
    """Writes them, and makes the role that leads into the other account."""

    name = 'burst-rules'
    needs = ('accounts', 'emulator')

    def run(self) -> None:
        Control(self.cloud.url('emulator')).role(research.ROLE,
                                                 research.EXTERNAL_ID)
        research.write(self.cloud)
        nova_ec2.write(self.cloud)
