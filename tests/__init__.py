# SPDX-License-Identifier: Apache-2.0
"""All tests run on native threads, as nova-compute and neutron-server do.

Nova and Neutron each choose for their process when they are first imported,
and both are imported here: so it is chosen once, before either. Cinder runs
on eventlet, which Nova then refuses to be imported: its tests have a process
of their own, and say so with TESTS_OF=cinder. Neutron's own test base imports
eventlet too, though nothing of it is used: TESTS_OF=neutron.
"""

import gc
import os

if os.environ.get('TESTS_OF') == 'cinder':
    import eventlet

    # As cinder-volume begins, before anything else is imported.
    eventlet.monkey_patch()
elif os.environ.get('TESTS_OF') == 'neutron':
    # Chooses native threads, as it does in neutron-server.
    import neutron  # noqa: F401
else:
    os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = '1'

    from nova import monkey_patch

    monkey_patch.patch()

# A server's tests make and drop so many objects that looking for garbage as
# often as Python does by default takes a quarter of their time.
gc.set_threshold(50_000, 10, 10)
