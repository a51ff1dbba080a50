# SPDX-License-Identifier: Apache-2.0
"""A one-machine OpenStack with a private host and an EC2 host.

``python -m localcloud up|status|down`` starts, shows and stops it. One file a
service in services/, one file a configuration in config/, one file a one-time
job in steps/. All state is below build/cloud/, every socket on 127.0.0.1.
"""
