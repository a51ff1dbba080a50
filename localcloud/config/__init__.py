# SPDX-License-Identifier: Apache-2.0
"""The configuration files, one module a project."""
