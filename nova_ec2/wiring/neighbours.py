# SPDX-License-Identifier: Apache-2.0
"""The other accounts of one nova-compute, for the AMIs of one of them."""

import dataclasses
from collections.abc import Callable, Mapping

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.models.account import Account
from nova_ec2.models.image import Image

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Others:
    """See :class:`nova_ec2.fleet.neighbours.Neighbours`.

    :param account: this one
    :param number: reads its number
    :param accounts: all accounts by their numbers, each with its EC2
    """

    account: Account
    number: Callable[[], str]
    accounts: Callable[[], Mapping[str, tuple[Account, EC2]]]

    def _others(self) -> dict[str, tuple[Account, EC2]]:
        return {number: (account, ec2) for number, (account, ec2)
                in self.accounts().items() if account != self.account}

    def include(self, owner_id: str) -> bool:
        """Whether an account of this number is among them."""
        return owner_id in self._others()

    def look(self, image_id: str, owner_id: str = '') -> Image | None:
        """See the protocol; an account that fails is logged and left out.

        :raises ImageRefused: the owner is known and cannot be asked
        """
        for number, (account, ec2) in self._others().items():
            if owner_id not in ('', number):
                continue
            try:
                seen = ec2.images.describe([image_id]).get(image_id)
            except exc.NovaEC2Error as error:
                if owner_id:
                    raise exc.ImageRefused(
                        f'{image_id} is of {self.name(owner_id)}, which '
                        f'cannot be asked for it: {error}') from error
                LOG.warning('Account %s was not asked for %s: %s',
                            account.name, image_id, error)
                continue
            if seen is not None and seen.owner_id == number:
                return seen
        return None

    def share(self, image: Image) -> None:
        """Have its owner let this account launch an AMI."""
        _, ec2 = self._others()[image.owner_id]
        ec2.images.share(image.image_id, self.number())

    def name(self, owner_id: str) -> str:
        """An account for messages: its name and number."""
        known = self.accounts().get(owner_id)
        return (f'account {known[0].name} ({owner_id})' if known
                else f'account {owner_id}')

    @property
    def own(self) -> str:
        """This account for messages."""
        return self.name(self.number())
