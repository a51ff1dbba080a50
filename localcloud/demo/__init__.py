# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a private cloud that bursts onto EC2."""
