# SPDX-License-Identifier: Apache-2.0
"""Sphinx settings."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / '_ext'))

extensions = [
    'command_reference',
    'openstackdocstheme',
    'oslo_config.sphinxext',
    'proven_matrix',
    'reno.sphinxext',
]

project = 'nova_ec2'
copyright = 'the nova_ec2 authors'

html_theme = 'openstackdocs'
openstackdocs_auto_name = False
openstackdocs_auto_version = False
# Not a project of opendev.org: no bug links, no version switch.
openstackdocs_repo_name = ''
openstackdocs_use_storyboard = False
version = ''
release = ''

autoprogram_cliff_application = 'nova-ec2'
autoprogram_cliff_app_dist_name = 'nova-ec2'

pygments_style = 'native'
exclude_patterns = []
