# SPDX-License-Identifier: Apache-2.0
"""Budgets that run out: told once a period, and enforced where asked for.

Every nova-compute of the cloud looks; the ledger chooses the one that tells.
Each stops only its own servers, and only for budgets with
``on_exhausted: stop``.
"""

import dataclasses
from typing import Any

import nova.conf
from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects, rpc
from nova.compute import api as compute_api
from nova.compute import vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.budgets import OnExhausted, Standing, dollars
from nova_ec2.models.market import SPOT
from nova_ec2.ops import notices
from nova_ec2.ops.context import MARKET

LOG = logging.getLogger(__name__)

WARNING = 'ec2.budget.warning'
EXHAUSTED = 'ec2.budget.exhausted'


@dataclasses.dataclass(frozen=True)
class BudgetWatch:
    """Looks at the budgets of the cloud for one host."""

    ledger: Ledger
    host: str

    def look(self) -> None:
        """Tell of what is nearly or wholly spent, and stop servers."""
        try:
            standings = self.ledger.standings()
            for standing in standings:
                self._tell(standing)
        except exc.LedgerUnavailable as error:
            LOG.warning('The budgets are not looked at now: %s', error)
            return
        for standing in standings:
            if (standing.is_exhausted and standing.budget.on_exhausted
                    is OnExhausted.STOP):
                self._stop(standing)

    def _tell(self, standing: Standing) -> None:
        if standing.is_exhausted:
            event, kind = EXHAUSTED, 'exhausted'
        elif standing.is_warning:
            event, kind = WARNING, 'warning'
        else:
            return
        if not self.ledger.tell_once(standing, kind):
            return
        LOG.warning('%s', sentence(standing))
        _notifier(self.host).warn(nova_context.get_admin_context(), event,
                                  payload(standing))

    def _stop(self, standing: Standing) -> None:
        """As an administrator who stops each server would."""
        context = nova_context.get_admin_context()
        filters: dict[str, Any] = {
            'host': self.host, 'vm_state': vm_states.ACTIVE,
            'task_state': None, 'deleted': False}
        if standing.budget.project_id:
            filters['project_id'] = standing.budget.project_id
        for instance in objects.InstanceList.get_by_filters(
                context, filters, expected_attrs=['system_metadata']):
            words = sentence(standing)
            if instance.system_metadata.get(MARKET) == SPOT:
                notices.write_once(instance, notices.BUDGET, (
                    f'{words}; the server runs on, for EC2 does not stop '
                    f'spot instances'))
                continue
            notices.write(instance, notices.BUDGET,
                          f"Stopped by the operator's choice: {words}")
            try:
                compute_api.API().stop(context, instance)
            except nova_exc.NovaException as error:
                LOG.warning('It could not be stopped: %s', error,
                            instance=instance)


def sentence(standing: Standing) -> str:
    """How a budget stands, in words."""
    budget = standing.budget
    return (f'{dollars(standing.spent)} of {dollars(budget.limit)} USD of the '
            f'{budget.period} budget of {budget.scope} are spent')


def payload(standing: Standing) -> dict[str, str]:
    """What a notification says; amounts are USD, as text, exact."""
    budget = standing.budget
    return {
        'project_id': budget.project_id, 'period': budget.period.value,
        'begins': standing.begins.isoformat(),
        'ends': standing.ends.isoformat(), 'limit': str(budget.limit),
        'spent': str(standing.spent), 'committed': str(standing.committed),
        'warn_at': str(budget.warn_at),
        'on_exhausted': budget.on_exhausted.value}


def _notifier(host: str) -> Any:
    """Nova's, of the form that [notifications] notification_format names.

    Nova's own wrapper knows only Nova's own events.
    """
    versioned = (nova.conf.CONF.notifications.notification_format
                 == 'versioned')
    made = rpc.NOTIFIER if versioned else rpc.LEGACY_NOTIFIER
    return made.prepare(publisher_id=f'compute.{host}')
