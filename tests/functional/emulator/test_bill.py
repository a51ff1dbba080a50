# SPDX-License-Identifier: Apache-2.0
"""The emulator's bill, after "Amazon EC2 instance state changes" in the EC2
User Guide, which tells the states that are billed."""

from decimal import Decimal

from tests.functional.emulator import base

HOUR = 3600
LARGE = Decimal('0.096')
SMALL = Decimal('0.0208')
"""Of m5.large and t3.small in us-east-1, an hour."""


class BillTest(base.TestCase):

    def assert_bill(self, *lines):
        """What each run costs; the time that the test itself takes aside."""
        found = [Decimal(line['usd']) for line in self.control.bill()]
        self.assertEqual(len(lines), len(found), found)
        for wanted, one in zip(lines, found, strict=True):
            self.assertLessEqual(wanted, one)
            self.assertLess(one - wanted, LARGE / 60)

    def test_nothing_is_billed_while_pending_or_refused(self):
        self.launch()
        self.control.advance(base.STEP / 2)
        self.assert_bill()

    def test_a_running_instance_is_billed_by_the_second(self):
        self.running()
        self.control.advance(HOUR)
        self.assert_bill(LARGE)
        self.control.advance(HOUR / 2)
        self.assert_bill(LARGE * 3 / 2)

    def test_each_start_is_billed_for_a_minute_at_least(self):
        first = self.running()
        self.ec2.stop_instances(InstanceIds=[first])
        self.step()
        self.ec2.start_instances(InstanceIds=[first])
        self.step()
        self.ec2.terminate_instances(InstanceIds=[first])
        self.assert_bill(LARGE / 60, LARGE / 60)

    def test_stopping_stopped_and_shutting_down_are_not_billed(self):
        one = self.running()
        self.control.advance(HOUR)
        self.ec2.stop_instances(InstanceIds=[one])
        self.step(3)
        self.ec2.terminate_instances(InstanceIds=[one])
        self.step(20)
        self.assert_bill(LARGE)

    def test_it_is_billed_as_the_type_that_it_ran_as(self):
        one = self.running()
        self.control.advance(HOUR)
        self.ec2.stop_instances(InstanceIds=[one])
        self.step()
        self.ec2.modify_instance_attribute(
            InstanceId=one, InstanceType={'Value': 't3.small'})
        self.ec2.start_instances(InstanceIds=[one])
        self.step()
        self.control.advance(2 * HOUR)
        self.assert_bill(LARGE, 2 * SMALL)
