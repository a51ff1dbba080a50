# SPDX-License-Identifier: Apache-2.0
"""Users, roles and the service catalogue."""

from typing import Any

from localcloud import clients, research
from localcloud.cloud import REGION
from localcloud.config import heat, ini
from localcloud.service import Step

USERS = ('placement', 'glance', 'neutron', 'nova', 'cinder', 'heat')
ENDPOINTS = (
    # port, service type, path
    ('placement', 'placement', ''),
    ('glance', 'image', ''),
    ('neutron', 'network', ''),
    ('nova', 'compute', '/v2.1'),
    ('cinder', 'block-storage', '/v3'),
    ('heat', 'orchestration', '/v1/%(tenant_id)s'),
    ('heat-cfn', 'cloudformation', '/v1'),
)


class Accounts(Step):
    """Makes the services' users and endpoints, and the users' projects."""

    name = 'accounts'
    needs = ('keystone',)

    def run(self) -> None:
        identity = clients.connection(self.cloud).identity
        self._identity = identity
        self._roles = {role.name: role for role in identity.roles()}
        self._service_users()
        for port, kind, path in ENDPOINTS:
            self._endpoint(port, kind, path)
        self._people()
        self._stack_domain()
        clients.forget()

    def _service_users(self) -> None:
        project = self._identity.create_project(
            name=ini.SERVICE_PROJECT, domain_id='default')
        for user in USERS:
            self._user(user, self.cloud.passwords['service'], project,
                       'admin', 'service')

    def _endpoint(self, port: str, kind: str, path: str) -> None:
        service = self._identity.create_service(type=kind, name=port)
        for interface in ('public', 'internal'):
            self._identity.create_endpoint(
                service_id=service.id, interface=interface, region_id=REGION,
                url=self.cloud.url(port) + path)

    def _people(self) -> None:
        for name in ('demo', research.PROJECT):
            project = self._identity.create_project(name=name,
                                                    domain_id='default')
            self._user(name, self.cloud.passwords[name], project, 'member')

    def _stack_domain(self) -> None:
        """Heat's users for what happens inside of stacks."""
        domain = self._identity.create_domain(name=heat.STACK_DOMAIN)
        admin = self._identity.create_user(
            name=heat.STACK_DOMAIN_ADMIN, domain_id=domain.id,
            password=self.cloud.passwords['heat-domain'])
        self._identity.assign_domain_role_to_user(
            domain, admin, self._roles['admin'])
        self._identity.create_role(name='heat_stack_user')

    def _user(self, name: str, password: str, project: Any,
              *roles: str) -> None:
        user = self._identity.create_user(
            name=name, password=password, domain_id='default',
            default_project_id=project.id)
        for role in roles:
            self._identity.assign_project_role_to_user(
                project, user, self._roles[role])
