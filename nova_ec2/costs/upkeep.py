# SPDX-License-Identifier: Apache-2.0
"""Volumes and addresses: what costs as long as it is there, used or not."""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.costs import current, ledger
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.spans import MIN_SECONDS, Kind, Span, State, Use
from nova_ec2.costs.table import PriceTable
from nova_ec2.models.account import DEFAULT

LOG = logging.getLogger(__name__)

# What EC2 does not list after so many seconds is not there.
_VISIBLE = 60

Made = Callable[[str], None]
"""To be told the EC2 id of what was made."""


@dataclasses.dataclass(frozen=True)
class Upkeep:
    """The ledger as whoever makes such things uses it.

    :param ledger: None for none; then nothing here does anything
    :param prices: tells the prices that hold now
    """

    ledger: Ledger | None
    region: str
    prices: Callable[[], PriceTable]
    account: str = DEFAULT

    # What is asked for

    def volume(self, volume_type: str, size_gib: int, iops: int = 0,
               throughput: int = 0, **whose: str) -> Use:
        """An EBS volume.

        :param iops: 0 for what the type has without
        :param throughput: MiB/s, 0 for what the type has without
        :param whose: fields of :class:`Use`
        :raises PriceUnknown: and nothing is free
        """
        return Use(
            kind=Kind.VOLUME, item=volume_type, account=self.account,
            region=self.region, min_seconds=MIN_SECONDS,
            rate=self.prices().volume(self.region, volume_type, size_gib,
                                      iops or None, throughput or None),
            **whose)

    def address(self, **whose: str) -> Use:
        """An Elastic IP address; see :meth:`volume`."""
        return Use(
            kind=Kind.ADDRESS, item='address', account=self.account,
            region=self.region, min_seconds=MIN_SECONDS,
            rate=self.prices().address(self.region), **whose)

    @contextlib.contextmanager
    def paid(self, use: Callable[[], Use]) -> Iterator[Made]:
        """Keep money while something is made, or becomes another.

        :param use: what it will be; with a resource_id where it is there
            already and changes
        :raises BudgetExhausted: it would cost more than may be spent
        :raises LedgerUnavailable: nothing may be spent
        """
        if self.ledger is None:
            yield lambda resource_id: None
            return
        wanted = use()
        kept = self.ledger.reserve(wanted, replacing=wanted.resource_id)
        try:
            yield lambda resource_id: self._begun(kept, dataclasses.replace(
                wanted, resource_id=resource_id))
        except exc.OutcomeUnknown:
            raise  # It may be there; the reservation is void in a while.
        except Exception:
            with _later('A reservation stays until it is void'):
                self.ledger.drop(kept)
            raise

    def _begun(self, kept: str, use: Use) -> None:
        assert self.ledger is not None
        with _later(f'The costs of {use.resource_id} are written down later'):
            self.ledger.open(kept, use, self.ledger.clock())

    def ended(self, resource_id: str) -> None:
        """It is no longer there; without the database that is seen later."""
        if self.ledger is not None:
            with _later(f'The end of {resource_id} is written down later'):
                self.ledger.close(resource_id, self.ledger.clock())

    # What EC2 has

    def reconcile(self, kind: Kind, present: Mapping[
            str, tuple[Use, datetime.datetime | None]],
            **where: str) -> None:
        """Make the ledger agree with a complete listing of EC2.

        :param present: by EC2's id, what it is and since when it is there
        :param where: columns that tell which spans the listing is of
        """
        if self.ledger is None:
            return
        now = self.ledger.clock()
        with _later('The costs are not compared with EC2 now'):
            spans = {span.use.resource_id: span
                     for span in self.ledger.active(
                         account=self.account, region=self.region,
                         kind=kind.value, **where)
                     if span.state is State.OPEN}
            for resource_id, (use, since) in present.items():
                known = spans.get(resource_id)
                if known is None:
                    self.ledger.open('', use, since or now)
                elif known.use.rate != use.rate:
                    self.ledger.open('', use, now)
            for resource_id, span in spans.items():
                if resource_id not in present and _is_old(span, now):
                    self.ledger.close(resource_id, now)


OFF = Upkeep(None, '', lambda: PriceTable((), ''))
"""No ledger."""


def build(conf: Any, region: str, account: str = DEFAULT) -> Upkeep:
    """The upkeep of a service in one account.

    :param conf: a ``ConfigOpts`` with ``[ec2]`` and ``[ec2_costs]``
    :param account: its name
    :raises ConfigurationError: names the option to look at
    """
    return Upkeep(ledger.build(conf), region, current.watch(conf).now,
                  account)


@contextlib.contextmanager
def _later(what: str) -> Iterator[None]:
    """What is there is left alone when the database is away."""
    try:
        yield
    except exc.LedgerUnavailable as error:
        LOG.warning('%s: %s', what, error)


def _is_old(span: Span, now: datetime.datetime) -> bool:
    return (now - span.start).total_seconds() > _VISIBLE
