# SPDX-License-Identifier: Apache-2.0
"""What is on the emulated EC2 side: names, and what was found there."""

import json
from typing import Any

import boto3
import botocore.config

from localcloud.cloud import Cloud
from nova_ec2.emulator import settings

REGION = 'us-east-1'
ZONE = 'us-east-1a'
HOST = f'ec2-{ZONE}'
CLOUD_ID = 'localcloud'


def read(cloud: Cloud) -> dict[str, str]:
    """``subnet``, ``cidr`` and ``ami``, as steps/ec2_subnet.py found them."""
    return json.loads((cloud.etc / 'ec2.json').read_text())


def save(cloud: Cloud, found: dict[str, str]) -> None:
    """Keep what was found, for later steps and for the demonstration."""
    (cloud.etc / 'ec2.json').write_text(json.dumps(found, indent=2))


def options(cloud: Cloud) -> dict[str, object]:
    """How services of OpenStack reach the emulator: their group [ec2]."""
    credential = settings.DEFAULT_CREDENTIAL
    return {
        'cloud_id': CLOUD_ID,
        'region_name': REGION,
        'endpoint_url': cloud.url('emulator'),
        'access_key_id': credential.access_key_id,
        'secret_access_key': credential.secret_access_key,
    }


def session() -> boto3.session.Session:
    """With the credentials that the services have."""
    credential = settings.DEFAULT_CREDENTIAL
    return boto3.session.Session(
        region_name=REGION, aws_access_key_id=credential.access_key_id,
        aws_secret_access_key=credential.secret_access_key)


def client(cloud: Cloud) -> Any:
    """A boto3 client of the emulator, independent of Nova."""
    return session().client('ec2', endpoint_url=cloud.url('emulator'),
                            config=botocore.config.Config(proxies={}))
