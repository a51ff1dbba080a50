# SPDX-License-Identifier: Apache-2.0
"""The second project, in an AWS account of its own; and who may spend what.

The project demo works in the account of the credentials and bursts when the
private host is full; the project research works in another account and
bursts from a threshold on.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import yaml

from localcloud import clients, ec2, secretfile
from localcloud.cloud import Cloud
from localcloud.config import ini

PROJECT = USER = ACCOUNT = 'research'
ACCOUNT_ID = '210987654321'
ROLE = f'arn:aws:iam::{ACCOUNT_ID}:role/nova-ec2-{ec2.CLOUD_ID}'
EXTERNAL_ID = 'localcloud-research'
THRESHOLD = 20
"""Percent of the private host from which on research goes to EC2."""
DATABASE = 'nova_ec2'
PLENTY = 1000
"""USD a month that the cloud may spend."""


def accounts_file(cloud: Cloud) -> Path:
    """Which AWS account each project works in."""
    return cloud.etc / 'accounts.yaml'


def policy_file(cloud: Cloud) -> Path:
    """When each project's servers go to EC2."""
    return cloud.etc / 'burst-policy.yaml'


def budget_file(cloud: Cloud) -> Path:
    """Who may spend how much."""
    return cloud.etc / 'budgets.yaml'


def project_id(cloud: Cloud, name: str = PROJECT) -> str:
    """Keystone's id of a project."""
    return str(clients.connection(cloud).identity.find_project(
        name, ignore_missing=False).id)


def write(cloud: Cloud) -> None:
    """Write all three files."""
    project = project_id(cloud)
    _write(accounts_file(cloud), {
        'accounts': {ACCOUNT: {
            'account_id': ACCOUNT_ID, 'role_arn': ROLE,
            'external_id': EXTERNAL_ID}},
        'projects': {project: ACCOUNT}})
    _write(policy_file(cloud), {
        'default': 'spill', 'projects': {project: f'above:{THRESHOLD}%'}})
    limit_research(cloud, PLENTY)


def limit_research(cloud: Cloud, usd: float) -> None:
    """Give the project research so much a month, as an operator would."""
    _write(budget_file(cloud), {
        'cloud': {'month': PLENTY},
        'projects': {project_id(cloud): {'month': usd}}})


def costs(cloud: Cloud) -> dict[str, object]:
    """The group [ec2_costs], the same for all services."""
    return {'connection': ini.database(cloud, DATABASE),
            'budget_file': budget_file(cloud)}


def client(cloud: Cloud) -> Any:
    """A boto3 client of the account, entered as our services enter it."""
    config = botocore.config.Config(proxies={})
    key = ec2.session().client('sts', endpoint_url=cloud.url('emulator'),
                               config=config).assume_role(
        RoleArn=ROLE, RoleSessionName='demonstration',
        ExternalId=EXTERNAL_ID)['Credentials']
    return boto3.session.Session().client(
        'ec2', region_name=ec2.REGION, endpoint_url=cloud.url('emulator'),
        aws_access_key_id=key['AccessKeyId'],
        aws_secret_access_key=key['SecretAccessKey'],
        aws_session_token=key['SessionToken'], config=config)


def _write(path: Path, content: Mapping[str, object]) -> None:
    secretfile.write(path, yaml.safe_dump(dict(content)))
