# SPDX-License-Identifier: Apache-2.0
"""The words every room shares: frozen values, free of boto and of Nova."""
