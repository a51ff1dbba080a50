# SPDX-License-Identifier: Apache-2.0
"""Making the projects' tables: each project's own migration command."""

import concurrent.futures
import os
from collections.abc import Callable

from localcloud import command, research
from localcloud.cloud import Cloud, script
from localcloud.config import (
    cinder,
    glance,
    heat,
    ini,
    keystone,
    neutron,
    nova,
    placement,
)

# Nova fills these in from its configuration whenever it reads a cell, so the
# tables hold no password and no port.
CELL_TRANSPORT = '{scheme}://{username}:{password}@{hostname}:{port}/'
CELL_DATABASE = ('{scheme}://{username}:{password}@{hostname}:{port}'
                 '/%s?{query}')


def make(cloud: Cloud) -> None:
    """Run all migrations, as many at a time as there are processors.

    :raises CloudError: one failed; with the end of its log
    """
    # The longest first.
    jobs: tuple[Callable[[Cloud], None], ...] = (
        _neutron, _nova, _keystone, _cinder, _heat, _glance, _placement,
        _ledger)
    with concurrent.futures.ThreadPoolExecutor(
            max(2, os.cpu_count() or 2)) as pool:
        for done in [pool.submit(job, cloud) for job in jobs]:
            done.result()


def _nova(cloud: Cloud) -> None:
    conf = ['--config-file', str(nova.write(cloud))]
    for arguments in (
            ['api_db', 'sync'],
            ['cell_v2', 'map_cell0', '--database_connection',
             CELL_DATABASE % 'nova_cell0'],
            ['cell_v2', 'create_cell', '--name', 'cell1',
             '--transport-url', CELL_TRANSPORT,
             '--database_connection', CELL_DATABASE % 'nova'],
            ['db', 'sync']):
        command.run(cloud, 'schema-nova',
                    [script('nova-manage'), *conf, *arguments])


def _neutron(cloud: Cloud) -> None:
    command.run(cloud, 'schema-neutron', [
        script('neutron-db-manage'), '--config-file',
        str(neutron.write(cloud)), 'upgrade', 'heads'])


def _keystone(cloud: Cloud) -> None:
    command.run(cloud, 'schema-keystone', [
        script('keystone-manage'), '--config-file',
        str(keystone.write(cloud)), 'db_sync'])


def _heat(cloud: Cloud) -> None:
    command.run(cloud, 'schema-heat', [
        script('heat-manage'), '--config-file', str(heat.write(cloud)),
        'db_sync'])


def _glance(cloud: Cloud) -> None:
    command.run(cloud, 'schema-glance', [
        script('glance-manage'), '--config-file', str(glance.write(cloud)),
        'db_sync'])


def _placement(cloud: Cloud) -> None:
    command.run(cloud, 'schema-placement', [
        script('placement-manage'), '--config-file',
        str(placement.write(cloud)), 'db', 'sync'])


def _cinder(cloud: Cloud) -> None:
    command.run(cloud, 'schema-cinder', [
        script('cinder-manage'), '--config-file', str(cinder.write(cloud)),
        'db', 'sync'])


def _ledger(cloud: Cloud) -> None:
    # The operator's files are not there yet.
    conf = ini.write(cloud.etc / 'nova-ec2-ledger.conf', {'ec2_costs': {
        'connection': ini.database(cloud, research.DATABASE)}})
    command.run(cloud, 'schema-nova-ec2', [
        script('nova-ec2'), '--config-file', str(conf), 'db', 'sync'])
