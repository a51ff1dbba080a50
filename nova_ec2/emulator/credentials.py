# SPDX-License-Identifier: Apache-2.0
"""Signatures: who calls, and may they.

"Signature Version 4", AWS Identity and Access Management User Guide; the
error codes are those of EC2 ("Common client error codes") and of STS.
"""

import dataclasses
import datetime
import hmac
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.ec2.models.availability_zones_and_regions import (
    RegionsAndZonesBackend,
)
from moto.sts.models import sts_backends

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.request import Call
from nova_ec2.emulator.world import World

_DATE = '%Y%m%dT%H%M%SZ'
_REGIONS = frozenset(
    name for name in RegionsAndZonesBackend.zones)


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    secret: str = dataclasses.field(repr=False)
    account_id: str
    token: str = dataclasses.field(default='', repr=False)
    expires: datetime.datetime | None = None


def check(world: World, call: Call) -> None:
    """Set the call's account; refuse what AWS would refuse."""
    known = _find(world, call)
    if known is None:
        if world.settings.check_credentials:
            raise _unknown(call)
        call.account_id = world.settings.credentials[0].account_id
        return
    call.account_id = known.account_id
    if not world.settings.check_credentials:
        return
    if call.region not in _REGIONS:
        raise _wrong(call, 'Credential should be scoped to a valid region, '
                     f"not '{call.region}'.")
    _check_dates(world, call, known)
    _check_signature(call, known)


def _find(world: World, call: Call) -> _Known | None:
    for one in world.settings.credentials:
        if one.access_key_id == call.access_key_id:
            return _Known(one.secret_access_key, one.account_id)
    for _, _, backend in list(sts_backends.iter_backends()):
        for role in backend.assumed_roles:
            if role.access_key_id == call.access_key_id:
                return _Known(role.secret_access_key, role.account_id,
                              role.session_token, role.expiration)
    return None


def _check_dates(world: World, call: Call, known: _Known) -> None:
    stamp = call.environ.get('HTTP_X_AMZ_DATE', '')
    try:
        signed = datetime.datetime.strptime(stamp, _DATE).replace(
            tzinfo=datetime.UTC)
    except ValueError:
        raise _wrong(call, 'The request has no valid X-Amz-Date.') from None
    age = (datetime.datetime.now(datetime.UTC) - signed).total_seconds()
    if abs(age) > world.settings.clock_skew_seconds:
        raise _expired(call)
    if known.expires is not None:
        expires = known.expires.replace(tzinfo=datetime.UTC)
        if world.clock.utc() >= expires:
            raise _expired(call)


def _check_signature(call: Call, known: _Known) -> None:
    token = call.environ.get('HTTP_X_AMZ_SECURITY_TOKEN', '')
    given = call.environ.get('HTTP_AUTHORIZATION', '').rpartition(
        'Signature=')[2]
    wanted = _signature(call, known)
    if not hmac.compare_digest(token.encode(), known.token.encode()):
        raise _unknown(call)
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise _wrong(
            call, 'The request signature we calculated does not match the '
            'signature you provided. Check your AWS Secret Access Key and '
            'signing method. Consult the service documentation for details.')


def _signature(call: Call, known: _Known) -> str:
    """What botocore's signer makes of the request as it was received."""
    environ = call.environ
    names = environ.get('HTTP_AUTHORIZATION', '').partition(
        'SignedHeaders=')[2].split(',')[0].split(';')
    headers = {name: _header(environ, name) for name in names}
    query = environ.get('QUERY_STRING', '')
    path = urllib.parse.quote(environ.get('PATH_INFO') or '/', safe='/~')
    request = AWSRequest(
        method=environ['REQUEST_METHOD'],
        url=f'http://{environ.get("HTTP_HOST", "")}{path}'
            f'{"?" + query if query else ""}',
        headers=headers, data=call.body)
    request.context['timestamp'] = environ['HTTP_X_AMZ_DATE']
    signer = SigV4Auth(Credentials(call.access_key_id, known.secret),
                       call.service, call.region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signature: str = signer.signature(text, request)
    return signature


def _header(environ: dict[str, str], name: str) -> str:
    key = name.upper().replace('-', '_')
    if key in ('CONTENT_TYPE', 'CONTENT_LENGTH'):
        return environ.get(key, '')
    return environ.get(f'HTTP_{key}', '')


def _unknown(call: Call) -> Refusal:
    if call.service == 'ec2':
        return Refusal('AuthFailure', 'AWS was not able to validate the '
                       'provided access credentials', 401)
    return Refusal('InvalidClientTokenId', 'The security token included in '
                   'the request is invalid.', 403)


def _wrong(call: Call, message: str) -> Refusal:
    if call.service == 'ec2':
        return Refusal('AuthFailure', message, 401)
    return Refusal('SignatureDoesNotMatch', message, 403)


def _expired(call: Call) -> Refusal:
    if call.service == 'ec2':
        return Refusal('RequestExpired', 'Request has expired.', 400)
    return Refusal('ExpiredToken', 'The security token included in the '
                   'request is expired', 403)
