# SPDX-License-Identifier: Apache-2.0
"""The call that launches: what is in it, and what if its reply is lost."""

from tests.functional.nova import base


class LaunchCallTest(base.NovaTestCase):

    def test_tags_and_token_are_in_the_call(self):
        server = self.boot(name='db 1')
        self.assertEqual(0, self.count('CreateTags'))
        launch, = self.launches()
        self.assertRegex(launch['ClientToken'], '^[0-9a-f-]{1,64}$')
        for kind in ('instance', 'volume', 'network-interface'):
            tags = self.tags_in(launch, kind)
            self.assertEqual(
                (base.CLOUD, base.HOST, server['id'],
                 self.record(server).project_id, 'db 1'),
                tuple(tags[key] for key in (
                    'nova-ec2:cloud', 'nova-ec2:host', 'nova-ec2:server',
                    'nova-ec2:project', 'Name')))

    def test_at_most_fifteen_tags_are_our_own(self):
        self.boot()
        tags = self.tags_in(self.launches()[0])
        self.assertLessEqual(len(tags), 15)

    def test_the_metadata_service_asks_for_tokens(self):
        self.boot()
        self.assertEqual('required',
                         self.launches()[0]['MetadataOptions.HttpTokens'])

    def test_the_operator_may_allow_the_first_metadata_service(self):
        self.flags(group='ec2', imds_tokens='optional')
        self.boot()
        self.assertEqual('optional',
                         self.launches()[0]['MetadataOptions.HttpTokens'])

    def test_security_groups_of_the_operator_are_used(self):
        vpc = self.emulator.default_subnet(base.ZONE)['VpcId']
        group = self.ec2.create_security_group(
            GroupName='web', Description='web', VpcId=vpc)['GroupId']
        self.flags(group='ec2', security_group_ids=[group])
        self.restart()
        server = self.boot()
        self.assertEqual([group], self.instance_of(server)
                         ['interfaces'][0]['group_ids'])

    def test_the_hostname_is_in_a_tag_that_the_guest_may_read(self):
        server = self.boot(name='Web Server 1')
        launch, = self.launches()
        self.assertEqual('web-server-1',
                         self.tags_in(launch)['nova-ec2:hostname'])
        self.assertEqual(
            'enabled', launch['MetadataOptions.InstanceMetadataTags'])
        console = self.act(server, 'os-getConsoleOutput', {})
        self.assertIn('web-server-1', console['output'])


class LostReplyTest(base.NovaTestCase):

    def assert_one_runs(self, server):
        self.assertEqual(1, len(self.control.instances()))
        self.assertEqual('running', self.instance_of(server)['state'])
        self.assertEqual(
            1, len({call['ClientToken'] for call in self.launches()}))

    def test_a_reply_lost_after_the_launch(self):
        self.control.fault('reset_after', 'RunInstances')
        self.assert_one_runs(self.boot())
        self.assertEqual(2, self.count('RunInstances'))

    def test_a_reply_cut_short(self):
        self.control.fault('truncate', 'RunInstances')
        self.assert_one_runs(self.boot())

    def test_a_reply_that_is_no_xml(self):
        self.control.fault('garbage', 'RunInstances')
        self.assert_one_runs(self.boot())

    def test_a_connection_lost_before_the_launch(self):
        self.control.fault('reset_before', 'RunInstances')
        self.assert_one_runs(self.boot())

    def test_a_web_page_instead_of_an_answer(self):
        self.control.fault('html', 'RunInstances', status=502)
        self.assert_one_runs(self.boot())

    def test_throttling(self):
        self.control.fault('error', 'RunInstances', status=503, times=2,
                           code='RequestLimitExceeded',
                           message='Request limit exceeded.')
        self.assert_one_runs(self.boot())

    def test_a_reply_that_stays_lost_leaves_nothing_behind(self):
        self.flags(group='ec2', attempts=2)
        self.restart()
        self.control.fault('reset_after', 'RunInstances', times=0)
        self.until(self.create(), 'ERROR')
        self.assert_nothing_left()

    def test_failing_reads_while_it_starts_do_not_end_the_wait(self):
        self.control.settings(pending_seconds=1)
        self.control.fault('error', 'DescribeInstances', times=5)
        self.assert_one_runs(self.boot())


class LateVisibilityTest(base.NovaTestCase):
    EMULATOR = {'late_visibility_seconds': 1.0}

    def test_a_server_that_ec2_does_not_show_at_once(self):
        server = self.boot()
        self.assertEqual('running', self.instance_of(server)['state'])
        self.delete(server)
        self.assert_nothing_left()


class LaunchTimeoutTest(base.NovaTestCase):
    EMULATOR = {'pending_seconds': 3600}

    def test_a_server_that_never_runs_is_removed(self):
        self.flags(group='ec2', launch_timeout=1)
        self.restart()
        self.until(self.create(), 'ERROR')
        self.assert_nothing_left()
