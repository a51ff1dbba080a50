# SPDX-License-Identifier: Apache-2.0
"""Our errors become Nova's, by one table.

Nova decides by an exception's class whether a build is tried on another host,
so each error has two columns: what a build gets, and what any other verb gets.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from nova import exception as nova_exc

from nova_ec2 import exceptions as exc

# From a Nova instance and the reason.
Make = Callable[[Any, str], Exception]


def _abort(instance: Any, reason: str) -> Exception:
    """The build ends here: another host would fail alike."""
    return nova_exc.BuildAbortException(instance_uuid=instance.uuid,
                                        reason=reason)


def _elsewhere(instance: Any, reason: str) -> Exception:
    """The build is tried on another host: this one has no room."""
    return nova_exc.ComputeResourcesUnavailable(reason=reason)


def _failed(instance: Any, reason: str) -> Exception:
    """The build is tried on another host: this one did not manage."""
    return nova_exc.InstanceDeployFailure(reason=reason)


def _deleting(instance: Any, reason: str) -> Exception:
    return nova_exc.UnexpectedDeletingTaskStateError(
        instance_uuid=instance.uuid, expected={'task_state': 'spawning'},
        actual={'task_state': 'deleting'})


def _invalid(instance: Any, reason: str) -> Exception:
    return nova_exc.InvalidInput(reason=reason)


def _image(instance: Any, reason: str) -> Exception:
    return nova_exc.ImageUnacceptable(image_id=instance.image_ref,
                                      reason=reason)


def _gone(instance: Any, reason: str) -> Exception:
    return nova_exc.InstanceNotFound(instance_id=instance.uuid)


def _unready(instance: Any, reason: str) -> Exception:
    return nova_exc.VirtDriverNotReady(reason)


def _internal(instance: Any, reason: str) -> Exception:
    return nova_exc.InternalError(reason)


def _forbidden(instance: Any, reason: str) -> Exception:
    return nova_exc.Forbidden(reason)


def _state(instance: Any, reason: str) -> Exception:
    return nova_exc.InstanceUnacceptable(instance_id=instance.uuid,
                                         reason=reason)


def _volume(instance: Any, reason: str) -> Exception:
    return nova_exc.InvalidVolume(reason=reason)


def _volume_kind(instance: Any, reason: str) -> Exception:
    return nova_exc.VolumeDriverNotFound(reason)


def _devices(instance: Any, reason: str) -> Exception:
    return nova_exc.TooManyDiskDevices(reason)


def _held(instance: Any, reason: str) -> Exception:
    return nova_exc.DeviceDetachFailed(reason)


def _no_agent(instance: Any, reason: str) -> Exception:
    return nova_exc.InstanceAgentNotEnabled(reason)


@dataclasses.dataclass(frozen=True)
class _Row:
    build: Make
    verb: Make


TABLE: dict[type[exc.NovaEC2Error], _Row] = {
    exc.ConfigurationError: _Row(_abort, _internal),
    exc.RequestRefused: _Row(_abort, _invalid),
    exc.ImageRefused: _Row(_image, _image),
    exc.FlavorRefused: _Row(_abort, _invalid),
    exc.KeyPairRefused: _Row(_abort, _invalid),
    exc.UserDataRefused: _Row(_abort, _invalid),
    exc.NetworkRefused: _Row(_abort, _invalid),
    exc.VolumeRefused: _Row(_abort, _volume),
    exc.VolumeKindRefused: _Row(_abort, _volume_kind),
    exc.TooManyVolumes: _Row(_abort, _devices),
    exc.AccountRefused: _Row(_abort, _invalid),
    exc.PriceUnknown: _Row(_abort, _invalid),
    exc.AWSError: _Row(_failed, _internal),
    exc.NotFound: _Row(_abort, _gone),
    exc.CapacityExhausted: _Row(_elsewhere, _elsewhere),
    exc.QuotaExceeded: _Row(_abort, _elsewhere),
    exc.SubnetFull: _Row(_abort, _elsewhere),
    exc.AlreadyExists: _Row(_abort, _invalid),
    exc.AddressTaken: _Row(_abort, _invalid),
    exc.InvalidRequest: _Row(_abort, _invalid),
    exc.NotAuthorized: _Row(_abort, _forbidden),
    exc.Throttled: _Row(_failed, _internal),
    exc.IncorrectState: _Row(_failed, _state),
    exc.TokenSpent: _Row(_failed, _internal),
    exc.ServiceFault: _Row(_failed, _internal),
    exc.EndpointUnreachable: _Row(_failed, _unready),
    exc.OutcomeUnknown: _Row(_failed, _internal),
    exc.WaitTimedOut: _Row(_failed, _internal),
    exc.VolumeHeld: _Row(_abort, _held),
    exc.LaunchFailed: _Row(_abort, _internal),
    exc.AgentUnavailable: _Row(_abort, _no_agent),
    exc.CommandFailed: _Row(_abort, _internal),
    exc.BuildCancelled: _Row(_deleting, _deleting),
    exc.NotOwned: _Row(_abort, _gone),
    exc.FleetUnavailable: _Row(_failed, _unready),
    exc.AccountUnavailable: _Row(_abort, _unready),
    exc.BudgetExhausted: _Row(_abort, _forbidden),
    exc.LedgerUnavailable: _Row(_abort, _internal),
}


@contextlib.contextmanager
def as_nova(instance: Any, *, building: bool = False) -> Iterator[None]:
    """Raise Nova's exception for whatever of ours is raised inside.

    :param instance: the server that the verb is for
    :param building: take the table's column for builds
    """
    try:
        yield
    except exc.NovaEC2Error as error:
        raise translated(instance, error, building=building) from error


def translated(instance: Any, error: exc.NovaEC2Error, *,
               building: bool = False) -> Exception:
    """Nova's exception for one of ours; :func:`as_nova` has the parameters.
    """
    row = TABLE[type(error)]
    return (row.build if building else row.verb)(instance, str(error))
