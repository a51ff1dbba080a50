# SPDX-License-Identifier: Apache-2.0
"""Cinder's volumes on EBS."""
