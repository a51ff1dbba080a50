# SPDX-License-Identifier: Apache-2.0
"""Tempest's compute tests against the local cloud with an EC2 host only."""
