# SPDX-License-Identifier: Apache-2.0
"""An EC2 to test and demonstrate against.

moto's EC2 and STS served over HTTP on 127.0.0.1, made strict where EC2 is
strict, with faults on demand. ``server.Emulator`` runs it in this process,
``python -m nova_ec2.emulator`` in one of its own, and ``client.Control``
steers either. It never talks to AWS.
"""
