# SPDX-License-Identifier: Apache-2.0
"""Names that more than one room uses."""

PRIVATE_HOST = 'private'
PRIVATE_ZONE = 'nova'
"""Nova's zone for hosts that are in none."""
