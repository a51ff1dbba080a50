# SPDX-License-Identifier: Apache-2.0
"""Resizes that change the swap disk: another volume, never two, never none.
"""

from nova import objects

from tests.functional.nova.test_crash import CrashTestCase

ROOT = '/dev/xvda'


class SwapCase(CrashTestCase):
    EMULATOR = {'volume_seconds': 0.1}

    def setUp(self):
        super().setUp()
        self.flags(allow_resize_to_same_host=True)

    def boot_with(self, swap, **changes):
        self.server = self.boot(
            flavorRef=self.flavor(swap=swap), **changes)
        self.before = self.instance_of(self.server)

    def ask(self, swap, **changes):
        self.act(self.server, 'resize', {
            'flavorRef': self.flavor(swap=swap, **changes)})

    def resize(self, swap, **changes):
        self.ask(swap, **changes)
        self.until(self.server, 'VERIFY_RESIZE')

    def end(self, action):
        self.act(self.server, action)
        self.until(self.server, 'ACTIVE')

    def swap(self):
        """The volumes beside the root."""
        return [one for one in self.instance_of(self.server)['volumes']
                if one['device_name'] != ROOT]

    def assert_swap(self, *sizes):
        """A running server with such a swap disk, and no other volume."""
        now = self.instance_of(self.server)
        self.assertEqual((self.before['instance_id'], 'running'),
                         (now['instance_id'], now['state']))
        self.assertEqual(list(sizes),
                         [one['size_gib'] for one in self.swap()])
        self.assertTrue(all(one['delete_on_termination']
                            for one in now['volumes']), now)
        self.assertEqual(sorted(one['volume_id'] for one in now['volumes']),
                         self.emulator.left()['volumes'])

    def assert_goes(self):
        self.delete(self.server)
        self.assert_nothing_left()


class SwapTest(SwapCase):

    def test_none_before(self):
        self.boot_with(0)
        self.resize(1024)
        self.assert_swap(1)
        self.end('confirmResize')
        self.assert_swap(1)
        self.assert_goes()

    def test_none_before_and_none_again(self):
        self.boot_with(0)
        self.resize(1024)
        self.end('revertResize')
        self.assert_swap()

    def test_larger_and_smaller_under_the_same_name(self):
        self.boot_with(1024)
        name = self.swap()[0]['device_name']
        self.resize(3000)
        self.end('confirmResize')
        self.assert_swap(3)
        self.assertEqual(name, self.swap()[0]['device_name'])
        self.resize(2048)
        self.assert_swap(2)
        self.end('revertResize')
        self.assert_swap(3)
        self.assert_goes()

    def test_none_any_more_and_again(self):
        self.boot_with(1024)
        self.resize(0)
        self.assert_swap()
        self.end('revertResize')
        self.assert_swap(1)

    def test_it_is_known_after_a_new_launch(self):
        self.boot_with(0)
        self.resize(1024)
        self.end('confirmResize')
        noted, = [bdm.device_name for bdm in
                  objects.BlockDeviceMappingList.get_by_instance_uuid(
                      self.admin_context(), self.server['id'])
                  if bdm.guest_format == 'swap']
        self.assertEqual(self.swap()[0]['device_name'], noted)
        self.flags(shelved_offload_time=0)
        self.act(self.server, 'shelve')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.act(self.server, 'unshelve')
        self.until(self.server, 'ACTIVE')
        self.resize(2048)
        self.assertEqual([2], [one['size_gib'] for one in self.living()])

    def living(self):
        instance, = self.emulator.living()
        return [one for one in instance['volumes']
                if one['device_name'] != ROOT]

    def test_with_another_type_it_is_stopped_once(self):
        self.boot_with(1024)
        self.resize(2048, vcpu=4, memory_mb=16384, extra_specs={
            'ec2:instance_type': 'm5.xlarge'})
        self.assert_swap(2)
        self.assertEqual('m5.xlarge',
                         self.instance_of(self.server)['instance_type'])
        self.assertEqual(1, self.count('StopInstances'))

    def test_as_many_gib_as_before_is_no_change(self):
        self.boot_with(1000)
        self.resize(1024)
        self.assertEqual(0, self.count('StopInstances'))
        self.assert_swap(1)

    def test_volumes_of_cinder_stay(self):
        self.boot_with(1024)
        volume = self.cinder.add(size=1)
        self.api.post_server_volume(self.server['id'], {
            'volumeAttachment': {'volumeId': volume}})
        ebs = self.cinder.ebs[volume]
        self.wait_until(lambda: ebs in [one['volume_id']
                                        for one in self.swap()], 'it')
        self.resize(2048)
        self.assertEqual({(ebs, 1), (self.swap()[1]['volume_id'], 2)}, {
            (one['volume_id'], one['size_gib']) for one in self.swap()})

    def test_it_is_encrypted_where_the_flavor_says_so(self):
        encrypted = {'ec2:encrypted': 'true'}
        self.server = self.boot(flavorRef=self.flavor(extra_specs=encrypted))
        self.resize(1024, extra_specs=encrypted)
        shown, = self.ec2.describe_volumes(
            VolumeIds=[self.swap()[0]['volume_id']])['Volumes']
        self.assertTrue(shown['Encrypted'])


class SwapRefusedTest(SwapCase):

    def setUp(self):
        super().setUp()
        self.boot_with(1024)

    def refuse(self, action):
        self.control.fault('error', action, status=400,
                           code='VolumeLimitExceeded', message='Too many.')
        self.ask(2048)
        self._wait_for_action_fail_completion(
            self.server, 'resize', 'compute_resize_instance')
        self.until(self.server, 'ACTIVE')
        self.wait_until(lambda: self.instance_of(self.server)['state']
                        == 'running', 'it to run')
        self.assert_swap(1)

    def test_a_volume_that_ec2_does_not_make(self):
        self.refuse('CreateVolume')

    def test_a_volume_that_ec2_does_not_attach(self):
        self.refuse('AttachVolume')

    def test_a_mark_that_ec2_does_not_take(self):
        self.refuse('CreateTags')


class SwapCrashTest(SwapCase):
    """The service dies at a call; the next one gives back what was."""

    def die_in_resize(self, method, after, before=1024, wanted=2048):
        self.boot_with(before)
        self.die_at(method, after)
        self.ask(wanted)
        self.come_back()
        self.until(self.server, 'ACTIVE')
        self.wait_until(lambda: self.instance_of(self.server)['state']
                        == 'running', 'it to run')
        self.assert_swap(*([1] if before else []))
        self.assert_goes()

    def test_before_a_volume_is_made(self):
        self.die_in_resize('create_volume', after=False)

    def test_when_a_volume_was_made(self):
        self.die_in_resize('create_volume', after=True)

    def test_when_the_old_one_was_detached(self):
        self.die_in_resize('detach_volume', after=True)

    def test_when_the_new_one_was_attached(self):
        self.die_in_resize('attach_volume', after=True)

    def test_when_the_old_one_was_deleted(self):
        self.die_in_resize('delete_volume', after=True)

    def test_when_a_first_one_was_attached(self):
        self.die_in_resize('attach_volume', after=True, before=0)

    def test_when_the_only_one_was_detached(self):
        self.die_in_resize('detach_volume', after=True, wanted=0)

    def test_deleted_where_it_died(self):
        self.boot_with(1024)
        self.die_at('detach_volume', after=True)
        self.ask(2048)
        self.wait_until(self.crash.dead.is_set, 'the crash')
        self.crash.over()
        self.delete(self.server)
        self.assertEqual([], self.emulator.living())
        self.sync_power()
        self.assert_nothing_left()
