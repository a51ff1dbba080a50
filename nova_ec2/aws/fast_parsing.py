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
import re
from collections.abc import Callable
from typing import Any

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
    """Reads the tags that say whose a server is, and passes over others."""

    def within(self, namespace: str) -> Read:
        expected = [namespace + 'key', namespace + 'value']
        item = namespace + 'item'

        def reader(element: Any, memory: Memory) -> list[dict[str, str]]:
            tags = []
            for pair in element:
                key, value = pair
                if [key.tag, value.tag] != expected or pair.tag != item:
                    raise _UnexpectedError('a tag that is none')
                name = key.text or ''
                if name.startswith(tag_keys.RESERVED) or (
                        name == tag_keys.NAME):
                    tags.append({'Key': _text(key, memory),
                                 'Value': _text(value, memory)})
            return tags
        return reader

# All that parsing.server reads.
_RESERVATIONS = _List(
    instancesSet=('Instances', _List(
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
        tagSet=('Tags', _Tags()),
        networkInterfaceSet=('NetworkInterfaces', _List(
            networkInterfaceId=('NetworkInterfaceId', _text),
            macAddress=('MacAddress', _text),
            privateIpAddress=('PrivateIpAddress', _text),
            subnetId=('SubnetId', _text),
            attachment=('Attachment', _Structure(
                deviceIndex=('DeviceIndex', _whole))))))))


class FastPages:
    """Reads the pages of one client.

    :ivar pages: pages read here
    :ivar fallbacks: pages left to botocore
    """

    def __init__(self) -> None:
        self.pages = 0
        self.fallbacks = 0
        self._readers: dict[str, Read] = {}

    def install(self, client: Any) -> None:
        """Read the pages that this EC2 client gets."""
        client.meta.events.register(_EVENT, self.before_parse)

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
        servers = [parsing.server(raw)
                   for reservation in self._reader(namespace)(
                       listing[0], memory)
                   for raw in reservation.get('Instances', ())]
        listing[0].clear()
        return servers, etree.tostring(root)

    def _reader(self, namespace: str) -> Read:
        if namespace not in self._readers:
            # Of one account there is one; a strange one takes its place.
            self._readers = {namespace: _RESERVATIONS.within(namespace)}
        return self._readers[namespace]


def _parsed(body: bytes) -> Any:
    """The root element; nothing is fetched and no entity is expanded."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _UnexpectedError('it has a document type')
    return root
