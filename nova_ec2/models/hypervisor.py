# SPDX-License-Identifier: Apache-2.0
"""What an EC2 host calls itself in Nova."""

HYPERVISOR_TYPE = 'ec2'
"""``hypervisor_type`` of our compute nodes: the driver reports it, the
scheduler's weighers know an EC2 host by it."""
