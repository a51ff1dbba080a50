# SPDX-License-Identifier: Apache-2.0
"""Files that tests want in their servers reach them by config drive.

EC2 has no other way. Nova's API samples send a file with each server where
the microversion still allows it, and most want to be shown no config drive,
for they did not ask for one.
"""

from typing import Any

from nova.api.openstack import api_version_request

_SAMPLES = 'nova.tests.functional.api_sample_tests.'
_WITHOUT = api_version_request.APIVersionRequest('2.57')
"""The first microversion without files."""


def deliver(test: Any) -> None:
    """Give servers config drives where the test wants files."""
    if not _wants_files(test):
        return
    test.flags(force_config_drive=True)
    # Else it would be shown as if it had been asked for.
    test.stub_out('nova.virt.configdrive.update_instance',
                  lambda instance: None)


def _wants_files(test: Any) -> bool:
    if 'injected_files' in test.id():
        return True
    if not type(test).__module__.startswith(_SAMPLES):
        return False
    version = getattr(test, 'microversion', None) or '2.1'
    return version != 'latest' and (
        api_version_request.APIVersionRequest(version) < _WITHOUT)
