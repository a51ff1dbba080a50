# SPDX-License-Identifier: Apache-2.0
from nova_ec2.driver import EC2Driver  # noqa: F401
