# SPDX-License-Identifier: Apache-2.0
"""How a guest learns the hostname that Nova gave it.

By the instance tag ``nova-ec2:hostname``, which the instance metadata service
shows to the guest (RunInstances MetadataOptions.InstanceMetadataTags), and
:data:`PART`: a few lines of cloud-init configuration, the same for every
server, so that user data never differs between like servers.

cloud-init reads instance tags into ``ds.meta_data.tags.instance`` since 22.2
(metadata version 2021-03-23), where the part is rendered as a Jinja template.
Before 22.1 it turned hyphens in keys into underscores, hence the second name.
With an older cloud-init, or with tags switched off, the part renders to an
empty configuration and the guest keeps EC2's name. ``fqdn`` is set as well,
because distributions of Red Hat's family prefer it, and it would be EC2's.
"""

PART = b"""\
## template: jinja
#cloud-config
{% set meta = (ds | default({})).get('meta_data') or {} %}
{% set tags = (meta.get('tags') or {}).get('instance') or {} %}
{% set name = tags.get('nova-ec2:hostname') or tags.get('nova_ec2:hostname') %}
{% if name %}
hostname: "{{ name }}"
fqdn: "{{ name }}"
{% else %}
{}
{% endif %}
"""
"""The user data part; ASCII, lines end in a newline."""
