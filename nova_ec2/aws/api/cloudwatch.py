# SPDX-License-Identifier: Apache-2.0
"""Amazon CloudWatch: what AWS measures of instances and volumes."""

import datetime
from collections.abc import Sequence
from typing import Any

from nova_ec2.aws.call import Caller
from nova_ec2.models.guest import Metric

# Metrics that one GetMetricData takes.
_MOST = 500


class Metrics:
    """GetMetricData.

    :param caller: of the service ``cloudwatch``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def read(self, metrics: Sequence[Metric], statistic: str,
             begin: datetime.datetime, end: datetime.datetime,
             period: int) -> dict[Metric, list[float]]:
        """The values of metrics, newest first; AWS charges by metric.

        :param statistic: ``Sum``, ``Average``, ...
        :param period: seconds, a multiple of 60; CloudWatch keeps points
            older than 15 days by 300 s only, older than 63 days by 3600 s
        :returns: by metric; an empty list where nothing was measured
        """
        found: dict[Metric, list[float]] = {one: [] for one in metrics}
        for first in range(0, len(metrics), _MOST):
            chunk = metrics[first:first + _MOST]
            by_id = {f'm{place}': one for place, one in enumerate(chunk)}
            more: dict[str, Any] = {}
            while True:
                answer = self._call(
                    'get_metric_data', StartTime=begin, EndTime=end,
                    ScanBy='TimestampDescending', **more,
                    MetricDataQueries=[
                        _query(an_id, one, statistic, period)
                        for an_id, one in by_id.items()])
                for result in answer.get('MetricDataResults', ()):
                    found[by_id[result['Id']]].extend(
                        result.get('Values', ()))
                if not answer.get('NextToken'):
                    break
                more = {'NextToken': answer['NextToken']}
        return found


def _query(an_id: str, metric: Metric, statistic: str,
           period: int) -> dict[str, Any]:
    return {'Id': an_id, 'MetricStat': {
        'Metric': {
            'Namespace': metric.namespace, 'MetricName': metric.name,
            'Dimensions': [{'Name': metric.dimension,
                            'Value': metric.value}]},
        'Period': period, 'Stat': statistic}}
