# SPDX-License-Identifier: Apache-2.0
"""Budgets refuse, warn and stop, through Nova's API."""

import time

from tests.functional.nova import spending

RICH = 'cloud: {month: 100000}\n'
POOR = 'cloud: {month: 0.000001}\n'


class BudgetTest(spending.SpendingTestCase):

    BUDGETS = RICH

    def event_types(self):
        return [one.event_type for one in self.notifier.notifications
                if one.event_type.startswith('ec2.')]

    def failed(self, server, action, event):
        """What Nova notes of a verb that failed."""
        return self._wait_for_action_fail_completion(
            server, action, event)['details']

    def test_a_build_beyond_the_budget_says_whose_and_how_much(self):
        self.budgets(POOR)
        words = self.refused()
        self.assertIn('budget of the cloud for the month', words)
        self.assertIn('would add', words)
        self.assertEqual(0, self.count('RunInstances'))
        self.assertEqual([], self.kept())

    def test_a_project_has_a_budget_of_its_own(self):
        project = self.api.project_id
        self.budgets(f'{RICH}projects:\n  {project}: {{day: 0}}\n')
        self.assertIn(f'budget of project {project} for the day',
                      self.refused())

    def test_starts_and_resizes_beyond_the_budget_change_nothing(self):
        self.flags(allow_resize_to_same_host=True)
        server = self.boot()
        self.budgets(POOR)
        self.act(server, 'resize', {'flavorRef': spending.LARGE})
        words = self.failed(server, 'resize', 'compute_resize_instance')
        self.assertIn('budget of the cloud', words)
        self.until(server, 'ACTIVE')
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.act(server, 'os-start')
        self.assertIn('budget of the cloud', self.failed(
            server, 'start', 'compute_start_instance'))
        self.assertEqual('SHUTOFF',
                         self.api.get_server(server['id'])['status'])
        self.budgets(RICH)
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.delete(server)
        self.assertEqual([], self.kept())
        self.assert_agrees()

    def test_a_server_beyond_the_budget_stays_shelved(self):
        self.flags(shelved_offload_time=0)
        server = self.boot()
        self.act(server, 'shelve')
        self.until(server, 'SHELVED_OFFLOADED')
        self.budgets(POOR)
        self.act(server, 'unshelve')
        self.assertIn('budget of the cloud', self.failed(
            server, 'unshelve', 'compute_unshelve_instance'))
        self.until(server, 'SHELVED_OFFLOADED')
        self.assertEqual([], self.emulator.living())
        self.assertEqual([], self.kept())
        self.budgets(RICH)
        self.act(server, 'unshelve')
        self.until(server, 'ACTIVE')

    def test_a_share_of_the_budget_is_warned_of_once(self):
        server = self.boot()
        self.control.advance(3600)
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.budgets('cloud: {month: {limit: 1, warn_at: 1%}}\n')
        for _ in range(2):
            self.driver.get_num_instances()
        self.assertEqual(['ec2.budget.warning'], self.event_types())

    def test_without_the_database_nothing_starts_and_what_runs_ends(self):
        server = self.boot()
        aside = self.database.with_suffix('.away')
        self.database.rename(aside)
        self.database.mkdir()
        self.driver.get_num_instances()
        self.assertIn('the database of the ledger cannot be used',
                      self.refused(name='other'))
        self.assertEqual('running', self.instance_of(server)['state'])
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.database.rmdir()
        aside.rename(self.database)
        self.driver.get_num_instances()
        self.assertEqual(['closed'],
                         [state for _, state in self.written()])
        self.delete(server)

    def test_it_is_told_once_and_servers_stop_only_where_chosen(self):
        server = self.boot()
        project = server['tenant_id']
        self.budgets(f'projects: {{{project}: {{month: 0.000001}}}}\n')
        self.driver.get_num_instances()
        self.driver.get_num_instances()
        self.assertEqual(['ec2.budget.exhausted'], self.event_types())
        self.assertEqual('running', self.instance_of(server)['state'])
        time.sleep(0.01)
        self.budgets(f'projects: {{{project}: {{month: {{limit: 0.000001, '
                     f'on_exhausted: stop}}}}}}\n')
        self.driver.get_num_instances()
        self.until(server, 'SHUTOFF')
        self.assertEqual('stopped', self.instance_of(server)['state'])
        self.assertIn('ec2-budget', [
            one['action'] for one in
            self.admin_api.get_instance_actions(server['id'])])
        self.assertEqual(['ec2.budget.exhausted'], self.event_types())
