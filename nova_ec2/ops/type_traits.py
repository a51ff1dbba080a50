# SPDX-License-Identifier: Apache-2.0
"""The traits of a host that follow from the instance types of its zone.

Each says that some type has it. Which type a server gets is decided at its
launch, among those that have what its flavor and image require; see
mapping/cpu_traits.py and mapping/security.py.
"""

import dataclasses
import threading
from collections.abc import Sequence

import os_traits as ot
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.catalogue import Catalogue
from nova_ec2.mapping import cpu_traits
from nova_ec2.models.instance_type import InstanceType

LOG = logging.getLogger(__name__)

# NitroTPM is a TPM 2.0 behind a CRB. AWS keeps its state, so it needs no
# secret of a user, and follows the server to another EC2 host.
_TPM = frozenset({
    ot.COMPUTE_SECURITY_TPM_2_0, ot.COMPUTE_SECURITY_TPM_CRB,
    ot.COMPUTE_SECURITY_TPM_SECRET_SECURITY_HOST,
    ot.COMPUTE_SECURITY_TPM_SECRET_SECURITY_DEPLOYMENT})

MANAGED = cpu_traits.MANAGED | _TPM
"""What is taken from a host again where its zone has no such type."""


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What the types of a zone have.

    :param sev_snp: some encrypt memory by AMD SEV-SNP
    """

    traits: frozenset[str]
    sev_snp: bool


class TypeTraits:
    """The traits of one zone, read with each update of Placement."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._read_from: Sequence[InstanceType] = ()
        self._known: Known | None = None

    def now(self) -> Known | None:
        """By the current types; by the last ones where EC2 does not answer.

        :returns: None where it never did
        """
        try:
            types = self._catalogue.types()
        except exc.NovaEC2Error as error:
            LOG.warning('The instance types of the zone could not be read, '
                        'the traits of this host stay as they are: %s', error)
            return self._known
        with self._lock:
            if types is not self._read_from:
                self._known, self._read_from = _of(types), types
            return self._known


def _of(types: Sequence[InstanceType]) -> Known:
    current = [kind for kind in types if kind.current_generation]
    tpm = _TPM if any(kind.nitro_tpm for kind in current) else frozenset()
    return Known(cpu_traits.of_types(current) | tpm,
                 any(kind.sev_snp for kind in current))
