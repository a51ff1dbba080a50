# SPDX-License-Identifier: Apache-2.0
"""What is listed page by page, read to its end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nova_ec2.aws.call import Caller

_PAGE = 1000


def pages(caller: Caller, method: str, key: str,
          filters: Mapping[str, Sequence[str]], *,
          filters_as: str = 'Filters', size: int = _PAGE
          ) -> Iterator[Mapping[str, Any]]:
    """The elements of a Describe action's answers.

    :param method: botocore's name of the action
    :param key: what the answer calls its list
    :param filters: values by the filter's name
    :param filters_as: what the action calls its filters
    :param size: elements that a page may hold
    """
    parameters: dict[str, Any] = {'MaxResults': size}
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


def tagged(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """``TagSpecifications`` of one thing that is being made."""
    return [{'ResourceType': kind, 'Tags': [
        {'Key': key, 'Value': value} for key, value in tags.items()]}]
