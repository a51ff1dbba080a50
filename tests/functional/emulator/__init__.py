# SPDX-License-Identifier: Apache-2.0
"""The emulator, held to EC2's documentation."""

import os

# The developer's own profile, Region and keys are not for these tests, and
# botocore fails at a profile that is not there.
for _name in [name for name in os.environ if name.startswith('AWS_')]:
    del os.environ[_name]
