# SPDX-License-Identifier: Apache-2.0
"""What is done once during a start, one module each."""
