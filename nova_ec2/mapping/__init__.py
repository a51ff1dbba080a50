# SPDX-License-Identifier: Apache-2.0
"""Nova's objects into models/: pure functions, no I/O, one noun a file.

``launch`` puts the others together. Whatever cannot become an EC2 call is
refused here with a subclass of :class:`nova_ec2.exceptions.RequestRefused`,
before anything is sent.
"""
