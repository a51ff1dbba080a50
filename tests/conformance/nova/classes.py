# SPDX-License-Identifier: Apache-2.0
"""Which of Nova's functional test classes are run.

Whole modules, or classes of a module. Left out are classes that are about
another driver (so is test_attached_volumes, about libvirt's) or about
resources that no server on EC2 has: accelerators, nested resource providers,
live migration.
"""

FUNCTIONAL = 'nova.tests.functional'

CLASSES: dict[str, tuple[str, ...]] = {
    # Module: classes, or nothing for all of them.
    'test_servers': (
        'ConsumerGenerationConflictTest',
        'CreateServerConstraintsTest',
        'PollUnconfirmedResizesTest',
        'PortBindingShelvedServerTest',
        'ServerBuildAbortTests',
        'ServerDeleteBuildTests',
        'ServerMovingTests',
        'ServerRebuildTestCase',
        'ServerRebuildTestCaseV293',
        'ServerRescheduleTests',
        'ServerSoftDeleteTests',
        'ServerTestV220',
        'ServerTestV256MultiCellTestCase',
        'ServerTestV256RescheduleTestCase',
        'ServerTestV256SingleCellMultiHostTestCase',
        'ServerTestV269',
        'ServerUnshelveSpawnFailTests',
        'ServersTest',
        'ServersTestV21',
        'ServersTestV219',
        'ServersTestV280',
        'TraitsBasedSchedulingTest',
        'VolumeBackedServerTest',
    ),
    'test_aggregates': (),
    'test_availability_zones': (),
    'test_boot_from_volume': (),
    'test_cold_migrate': (),
    'test_cross_az_attach': (),
    'test_instance_actions': (),
    'test_multiattach': (),
    'test_server_group': ('ServerGroupTestV21', 'ServerGroupTestV264'),
    'test_server_rescue': (),
    'wsgi.test_interfaces': (),
    'wsgi.test_services': (),
}

SAMPLES = 'api_sample_tests'
"""A package of tests of what the API answers, word by word; all are run."""
