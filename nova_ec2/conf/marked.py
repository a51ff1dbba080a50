# SPDX-License-Identifier: Apache-2.0
"""The operator's YAML files; mistakes are told by file, line and field."""

import dataclasses
import re
from collections.abc import Iterator

import yaml

from nova_ec2 import exceptions as exc
from nova_ec2.conf import files


@dataclasses.dataclass(frozen=True)
class Marked:
    """A node of a YAML file, and what messages call it.

    :param source: the file's name
    :param option: which names the file, for instance ``[ec2] accounts_file``
    :param field: for instance ``accounts.research.role_arn``
    """

    node: yaml.Node | None
    source: str
    option: str
    field: str = ''

    def wrong(self, what: str) -> exc.ConfigurationError:
        """A mistake in this very place."""
        line = self.node.start_mark.line + 1 if self.node else 1
        return exc.ConfigurationError(
            f'{self.source} line {line}: {self.field or "the file"}: {what}',
            self.option)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return self.node is None or (
            self.node.tag == 'tag:yaml.org,2002:null')

    @property
    def is_scalar(self) -> bool:
        """Whether a single value stands there."""
        return isinstance(self.node, yaml.ScalarNode)

    def entries(self) -> Iterator[tuple[str, 'Marked']]:
        """Keys and values of a mapping; none where nothing stands there.

        :raises ConfigurationError: it is no mapping, or has a key twice
        """
        if self.is_empty:
            return
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong('must be a mapping of names to values')
        seen: set[str] = set()
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                raise dataclasses.replace(self, node=key).wrong(
                    'has a key that is no name')
            path = f'{self.field}.{key.value}' if self.field else key.value
            if key.value in seen:
                raise dataclasses.replace(self, node=key, field=path).wrong(
                    'occurs a second time')
            seen.add(key.value)
            yield key.value, dataclasses.replace(self, node=value, field=path)

    def fields(self, known: tuple[str, ...]) -> dict[str, 'Marked']:
        """The entries of a mapping with known keys only."""
        found = {}
        for name, value in self.entries():
            if name not in known:
                raise value.wrong(f'is unknown; known are {", ".join(known)}')
            found[name] = value
        return found

    def items(self) -> list['Marked']:
        """The items of a list; none where nothing stands there."""
        if self.is_empty:
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong('must be a list')
        return [dataclasses.replace(self, node=node,
                                    field=f'{self.field}[{place}]')
                for place, node in enumerate(self.node.value)]

    def text(self, pattern: str = '.+', example: str = 'a text') -> str:
        """A scalar as it is written: 012345678901 keeps its zero.

        :param pattern: of the whole text
        :param example: for the message
        """
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong(f'must be {example}')
        value: str = self.node.value
        if not re.fullmatch(pattern, value, re.ASCII):
            raise self.wrong(f'{value!r} is not {example}')
        return value


def load(path: str, option: str) -> Marked:
    """The top of a file.

    :raises ConfigurationError: it cannot be read, or is no YAML
    """
    return parse(files.text_of(path, option), path, option)


def parse(text: str, source: str, option: str) -> Marked:
    """The top of a text.

    :param source: the file's name, for messages
    :raises ConfigurationError: it is no YAML; names file and line
    """
    try:
        return Marked(yaml.compose(text, yaml.SafeLoader), source, option)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f' line {mark.line + 1}' if mark else ''
        raise exc.ConfigurationError(
            f'{source}{line}: {error.problem or error.context}',
            option) from None
    except (yaml.YAMLError, RecursionError) as error:
        words = ' '.join(str(error).split())
        raise exc.ConfigurationError(f'{source}: {words}', option) from None
