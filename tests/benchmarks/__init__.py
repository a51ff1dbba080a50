# SPDX-License-Identifier: Apache-2.0
"""``make bench``: what the driver costs, measured; one file a benchmark.

Nothing here is a test: no figure makes ``make test`` or ``make bench`` fail.
"""
