# SPDX-License-Identifier: Apache-2.0
"""What many calls have in common: pages, filters and tags."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nova_ec2.aws.call import Caller

_PAGE = 1000
# EC2's limit of values in a filter.
_VALUES = 200


def pages(caller: Caller, method: str, key: str,
          filters: Mapping[str, Sequence[str]], *,
          filters_as: str = 'Filters', size: int = _PAGE, **more: Any
          ) -> Iterator[Mapping[str, Any]]:
    """The elements of a Describe action's answers, page after page.

    :param method: botocore's name of the action
    :param key: what the answer calls its list
    :param filters: values by the filter's name
    :param filters_as: what the action calls its filters
    :param size: elements that a page may hold
    :param more: further parameters of the action
    """
    parameters: dict[str, Any] = {'MaxResults': size, **more}
    if filters:
        parameters[filters_as] = [
            {'Name': name, 'Values': list(values)}
            for name, values in filters.items()]
    while True:
        answer = caller.call(method, **parameters)
        yield from answer[key]
        if not answer.get('NextToken'):
            return
        parameters['NextToken'] = answer['NextToken']


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Values in order, as many at a time as a filter takes."""
    wanted = sorted(set(values))
    for begin in range(0, len(wanted), _VALUES):
        yield wanted[begin:begin + _VALUES]


def with_tags(tags: Mapping[str, str]) -> dict[str, list[str]]:
    """Filters that let pass what carries all these tags."""
    return {f'tag:{key}': [value] for key, value in tags.items()}


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as EC2 takes them."""
    return [{'Key': key, 'Value': value} for key, value in tags.items()]


def tagged(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """``TagSpecifications`` of one thing that is being made."""
    return [{'ResourceType': kind, 'Tags': pairs(tags)}]
