# SPDX-License-Identifier: Apache-2.0
"""Pages of DescribeInstances, read by lxml instead of botocore.

botocore makes objects of all that a page holds; the fleet needs a tenth of
it. Before botocore parses a page, :class:`FastPages` takes the instances out
and leaves botocore an empty listing with the request id and the NextToken.
The instances still become models by ``parsing.server``, so that there is one
mapping; here is only the table of what it reads. Whatever looks different
from EC2's own pages is left to botocore, whole.
"""

import datetime
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import cachetools
from lxml import etree
from oslo_log import log as logging

from nova_ec2.aws import parsing
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server

LOG = logging.getLogger(__name__)

SERVERS = 'nova_ec2.Servers'
"""Where an answer holds the servers, beside botocore's own keys."""

_EVENT = 'before-parse.ec2.DescribeInstances'
_ROOT = 'DescribeInstancesResponse'
_WHEN = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z', re.ASCII)
_FLAGS = {'true': True, 'false': False}
_WANTED = (tag_keys.RESERVED, tag_keys.NAME)
"""How the keys of tags begin that are read; others cost memory only."""

_KNOWN_MOST = 16384
"""Servers that are remembered; of those no longer used the oldest go."""

_WHOLE = re.compile(r'\d{1,9}', re.ASCII)

Read = Callable[[Any, 'Memory'], Any]
Memory = dict[str, str]
"""One copy of each string of a page: zone, type, project come often."""


class _UnexpectedError(Exception):
    """The page is not as EC2 writes it."""


def _text(element: Any, memory: Memory) -> str:
    if len(element):
        raise _UnexpectedError(f'elements inside {element.tag}')
    text = element.text or ''
    return memory.setdefault(text, text)


def _whole(element: Any, memory: Memory) -> int:
    text = _text(element, memory)
    if not _WHOLE.fullmatch(text):
        raise _UnexpectedError(f'{element.tag} is no number')
    return int(text)


def _flag(element: Any, memory: Memory) -> bool:
    text = _text(element, memory)
    if text not in _FLAGS:
        raise _UnexpectedError(f'{element.tag} is neither true nor false')
    return _FLAGS[text]


def _when(element: Any, memory: Memory) -> datetime.datetime:
    text = _text(element, memory)
    if not _WHEN.fullmatch(text):
        raise _UnexpectedError(f'{element.tag} is no time')
    return datetime.datetime.fromisoformat(text)


class _Nested:
    """Reads elements that hold others."""

    def within(self, namespace: str) -> Read:
        """The reader of elements in one namespace."""
        raise NotImplementedError


class _Structure(_Nested):
    """Reads the wanted children of an element, as botocore names them.

    :param fields: name in XML to name in botocore, and how to read it
    """

    def __init__(self, **fields: tuple[str, Read | _Nested]) -> None:
        self._fields = fields

    def within(self, namespace: str) -> Read:
        fields = {
            namespace + xml: (name, read.within(namespace)
                              if isinstance(read, _Nested) else read)
            for xml, (name, read) in self._fields.items()}

        def reader(element: Any, memory: Memory) -> dict[str, Any]:
            raw: dict[str, Any] = {}
            for child in element:
                field = fields.get(child.tag)
                if field is None:
                    continue
                name, read = field
                if name in raw:
                    raise _UnexpectedError(f'{child.tag} comes twice')
                raw[name] = read(child, memory)
            return raw
        return reader


class _List(_Nested):
    """Reads the ``item`` children of an element."""

    def __init__(self, **fields: tuple[str, Read | _Nested]) -> None:
        self._item = _Structure(**fields)

    def within(self, namespace: str) -> Read:
        item = namespace + 'item'
        read = self._item.within(namespace)

        def reader(element: Any, memory: Memory) -> list[Any]:
            for child in element:
                if child.tag != item:
                    raise _UnexpectedError(f'{child.tag} in a list')
            return [read(child, memory) for child in element]
        return reader


class _Tags(_Nested):
    """Reads the tags that say whose a server is, and passes over others.

    There are up to fifty a server, so lxml looks for the keys; half of the
    time that a page takes is spent here otherwise.
    """

    def within(self, namespace: str) -> Read:
        key_name, value_name = namespace + 'key', namespace + 'value'

        def reader(element: Any, memory: Memory) -> list[dict[str, str]]:
            tags, count = [], 0
            for key in element.iter(key_name):
                value = key.getnext()
                if value is None or value.tag != value_name:
                    raise _UnexpectedError('a tag without a value')
                count += 1
                if (key.text or '').startswith(_WANTED):
                    tags.append({
                        'Key': _text(key, memory),
                        'Value': _text(value, memory)})
            if count != len(element):
                raise _UnexpectedError('a tag that is none')
            return tags
        return reader


# All that parsing.server reads.
_INSTANCE = _Structure(
    instanceId=('InstanceId', _text),
    imageId=('ImageId', _text),
    instanceState=('State', _Structure(name=('Name', _text))),
    reason=('StateTransitionReason', _text),
    stateReason=('StateReason', _Structure(
        code=('Code', _text), message=('Message', _text))),
    amiLaunchIndex=('AmiLaunchIndex', _whole),
    instanceType=('InstanceType', _text),
    launchTime=('LaunchTime', _when),
    placement=('Placement', _Structure(
        availabilityZone=('AvailabilityZone', _text),
        groupName=('GroupName', _text))),
    privateIpAddress=('PrivateIpAddress', _text),
    ipAddress=('PublicIpAddress', _text),
    rootDeviceName=('RootDeviceName', _text),
    blockDeviceMapping=('BlockDeviceMappings', _List(
        deviceName=('DeviceName', _text),
        ebs=('Ebs', _Structure(
            volumeId=('VolumeId', _text), status=('Status', _text),
            deleteOnTermination=('DeleteOnTermination', _flag))))),
    hibernationOptions=('HibernationOptions', _Structure(
        configured=('Configured', _flag))),
    platform=('Platform', _text),
    keyName=('KeyName', _text),
    instanceLifecycle=('InstanceLifecycle', _text),
    spotInstanceRequestId=('SpotInstanceRequestId', _text),
    tagSet=('Tags', _Tags()),
    networkInterfaceSet=('NetworkInterfaces', _List(
        networkInterfaceId=('NetworkInterfaceId', _text),
        macAddress=('MacAddress', _text),
        privateIpAddress=('PrivateIpAddress', _text),
        subnetId=('SubnetId', _text),
        attachment=('Attachment', _Structure(
            deviceIndex=('DeviceIndex', _whole))))))


class _Known:
    """Servers by what EC2 wrote of them, word for word.

    Most are the same at every sweep, and to compare costs a third of reading.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: cachetools.LRUCache[bytes, Server] = (
            cachetools.LRUCache(_KNOWN_MOST))

    def server(self, element: Any, read: Read, memory: Memory) -> Server:
        """The server of an element, read where it is not known."""
        digest = hashlib.blake2b(etree.tostring(
            element, with_tail=False), digest_size=32).digest()
        with self._lock:
            known = self._servers.get(digest)
        if known is None:
            known = parsing.server(read(element, memory))
            with self._lock:
                self._servers[digest] = known
        return known

    def forget(self) -> None:
        """Know no server."""
        with self._lock:
            self._servers.clear()


class FastPages:
    """Reads the pages of one client.

    :ivar pages: pages read here
    :ivar fallbacks: pages left to botocore
    """

    def __init__(self) -> None:
        self.pages = 0
        self.fallbacks = 0
        self._readers: dict[str, Read] = {}
        self._known = _Known()

    def install(self, client: Any) -> None:
        """Read the pages that this EC2 client gets."""
        client.meta.events.register(_EVENT, self.before_parse)

    def forget(self) -> None:
        """Read every server of the next page, known or not."""
        self._known.forget()

    def before_parse(self, response_dict: dict[str, Any],
                     customized_response_dict: dict[str, Any],
                     **others: Any) -> None:
        """botocore's hook; an error that EC2 answers stays botocore's."""
        if response_dict['status_code'] != 200:
            return
        try:
            servers, rest = self._read(response_dict['body'])
        except Exception as error:
            self.fallbacks += 1
            log = LOG.warning if self.fallbacks == 1 else LOG.debug
            log('A page of DescribeInstances is read by botocore, which '
                'takes longer: %s', error)
            return
        self.pages += 1
        response_dict['body'] = rest
        customized_response_dict[SERVERS] = servers

    def _read(self, body: bytes) -> tuple[list[Server], bytes]:
        root = _parsed(body)
        name = etree.QName(root)
        namespace = f'{{{name.namespace}}}' if name.namespace else ''
        if name.localname != _ROOT:
            raise _UnexpectedError(f'it begins with {name.localname}')
        listing = root.findall(f'{namespace}reservationSet')
        if len(listing) != 1:
            raise _UnexpectedError(f'{len(listing)} listings in it')
        memory: Memory = {}
        read = self._reader(namespace)
        servers = [self._known.server(one, read, memory)
                   for one in _instances(listing[0], namespace)]
        listing[0].clear()
        return servers, etree.tostring(root)

    def _reader(self, namespace: str) -> Read:
        if namespace not in self._readers:
            # Of one account there is one; a strange one takes its place.
            self._readers = {namespace: _INSTANCE.within(namespace)}
        return self._readers[namespace]


def _instances(listing: Any, namespace: str) -> Iterator[Any]:
    """The elements of a page that are an instance each."""
    item = namespace + 'item'
    for reservation in listing:
        members = reservation.findall(namespace + 'instancesSet')
        if reservation.tag != item or len(members) > 1:
            raise _UnexpectedError('a reservation that is none')
        for instance in members[0] if members else ():
            if instance.tag != item:
                raise _UnexpectedError(f'{instance.tag} in a list')
            yield instance


def _parsed(body: bytes) -> Any:
    """The root element; nothing is fetched and no entity is expanded."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _UnexpectedError('it has a document type')
    return root
