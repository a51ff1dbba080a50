# SPDX-License-Identifier: Apache-2.0
"""Which AWS account, and which role in it, serves a project."""
