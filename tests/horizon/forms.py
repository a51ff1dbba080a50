# SPDX-License-Identifier: Apache-2.0
"""Horizon's pages and forms, as a user works them."""

from selenium.common import exceptions
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from localcloud.browser import Browser

SECONDS = 90
# The page replaces its rows while they change.
PASSING = (exceptions.StaleElementReferenceException,
           exceptions.NoSuchElementException,
           exceptions.ElementClickInterceptedException,
           exceptions.ElementNotInteractableException)


class LaunchForm:
    """The Launch Instance wizard."""

    def __init__(self, page: Browser) -> None:
        self._page = page
        page.open('/project/instances/')
        click(page, By.ID, 'instances__action_launch-ng')
        page.wait_for(By.CSS_SELECTOR, '.modal-dialog input[name="name"]')

    def name(self, text: str) -> None:
        """Fill in the instance's name."""
        self._page.wait_for(
            By.CSS_SELECTOR, '.modal-dialog input[name="name"]').send_keys(
                text)

    def zone(self, name: str) -> None:
        """Choose the availability zone."""
        Select(self._page.wait_for(By.ID, 'availability-zone')
               ).select_by_visible_text(name)

    def step(self, title: str) -> None:
        """Go to a page of the wizard."""
        click(self._page, By.XPATH,
              '//li[contains(@class, "nav-item")]'
              f'[contains(normalize-space(.), "{title}")]')

    def allocate(self, row: str) -> None:
        """Press the arrow of the available row that shows a text."""
        click(self._page, By.XPATH,
              f'//tr[td[contains(normalize-space(.), "{row}")]]'
              '//button[contains(@class, "fa-arrow-up")]')

    def launch(self) -> None:
        """Press Launch Instance and wait until the form is gone."""
        click(self._page, By.CSS_SELECTOR, '.modal-dialog button.finish')
        WebDriverWait(self._page.driver, SECONDS).until_not(
            lambda driver: driver.find_elements(
                By.CSS_SELECTOR, '.modal-dialog button.finish'),
            'the form did not close')


def click(page: Browser, by: str, what: str) -> None:
    """Click the element that can be seen and clicked, once there is one."""
    def attempt(driver):
        shown = [element for element in driver.find_elements(by, what)
                 if element.is_displayed() and element.is_enabled()]
        if not shown:
            return False
        shown[0].click()
        return True
    WebDriverWait(page.driver, SECONDS, ignored_exceptions=PASSING).until(
        attempt, f'{what} could not be clicked')


def cell(page: Browser, name: str, column: str, wanted: str = '') -> str:
    """What the Instances page shows of a server in a column.

    :param wanted: wait until the cell shows this; anything by default
    """
    def attempt(driver):
        headings = [heading.text.replace('\n', ' ') for heading
                    in driver.find_elements(By.CSS_SELECTOR,
                                            '#instances th')]
        row = driver.find_element(
            By.XPATH, f'//table[@id="instances"]//tr[.//a[.="{name}"]]')
        cells = row.find_elements(By.TAG_NAME, 'td')
        text = cells[headings.index(column)].text
        return text if text and wanted in text else False
    return WebDriverWait(page.driver, SECONDS,
                         ignored_exceptions=(*PASSING, ValueError)).until(
        attempt, f'{name} did not show {wanted or "anything"} as {column}')


def gone(page: Browser, name: str) -> None:
    """Wait until the Instances page shows a server no more."""
    def attempt(_driver):
        page.open('/project/instances/')
        page.wait_text('Instances')
        return not page.driver.find_elements(
            By.XPATH, f'//table[@id="instances"]//a[.="{name}"]')
    WebDriverWait(page.driver, SECONDS, poll_frequency=2,
                  ignored_exceptions=PASSING).until(
        attempt, f'{name} is still shown')


def row_action(page: Browser, server_id: str, action: str) -> None:
    """Press an action of a server's row, in the menu if need be."""
    button = f'instances__row_{server_id}__action_{action}'
    shown = page.wait_present(By.ID, button)
    if not shown.is_displayed():
        click(page, By.CSS_SELECTOR,
              f'tr[data-object-id="{server_id}"] a.dropdown-toggle, '
              f'tr[data-object-id="{server_id}"] button.dropdown-toggle')
    click(page, By.ID, button)
