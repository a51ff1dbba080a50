# SPDX-License-Identifier: Apache-2.0
"""Nova's API samples without the documents that its wheel leaves out.

A test compares the API's answer with a template, which is there, and then
the template with the sample of Nova's documentation, which is not and tells
nothing about a driver. The answer itself stands in for that sample.
"""

import functools
import tempfile
from pathlib import Path
from typing import Any

from nova.tests.functional import api_samples_test_base

_DEFAULT = {'v2', 'v2_1', 'v2_1_noproject_id'}
"""Scenarios that reach the same code by different URLs; one is enough."""


def install() -> None:
    """For this process."""
    base = api_samples_test_base.ApiSampleTestBase
    verify = base._verify_response

    @functools.wraps(verify)
    def with_sample(self: Any, name: str, subs: Any, response: Any,
                    exp_code: int, update_links: bool = True) -> Any:
        with tempfile.TemporaryDirectory() as directory:
            sample = Path(directory) / 'sample.json'
            sample.write_text(response.text)
            self._get_sample = lambda *_args, **_kwargs: str(sample)
            return verify(self, name, subs, response, exp_code, update_links)
    base._verify_response = with_sample


def one_scenario(test: type) -> None:
    """Have a test class run once, not once for each way to the API."""
    scenarios = getattr(test, 'scenarios', None)
    if scenarios and {name for name, _ in scenarios} == _DEFAULT:
        test.scenarios = [one for one in scenarios if one[0] == 'v2_1']
