# SPDX-License-Identifier: Apache-2.0
"""Questions to the projects' tables, where their APIs are slow to answer."""

import contextlib

import pymysql

from localcloud.cloud import HOST, Cloud
from localcloud.config import ini


def count(cloud: Cloud, database: str, table: str, condition: str) -> int:
    """How many rows of a table fulfil a condition.

    :param condition: SQL of our own
    """
    with contextlib.closing(pymysql.connect(
            host=HOST, port=cloud.port('mariadb'), database=database,
            user=ini.DATABASE_USER,
            password=cloud.passwords['database'])) as connection:
        return connection.cursor().execute(
            f'SELECT id FROM {table} WHERE {condition}')
