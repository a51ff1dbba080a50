# SPDX-License-Identifier: Apache-2.0
"""Every command of ``nova-ec2``, and where it is.

A file a noun; each command is a cliff ``Lister``, ``ShowOne`` or ``Command``
and is imported when it is called.
"""

COMMANDS = {
    # words of the command: 'module:Class'
    'account check': 'nova_ec2.cmd.account:Check',
    'account list': 'nova_ec2.cmd.account:List',
    'budget show': 'nova_ec2.cmd.budget:Show',
    'cost report': 'nova_ec2.cmd.cost:Report',
    'db sync': 'nova_ec2.cmd.db:Sync',
    'flavors sync': 'nova_ec2.cmd.flavors:Sync',
    'prices show': 'nova_ec2.cmd.prices:Show',
    'prices update': 'nova_ec2.cmd.prices:Update',
    'rebalance': 'nova_ec2.cmd.rebalance:Rebalance',
    'status': 'nova_ec2.cmd.status:Status',
}
