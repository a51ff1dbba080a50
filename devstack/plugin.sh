#!/bin/bash
#
# SPDX-License-Identifier: Apache-2.0
#
# DevStack calls this file in each of its phases.

NOVA_EC2_DIR=$(cd $(dirname ${BASH_SOURCE[0]})/.. && pwd)
source $NOVA_EC2_DIR/devstack/lib/nova-ec2

if is_service_enabled n-cpu-ec2; then
    case "$1 $2" in
        "stack install")
            install_nova_ec2
            ;;
        "stack post-config")
            configure_nova_ec2_peers
            ;;
        "stack extra")
            configure_nova_ec2
            start_nova_ec2
            # DevStack's own search for hosts comes after this phase.
            ;;
        "unstack ")
            stop_nova_ec2
            ;;
        "clean ")
            cleanup_nova_ec2
            ;;
    esac
fi
