# SPDX-License-Identifier: Apache-2.0
"""AWS's errors become ours, by one table.

:data:`BY_CODE` knows the codes that EC2 documents for the calls in ``api/``;
a code that is not there is placed by its ending and HTTP status, so every
error of AWS has a class here (a test feeds botocore's whole error tree
through :func:`translate`).
"""

from botocore import exceptions as boto

from nova_ec2 import exceptions as exc

BY_CODE: dict[str, type[exc.AWSError]] = {
    # Capacity: another type, zone or host may have room.
    'InsufficientInstanceCapacity': exc.CapacityExhausted,
    'InsufficientHostCapacity': exc.CapacityExhausted,
    'InsufficientReservedInstanceCapacity': exc.CapacityExhausted,
    'InsufficientCapacity': exc.CapacityExhausted,
    'InsufficientCapacityOnHost': exc.CapacityExhausted,
    'SpotMaxPriceTooLow': exc.CapacityExhausted,
    'Unsupported': exc.CapacityExhausted,
    # Limits of the account.
    'VcpuLimitExceeded': exc.QuotaExceeded,
    'InstanceLimitExceeded': exc.QuotaExceeded,
    'MaxSpotInstanceCountExceeded': exc.QuotaExceeded,
    'VolumeLimitExceeded': exc.QuotaExceeded,
    'SnapshotLimitExceeded': exc.QuotaExceeded,
    'ServiceQuotaExceededException': exc.QuotaExceeded,
    'ConcurrentLimitExceededException': exc.QuotaExceeded,
    'ResourceLimitExceeded': exc.QuotaExceeded,
    'ResourceCountExceeded': exc.QuotaExceeded,
    'AddressLimitExceeded': exc.QuotaExceeded,
    'SecurityGroupsPerInstanceLimitExceeded': exc.QuotaExceeded,
    'TagLimitExceeded': exc.QuotaExceeded,
    'PendingSnapshotLimitExceeded': exc.QuotaExceeded,
    'ConcurrentSnapshotLimitExceeded': exc.QuotaExceeded,
    'ConcurrentCreateImageNoRebootLimitExceeded': exc.QuotaExceeded,
    'AMIQuotaExceeded': exc.QuotaExceeded,
    'AttachmentLimitExceeded': exc.QuotaExceeded,
    'RulesPerSecurityGroupLimitExceeded': exc.QuotaExceeded,
    'SecurityGroupsPerInterfaceLimitExceeded': exc.QuotaExceeded,
    # Addresses.
    'InsufficientFreeAddressesInSubnet': exc.SubnetFull,
    'InsufficientAddressCapacity': exc.SubnetFull,
    'InvalidIPAddress.InUse': exc.AddressTaken,
    'PrivateIpAddressLimitExceeded': exc.QuotaExceeded,
    # Who asks.
    'AuthFailure': exc.NotAuthorized,
    'UnauthorizedOperation': exc.NotAuthorized,
    'AccessDenied': exc.NotAuthorized,
    'AccessDeniedException': exc.NotAuthorized,
    'InvalidClientTokenId': exc.NotAuthorized,
    'UnrecognizedClientException': exc.NotAuthorized,
    'SignatureDoesNotMatch': exc.NotAuthorized,
    'IncompleteSignature': exc.NotAuthorized,
    'MissingAuthenticationToken': exc.NotAuthorized,
    'ExpiredToken': exc.NotAuthorized,
    'RequestExpired': exc.NotAuthorized,
    'OptInRequired': exc.NotAuthorized,
    'Blocked': exc.NotAuthorized,
    'PendingVerification': exc.NotAuthorized,
    # Pace.
    'RequestLimitExceeded': exc.Throttled,
    'Throttling': exc.Throttled,
    'ThrottlingException': exc.Throttled,
    'RequestThrottled': exc.Throttled,
    'TooManyRequestsException': exc.Throttled,
    'RequestThrottledException': exc.Throttled,
    'TooManyUpdates': exc.Throttled,
    'EC2ThrottledException': exc.Throttled,
    'SlowDown': exc.Throttled,
    # States.
    'IncorrectInstanceState': exc.IncorrectState,
    'IncorrectState': exc.IncorrectState,
    'IncorrectSpotRequestState': exc.IncorrectState,
    'OperationNotPermitted': exc.IncorrectState,
    'InstanceAlreadyLinked': exc.IncorrectState,
    'InvalidSnapshot.InUse': exc.IncorrectState,
    'VolumeInUse': exc.IncorrectState,
    'DependencyViolation': exc.IncorrectState,
    # Systems Manager: the agent is not online.
    'InvalidInstanceId': exc.IncorrectState,
    'EC2InstanceStateInvalidException': exc.IncorrectState,
    'EC2InstanceUnavailableException': exc.IncorrectState,
    'SerialConsoleSessionUnavailableException': exc.IncorrectState,
    'SerialConsoleSessionLimitExceededException': exc.QuotaExceeded,
    'SerialConsoleAccessDisabledException': exc.NotAuthorized,
    'AuthException': exc.NotAuthorized,
    'InvalidNetworkInterface.InUse': exc.IncorrectState,
    'InvalidPlacementGroup.InUse': exc.IncorrectState,
    # What is there already.
    'InvalidGroup.Duplicate': exc.AlreadyExists,
    'InvalidPermission.Duplicate': exc.AlreadyExists,
    'RouteAlreadyExists': exc.AlreadyExists,
    'Resource.AlreadyAssociated': exc.AlreadyExists,
    # Tokens.
    'IdempotentParameterMismatch': exc.TokenSpent,
    'IdempotentInstanceTerminated': exc.TokenSpent,
    'InvalidIdempotentParameter': exc.TokenSpent,
    # Absence.
    'InvalidAMIID.Unavailable': exc.NotFound,
    'InvalidAMIID.NotFound': exc.NotFound,
    'InvalidKeyPair.NotFound': exc.NotFound,
    'InvalidPlacementGroup.Unknown': exc.NotFound,
    'InvalidSnapshot.NotFound': exc.NotFound,
    'ResourceNotFoundException': exc.NotFound,
    'NotFoundException': exc.NotFound,
    'InvalidInstanceID.NotFound': exc.NotFound,
    'EC2InstanceNotFoundException': exc.NotFound,
    'NoSuchResourceException': exc.NotFound,
    'InvalidSpotInstanceRequestID.NotFound': exc.NotFound,
    'InvocationDoesNotExist': exc.NotFound,
    'ParameterNotFound': exc.NotFound,
    # EC2's own failures.
    'InternalError': exc.ServiceFault,
    'InternalFailure': exc.ServiceFault,
    'ServiceUnavailable': exc.ServiceFault,
    'Unavailable': exc.ServiceFault,
    'Server.InternalError': exc.ServiceFault,
}

_BY_ENDING: tuple[tuple[str, type[exc.AWSError]], ...] = (
    ('.NotFound', exc.NotFound),
    ('LimitExceeded', exc.QuotaExceeded),
)

_NEVER_SENT = (
    boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.SSLError,
    boto.ProxyConnectionError,
)
_NO_CREDENTIALS = (
    boto.NoCredentialsError, boto.PartialCredentialsError,
    boto.CredentialRetrievalError, boto.TokenRetrievalError,
    boto.SSOError,
)


def translate(error: Exception, action: str) -> exc.NovaEC2Error:
    """Turn what botocore raised for ``action`` into an error of ours.

    :param error: a ``ClientError`` or any ``BotoCoreError``
    :returns: the error to raise (``from error``); never raises itself
    """
    if isinstance(error, boto.ClientError):
        return _answered(error, action)
    if isinstance(error, _NEVER_SENT):
        return exc.EndpointUnreachable(f'{action}: {error}')
    if isinstance(error, boto.HTTPClientError):
        return exc.OutcomeUnknown(f'{action}: the reply was lost: {error}')
    if isinstance(error, boto.ParamValidationError):
        return exc.InvalidRequest(str(error), code='ParamValidation',
                                  action=action)
    if isinstance(error, _NO_CREDENTIALS):
        return exc.NotAuthorized(str(error), code='NoCredentials',
                                 action=action)
    return exc.ServiceFault(_brief(error), code=type(error).__name__,
                            action=action)


def _answered(error: boto.ClientError, action: str) -> exc.AWSError:
    response = error.response
    code = response.get('Error', {}).get('Code', '')
    message = response.get('Error', {}).get('Message', '') or str(error)
    metadata = response.get('ResponseMetadata', {})
    kind = classify(code, metadata.get('HTTPStatusCode', 400))
    return kind(message, code=code, action=action,
                request_id=metadata.get('RequestId', ''))


def classify(code: str, http_status: int) -> type[exc.AWSError]:
    """The class of an EC2 error code; every code has one."""
    known = BY_CODE.get(code)
    if known:
        return known
    for ending, kind in _BY_ENDING:
        if code.endswith(ending):
            return kind
    return exc.ServiceFault if http_status >= 500 else exc.InvalidRequest


def _brief(error: Exception) -> str:
    """An unparsable body may be a whole page: keep its beginning."""
    text = ' '.join(str(error).split())
    return text if len(text) <= 300 else text[:300] + ' ...'
