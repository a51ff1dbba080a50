# SPDX-License-Identifier: Apache-2.0
"""When and where to burst: pure functions, free of boto and of Nova."""
