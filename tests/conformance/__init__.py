# SPDX-License-Identifier: Apache-2.0
"""Tests that others wrote, run against this driver."""
