# SPDX-License-Identifier: Apache-2.0
"""What nova-compute shows of its accounts, where a port is given."""

import collections
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from nova_ec2.aws.pacing.lane import Usage
from nova_ec2.costs.admission import Ledger
from nova_ec2.fleet.quotas import Quota
from nova_ec2.metrics.figures import Figures
from nova_ec2.metrics.server import MetricsServer
from nova_ec2.models.launch import Candidate
from nova_ec2.models.server import Server
from nova_ec2.wiring.compute import Compute


@dataclasses.dataclass(frozen=True)
class AccountSource:
    """One account's verbs, as a source of figures."""

    compute: Compute

    @property
    def account(self) -> str:
        """Its name."""
        return self.compute.site.account.name

    def servers(self) -> Iterable[Server]:
        """What the view holds."""
        return self.compute.site.fleet.held()

    def unavailable(self) -> Iterable[Candidate]:
        """What launches do not try now."""
        return self.compute.site.launcher.offerings.remembered()

    def usage(self) -> dict[str, Usage]:
        """What the pacer counts."""
        return self.compute.pacer.snapshot()

    def quotas(self) -> Iterable[Quota]:
        """Those that a launch has read; a scrape asks AWS nothing."""
        quotas = self.compute.site.launcher.quotas
        return quotas.standing(ask=False) if quotas else ()


@dataclasses.dataclass(frozen=True)
class LedgerSource:
    """The ledger, as a source of figures."""

    ledger: Ledger
    host: str

    def rates(self) -> dict[tuple[str, str], float]:
        """Of what this host looks after."""
        rates: dict[tuple[str, str], float] = collections.defaultdict(float)
        for span in self.ledger.active(host=self.host):
            rates[span.use.project_id, span.use.kind.value] += float(
                span.use.rate)
        return rates

    def budgets(self) -> Iterable[tuple[str, str, float, float]]:
        """How all budgets stand."""
        return [(one.budget.scope, one.budget.period.value,
                 float(one.budget.limit), float(one.left))
                for one in self.ledger.standings()]


class Metrics:
    """The port of one nova-compute; nothing where none is given.

    :param conf: ConfigOpts with the ``[ec2]`` group
    """

    def __init__(self, conf: Any) -> None:
        self._server = (MetricsServer(conf.ec2.metrics_address,
                                      conf.ec2.metrics_port)
                        if conf.ec2.metrics_port else None)

    def begin(self, host: str, computes: Callable[[], Iterable[Compute]]
              ) -> None:
        """Open the port.

        :raises ConfigurationError: it cannot be opened
        """
        if self._server is None:
            return

        def sources() -> list[AccountSource]:
            return [AccountSource(one) for one in computes()]
        first = next(iter(computes()))
        ledger = first.site.spending.ledger
        self._server.begin(Figures(
            host, sources, LedgerSource(ledger, host) if ledger else None))

    def watch(self, one: Compute) -> None:
        """Count the launches of an account, too."""
        if self._server is not None:
            one.site.launcher.launched = self._server.launched

    def stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.stop()
