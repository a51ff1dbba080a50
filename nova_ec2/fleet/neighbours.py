# SPDX-License-Identifier: Apache-2.0
"""The other accounts of a cloud, as far as their AMIs matter here."""

from typing import Protocol

from nova_ec2.models.image import Image


class Neighbours(Protocol):
    """All accounts of the cloud but one."""

    def include(self, owner_id: str) -> bool:
        """Whether an account of this number is among them."""

    def look(self, image_id: str, owner_id: str = '') -> Image | None:
        """An AMI as its owner sees it, with its tags.

        :param owner_id: number of its account, '' where that is not known
        :returns: None where none of them owns such an AMI
        """

    def share(self, image: Image) -> None:
        """Have its owner let this account launch an AMI."""

    def name(self, owner_id: str) -> str:
        """An account for messages: its name and number."""

    @property
    def own(self) -> str:
        """This account for messages."""
