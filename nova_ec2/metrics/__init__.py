# SPDX-License-Identifier: Apache-2.0
"""What nova-compute shows to Prometheus."""
