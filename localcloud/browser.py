# SPDX-License-Identifier: Apache-2.0
"""Chromium without a screen, in front of the local cloud's Horizon."""

import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from selenium import webdriver
from selenium.common import exceptions
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.wait import WebDriverWait

from localcloud.cloud import Cloud

SECONDS = 60
FLAGS = (
    '--headless', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--disable-extensions', '--disable-dev-shm-usage',
    '--no-proxy-server', '--window-size=1600,1100',
    # Look up no host but this machine.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1')


def installed() -> bool:
    """Whether there is a browser to drive."""
    return bool(shutil.which('chromium') and shutil.which('chromedriver'))


class Browser:
    """One browser window; ends with its ``with`` block."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._profile = tempfile.TemporaryDirectory(
            prefix='localcloud-browser-', ignore_cleanup_errors=True)
        self.driver = self._start()

    def __enter__(self) -> 'Browser':
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and forget its profile."""
        self.driver.quit()
        self._profile.cleanup()

    def open(self, path: str) -> None:
        """Open a page of Horizon."""
        self.driver.get(self._cloud.url('horizon') + path)

    def sign_in(self, user: str) -> None:
        """Fill in Horizon's login form."""
        self.open('/auth/login/')
        self.wait_for(By.ID, 'id_username').send_keys(user)
        self.driver.find_element(By.ID, 'id_password').send_keys(
            self._cloud.passwords[user])
        self.driver.find_element(By.ID, 'loginBtn').click()
        self.wait_for(By.CSS_SELECTOR, '.context-project')

    def wait_for(self, by: str, what: str, seconds: float = SECONDS) -> Any:
        """The element, once it can be seen."""
        return WebDriverWait(self.driver, seconds).until(
            expected.visibility_of_element_located((by, what)),
            f'{what} did not appear')

    def wait_present(self, by: str, what: str,
                     seconds: float = SECONDS) -> Any:
        """The element, once the page has it, seen or not."""
        return WebDriverWait(self.driver, seconds).until(
            expected.presence_of_element_located((by, what)),
            f'{what} is not on the page')

    def wait_text(self, text: str, seconds: float = SECONDS) -> None:
        """Wait until the page shows a text."""
        WebDriverWait(self.driver, seconds, ignored_exceptions=(
            exceptions.StaleElementReferenceException,)).until(
                lambda driver: text in driver.find_element(
                    By.TAG_NAME, 'body').text, f'{text} is not on the page')

    def save(self, file: Path) -> None:
        """Write a picture of the window."""
        self.driver.save_screenshot(str(file))

    def _start(self) -> webdriver.Chrome:
        options = Options()
        options.binary_location = shutil.which('chromium')
        for flag in (*FLAGS, f'--user-data-dir={self._profile.name}'):
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument('--no-sandbox')
        return webdriver.Chrome(
            options=options, service=Service(shutil.which('chromedriver')))
