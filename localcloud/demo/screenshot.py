# SPDX-License-Identifier: Apache-2.0
"""A picture of Horizon's Instances page."""

from pathlib import Path

from selenium.common.exceptions import WebDriverException

from localcloud import browser, errors, progress
from localcloud.cloud import ROOT, Cloud

FILE = ROOT / 'build' / 'demo' / 'horizon-instances.png'


def take(cloud: Cloud, servers: list[str]) -> Path | None:
    """Sign in as demo, open the page, and save what it shows.

    :param servers: names that the page must show
    :returns: the file; None where there is no Chromium
    """
    if not browser.installed():
        progress.say('WARNING: SCREENSHOT SKIPPED: no Chromium with '
                     'ChromeDriver is installed here')
        return None
    FILE.parent.mkdir(parents=True, exist_ok=True)
    try:
        with browser.Browser(cloud) as page:
            page.sign_in('demo')
            page.open('/project/instances/')
            for name in servers:
                page.wait_text(name)
            page.save(FILE)
    except WebDriverException as error:
        raise errors.CloudError(
            f'no picture of Horizon: {error.msg}') from error
    return FILE
