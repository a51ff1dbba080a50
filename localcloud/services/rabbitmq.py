# SPDX-License-Identifier: Apache-2.0
"""RabbitMQ with its state in our directory, bound to loopback only."""

from collections.abc import Sequence

from localcloud import health, secretfile
from localcloud.cloud import HOST
from localcloud.service import Service


class RabbitMQ(Service):
    """Ready when it takes AMQP connections, which it does last."""

    name = 'rabbitmq'
    needs = ('epmd',)
    ports = ('rabbitmq',)

    def configure(self) -> None:
        """Write its options, its user and Erlang's cookie."""
        cloud = self.cloud
        secretfile.write(cloud.etc / 'rabbitmq.conf', '\n'.join((
            f'listeners.tcp.local = {HOST}:{cloud.port("rabbitmq")}',
            'default_user = localcloud',
            f'default_pass = {cloud.passwords["rabbitmq"]}',
            'log.console = true',
            'log.console.level = warning',
            'log.file = false',
            'disk_free_limit.absolute = 50MB', '')))
        secretfile.write(cloud.etc / 'rabbitmq-plugins', '[].\n')
        cookie = secretfile.write(cloud.state('home') / '.erlang.cookie',
                                  cloud.passwords['erlang-cookie'])
        cookie.chmod(0o400)

    def command(self) -> Sequence[str]:
        # Not the one in sbin: it changes to another user.
        return ['/usr/lib/rabbitmq/bin/rabbitmq-server']

    def environment(self) -> dict[str, str]:
        cloud = self.cloud
        state = cloud.state(self.name)
        return {
            'RABBITMQ_NODENAME': 'localcloud@localhost',
            'RABBITMQ_NODE_IP_ADDRESS': HOST,
            'RABBITMQ_NODE_PORT': str(cloud.port('rabbitmq')),
            'RABBITMQ_DIST_PORT': str(cloud.port('rabbitmq-distribution')),
            'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS':
                '-kernel inet_dist_use_interface {127,0,0,1} '
                '-start_epmd false +S 2:2',
            'ERL_EPMD_ADDRESS': HOST,
            'ERL_EPMD_PORT': str(cloud.port('epmd')),
            'RABBITMQ_CONF_ENV_FILE': '/dev/null',
            'RABBITMQ_CONFIG_FILE': str(cloud.etc / 'rabbitmq.conf'),
            'RABBITMQ_ENABLED_PLUGINS_FILE':
                str(cloud.etc / 'rabbitmq-plugins'),
            'RABBITMQ_MNESIA_BASE': str(state),
            'RABBITMQ_LOG_BASE': str(cloud.logs),
            'RABBITMQ_LOGS': '-',
            'RABBITMQ_PID_FILE': str(state / 'pid'),
            'RABBITMQ_FEATURE_FLAGS_FILE': str(state / 'feature_flags'),
        }

    def ready(self) -> bool:
        return health.accepts(HOST, self.cloud.port('rabbitmq'))
