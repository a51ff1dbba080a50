# SPDX-License-Identifier: Apache-2.0
"""What is installed, and what importing it drags in: each test in a Python
of its own."""
