# SPDX-License-Identifier: Apache-2.0
"""Our errors become Cinder's, by one table."""

import contextlib
from collections.abc import Callable, Iterator

from cinder import exception as cinder_exc

from nova_ec2 import exceptions as exc


def _failed(reason: str) -> Exception:
    return cinder_exc.VolumeBackendAPIException(data=reason)


def _invalid(reason: str) -> Exception:
    return cinder_exc.InvalidVolume(reason=reason)


def _input(reason: str) -> Exception:
    return cinder_exc.InvalidInput(reason=reason)


def _image(reason: str) -> Exception:
    return cinder_exc.ImageUnacceptable(image_id='?', reason=reason)


def _not_ready(reason: str) -> Exception:
    return cinder_exc.VolumeDriverException(message=reason)


# All others are EC2's refusal or failure of what was asked.
TABLE: dict[type[exc.NovaEC2Error], Callable[[str], Exception]] = {
    exc.ConfigurationError: _not_ready,
    exc.RequestRefused: _input,
    exc.ImageRefused: _image,
    exc.VolumeRefused: _invalid,
    exc.IncorrectState: _invalid,
    exc.NovaEC2Error: _failed,
}


@contextlib.contextmanager
def as_cinder() -> Iterator[None]:
    """Raise Cinder's exception for whatever of ours is raised inside."""
    try:
        yield
    except exc.NovaEC2Error as error:
        make = next(TABLE[kind] for kind in type(error).__mro__
                    if kind in TABLE)
        raise make(str(error)) from error
