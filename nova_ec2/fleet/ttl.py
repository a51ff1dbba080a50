# SPDX-License-Identifier: Apache-2.0
"""How long what is known stays known, in seconds; all of it here.

Intervals that an operator may change are options of ``[ec2]`` instead.
"""

INSTANCE_TYPES = 12 * 3600
"""AWS adds types now and then; a day-old catalogue serves as well."""

IMAGE = 300
"""An available AMI's figures never change; only its removal is missed, and
RunInstances tells of that."""

KEY = 3600
"""A key that was imported; one deleted on EC2 shows in RunInstances."""

SUBNET = 30
"""Zone, VPC and CIDR never change; IPv6 block and reservations may."""

UNAVAILABLE_OFFERING = 180
"""After a capacity error a type in a zone is not tried for this long."""

QUOTAS = 300
"""vCPU quotas; AWS raises them on request, now and then."""

VISIBILITY = 60
"""EC2 may not know a new id for some seconds. A launched server that is
missing from a listing counts as there for this long."""
