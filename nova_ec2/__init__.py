# SPDX-License-Identifier: Apache-2.0
"""nova_ec2: Amazon EC2 as one more hypervisor of an OpenStack cloud."""
