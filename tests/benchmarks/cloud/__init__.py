# SPDX-License-Identifier: Apache-2.0
"""The local cloud with hosts to compare: what bursts are measured on."""
