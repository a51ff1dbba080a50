# SPDX-License-Identifier: Apache-2.0
"""Amazon CloudWatch: GetMetricData over points that were given to it.

AWS's own namespaces cannot be written through its API, so the control API
does. Amazon CloudWatch API Reference.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.world import World

QUERIES_MOST = 500
_ID = re.compile(r'[a-z][a-zA-Z0-9_]{0,254}')
_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    'Sum': sum, 'Maximum': max, 'Minimum': min, 'SampleCount': len,
    'Average': lambda values: sum(values) / len(values)}
_DAY = 86400
# Points older than so many seconds are kept by periods of so many only.
_KEPT = ((63 * _DAY, 3600), (15 * _DAY, 300), (3 * 3600, 60))


class StrictCloudWatch(CloudWatchResponse):
    """moto's table of CloudWatch actions with ours in place of one."""

    world: World

    def get_metric_data(self) -> ActionResult:
        """GetMetricData of metrics; no expressions."""
        queries = self._get_param('MetricDataQueries') or []
        begin = _utc(self._get_param('StartTime'))
        end = _utc(self._get_param('EndTime'))
        _check(queries, begin, end)
        return ActionResult({'MetricDataResults': [
            self._result(query, begin, end) for query in queries],
            'Messages': []})

    def _result(self, query: dict[str, Any], begin: datetime.datetime,
                end: datetime.datetime) -> dict[str, Any]:
        stat = query['MetricStat']
        metric, period = stat['Metric'], int(stat['Period'])
        wanted = (metric['Namespace'], metric['MetricName'], tuple(sorted(
            (one['Name'], one['Value'])
            for one in metric.get('Dimensions') or ())))
        buckets: dict[float, list[float]] = {}
        if not period % _least_period(self._now() - begin):
            for point in self.world.metrics.points:
                when = self._when(point.seconds)
                if (point.namespace, point.metric, point.dimensions) == (
                        wanted) and begin <= when < end:
                    stamp = when.timestamp() // period * period
                    buckets.setdefault(stamp, []).append(point.value)
        newest_first = sorted(buckets, reverse=True)
        return {
            'Id': query['Id'], 'Label': metric['MetricName'],
            'StatusCode': 'Complete',
            'Timestamps': [datetime.datetime.fromtimestamp(
                stamp, datetime.UTC) for stamp in newest_first],
            'Values': [float(_STATISTICS[stat['Stat']](buckets[stamp]))
                       for stamp in newest_first]}

    def _now(self) -> datetime.datetime:
        return self.world.clock.utc()

    def _when(self, seconds: float) -> datetime.datetime:
        return self._now() - datetime.timedelta(
            seconds=self.world.clock.now() - seconds)


def _check(queries: list[dict[str, Any]], begin: datetime.datetime,
           end: datetime.datetime) -> None:
    if not 1 <= len(queries) <= QUERIES_MOST:
        raise _wrong(f'There must be 1 to {QUERIES_MOST} queries.')
    if begin >= end:
        raise _wrong('The parameter StartTime must be less than the '
                     'parameter EndTime.')
    ids = [str(query.get('Id')) for query in queries]
    if len(set(ids)) != len(ids) or not all(map(_ID.fullmatch, ids)):
        raise _wrong('Ids must be unique, begin with a lower case letter and '
                     'hold letters, digits and underscores.')
    for query in queries:
        stat = query.get('MetricStat') or {}
        if stat.get('Stat') not in _STATISTICS:
            raise _wrong('This emulator knows no expressions, and the '
                         f'statistics {", ".join(_STATISTICS)}.')
        period = int(stat.get('Period') or 0)
        if period < 1 or period % 60 and period not in (1, 5, 10, 30):
            raise _wrong(f'Period {period} must be a multiple of 60.')


def _least_period(age: datetime.timedelta) -> int:
    for seconds, period in _KEPT:
        if age.total_seconds() > seconds:
            return period
    return 1


def _utc(value: Any) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        raise _wrong('StartTime and EndTime must be given.')
    return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)


def _wrong(message: str) -> Refusal:
    return Refusal('ValidationException', message)
