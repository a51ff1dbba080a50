# SPDX-License-Identifier: Apache-2.0
"""Every error of this package, in one tree.

::

    NovaEC2Error
    +-- ConfigurationError        an option is missing or wrong; names it
    +-- RequestRefused            the request cannot become an EC2 call
    |   +-- ImageRefused          no AMI, unknown AMI, wrong architecture
    |   +-- FlavorRefused         no instance type fits, disk too small
    |   +-- KeyPairRefused        a key EC2 does not import
    |   +-- UserDataRefused       over EC2's limit
    |   +-- NetworkRefused        a port or address EC2 cannot serve
    |   +-- VolumeRefused         a volume that cannot be attached or grown
    |   +-- VolumeKindRefused     not an EBS volume at all
    |   +-- TooManyVolumes        the instance type takes no further one
    |   +-- AccountRefused        no account for the project, or another's
    |   +-- PriceUnknown          the price table has no figure for it
    +-- AWSError                  AWS answered with an error code
    |   +-- NotFound              the named thing does not exist
    |   +-- AlreadyExists         the thing to be made is there
    |   +-- CapacityExhausted     EC2 has no room for this type in this zone
    |   +-- QuotaExceeded         an account limit
    |   +-- SubnetFull            no free address left in the subnet
    |   +-- AddressTaken          the requested address is in use
    |   +-- InvalidRequest        a parameter EC2 does not accept
    |   +-- NotAuthorized         credentials wrong, expired or too weak
    |   +-- Throttled             too many calls
    |   +-- IncorrectState        its state refuses the call
    |   +-- TokenSpent            a client token was used before, differently
    |   +-- ServiceFault          EC2's own failure, or an unreadable body
    +-- EndpointUnreachable       nothing was sent
    +-- OutcomeUnknown            sent, but the reply was lost
    +-- WaitTimedOut              a wait ended; says what was seen last
    +-- VolumeHeld                the guest does not let go of a volume
    +-- LaunchFailed              the server died while starting; says why
    +-- AgentUnavailable          no agent in the guest takes commands
    +-- CommandFailed             a command in the guest did not succeed
    +-- BuildCancelled            the server is being deleted while it builds
    +-- NotOwned                  the resource belongs to somebody else
    +-- FleetUnavailable          the fleet could not be read; nothing is known
    +-- AccountUnavailable        the account cannot be entered; nothing sent
    +-- BudgetExhausted           it would cost more than may be spent
    +-- LedgerUnavailable         what may be spent cannot be known

aws/errors.py makes AWS's errors into these, ops/errors.py makes these into
Nova's. Both are tables, and a test proves both complete.
"""


class NovaEC2Error(Exception):
    """Root of the tree."""


class ConfigurationError(NovaEC2Error):
    """An option is missing or wrong.

    :param message: what is wrong and what to do
    :param option: the option to look at, as ``[group] name``
    """

    def __init__(self, message: str, option: str = '') -> None:
        super().__init__(f'{option}: {message}' if option else message)
        self.option = option


class RequestRefused(NovaEC2Error):
    """What was asked for cannot become an EC2 call. Nothing was sent."""


class ImageRefused(RequestRefused):
    """The image has no AMI, or one that cannot be booted here."""


class FlavorRefused(RequestRefused):
    """No instance type serves the flavor, or its disks cannot be made."""


class KeyPairRefused(RequestRefused):
    """EC2 does not import this kind of key."""


class UserDataRefused(RequestRefused):
    """The user data does not fit into EC2's limit."""


class NetworkRefused(RequestRefused):
    """A port or an address cannot be served by the EC2 subnet."""


class VolumeRefused(RequestRefused):
    """The volume cannot be attached to this server, or not be grown."""


class VolumeKindRefused(RequestRefused):
    """The volume is not an EBS volume.

    :param kind: what it is, as its ``driver_volume_type`` says
    """

    def __init__(self, message: str, kind: str = '') -> None:
        super().__init__(message)
        self.kind = kind


class TooManyVolumes(RequestRefused):
    """The instance type takes no further volume."""


class PriceUnknown(RequestRefused):
    """The price table says nothing, and nothing is taken as free."""


class AccountRefused(RequestRefused):
    """No account serves the project, or what it asks for is another's."""


class AWSError(NovaEC2Error):
    """AWS answered a call with an error.

    :param message: EC2's own words
    :param code: EC2's error code, for instance ``InvalidAMIID.NotFound``
    :param action: the API action, for instance ``RunInstances``
    :param request_id: AWS's id of the request, for its support
    """

    def __init__(self, message: str, *, code: str = '', action: str = '',
                 request_id: str = '') -> None:
        self.message = message
        self.code = code
        self.action = action
        self.request_id = request_id
        super().__init__(message)

    def __str__(self) -> str:
        # The code and the request's id come first: Nova cuts the messages of
        # faults after 255 characters.
        where = ': '.join(part for part in (self.action, self.code) if part)
        if self.request_id:
            where = f'{where} (AWS request {self.request_id})'.lstrip()
        return f'{where}: {self.message}' if where else self.message


class NotFound(AWSError):
    """The named thing does not exist: a fact, not a failure."""


class AlreadyExists(AWSError):
    """What was to be made is there: by an earlier try, or by others."""


class CapacityExhausted(AWSError):
    """EC2 has no room for this type in this zone just now."""


class QuotaExceeded(AWSError):
    """A limit of the account is reached."""


class SubnetFull(AWSError):
    """The subnet has no free address left."""


class AddressTaken(AWSError):
    """The requested private address is in use."""


class InvalidRequest(AWSError):
    """EC2 does not accept a parameter; asking again will not help."""


class NotAuthorized(AWSError):
    """The credentials are wrong, expired or lack a permission."""


class Throttled(AWSError):
    """Too many calls; asking again later helps."""


class IncorrectState(AWSError):
    """The resource is in a state in which EC2 refuses the call."""


class TokenSpent(AWSError):
    """The client token was used before with other parameters or is gone."""


class ServiceFault(AWSError):
    """EC2 failed, or answered with something nobody can parse."""


class EndpointUnreachable(NovaEC2Error):
    """No connection: the request was certainly not carried out."""


class OutcomeUnknown(NovaEC2Error):
    """The request was sent and the reply lost.

    Settled by client token or by tag before anything else is done.
    """


class WaitTimedOut(NovaEC2Error):
    """A wait ended without its state; the message says what was seen last."""


class VolumeHeld(NovaEC2Error):
    """A volume was not detached in time: the guest still uses it."""


class LaunchFailed(NovaEC2Error):
    """The server ended while it was starting.

    :param code: EC2's StateReason code, for instance
        ``Server.InsufficientInstanceCapacity``
    """

    def __init__(self, message: str, code: str = '') -> None:
        super().__init__(message)
        self.code = code


class AgentUnavailable(NovaEC2Error):
    """The guest has no SSM agent that takes commands just now."""


class CommandFailed(NovaEC2Error):
    """A command that the guest's agent ran did not succeed."""


class BuildCancelled(NovaEC2Error):
    """The server is being deleted while it builds."""


class NotOwned(NovaEC2Error):
    """The resource's tags name another cloud, host or server."""


class FleetUnavailable(NovaEC2Error):
    """The fleet could not be read, so nothing may be concluded from it."""


class BudgetExhausted(NovaEC2Error):
    """It would cost more than may be spent; says whose budget and how much.
    """


class LedgerUnavailable(NovaEC2Error):
    """The database of the ledger cannot be asked: nothing new may be spent.

    :param option: the option to look at, as ``[group] name``
    """

    def __init__(self, message: str, option: str = '') -> None:
        super().__init__(f'{message}; see {option}' if option else message)
        self.option = option


class AccountUnavailable(NovaEC2Error):
    """An account's role cannot be assumed, or leads to another account.

    What was to be done in the account was not sent.
    """
