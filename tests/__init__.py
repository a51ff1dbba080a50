# SPDX-License-Identifier: Apache-2.0
"""All tests run on native threads, as nova-compute and neutron-server do.

Nova and Neutron each choose for their process when they are first imported,
and both are imported here: so it is chosen once, before either.
"""

import os

os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = '1'

from nova import monkey_patch  # noqa: E402

monkey_patch.patch()
