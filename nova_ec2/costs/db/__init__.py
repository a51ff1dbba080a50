# SPDX-License-Identifier: Apache-2.0
"""The ledger's database, shared by all services of a cloud."""
