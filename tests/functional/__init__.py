# SPDX-License-Identifier: Apache-2.0
"""Functional tests: real Nova in this process, EC2 over HTTP.

No test may reach a real account, whoever runs it.
"""

import os

os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'
os.environ['AWS_CONFIG_FILE'] = os.devnull
os.environ['AWS_SHARED_CREDENTIALS_FILE'] = os.devnull
for _name in ('AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION',
              'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',
              'AWS_SESSION_TOKEN'):
    os.environ.pop(_name, None)
