# SPDX-License-Identifier: Apache-2.0
"""A weigher for tests in which builds begin on EC2."""

from nova.scheduler import weights

from nova_ec2.models import hypervisor


class EC2First(weights.BaseHostWeigher):
    """Puts EC2 hosts before all others."""

    def _weigh_object(self, host_state, weight_properties):
        return float(host_state.hypervisor_type
                     == hypervisor.HYPERVISOR_TYPE)
