# SPDX-License-Identifier: Apache-2.0
"""Nova's own functional tests, unmodified, in front of an emulated EC2.

``suite`` finds the tests. The modules beside it put this driver in the place
of Nova's fake one and give what Nova's fixtures make up (images, networks,
volumes) a counterpart on EC2.
"""
