# SPDX-License-Identifier: Apache-2.0
"""User data, read back as cloud-init reads it."""

import email
import gzip
import random
import unittest
from email.mime import multipart as mime_multipart
from email.mime import text as mime_text

import hypothesis
import jinja2
import jinja2.sandbox
import yaml
from hypothesis import strategies as st

from nova_ec2 import exceptions
from nova_ec2.mapping import hostname, multipart, userdata
from nova_ec2.models import tags
from tests.unit.mapping import builders

SCRIPT = b'#!/bin/sh\necho hello\n'
WINDOWS = builders.image(platform='windows')


def parts(data):
    """The leaves of a MIME message, decoded, in order."""
    message = email.message_from_string(data.decode())
    return [part.get_payload(decode=True) for part in message.walk()
            if not part.is_multipart()]


def heat_message():
    """As Heat's engine makes it: a multipart of typed attachments."""
    message = mime_multipart.MIMEMultipart()
    for subtype, name, content in (
            ('cloud-config', 'cloud-config', '#cloud-config\nuser: me\n'),
            ('x-shellscript', 'boot.sh', SCRIPT.decode()),
            ('x-cfninitdata', 'cfn-init-data', '{"a": 1}')):
        part = mime_text.MIMEText(content, _subtype=subtype)
        part.add_header('Content-Disposition', 'attachment', filename=name)
        message.attach(part)
    return message.as_bytes()


def incompressible(size):
    return random.Random(1).randbytes(size)


class UserDataTest(unittest.TestCase):
    def make(self, raw, image=None, add_hostname=True):
        return userdata.user_data(builders.instance(user_data=raw),
                                  image or builders.image(),
                                  add_hostname=add_hostname)

    def test_none(self):
        self.assertEqual(hostname.PART, self.make(None))
        self.assertEqual(b'', self.make(None, add_hostname=False))
        self.assertEqual(b'', self.make(None, WINDOWS))

    def test_same_for_every_server(self):
        one = userdata.user_data(builders.instance(hostname='a'),
                                 builders.image())
        other = userdata.user_data(builders.instance(hostname='b'),
                                   builders.image())
        self.assertEqual(one, other)

    def test_script_arrives_unchanged_after_ours(self):
        for raw in (SCRIPT, SCRIPT.rstrip(), SCRIPT.replace(b'\n', b'\r\n'),
                    '#!/bin/sh\necho "\u00e9 \u4e16 \U0001f600"\n'.encode(),
                    b'#!/bin/sh\n--x--\nFrom here\n.\n\n\n'):
            self.assertEqual([hostname.PART, raw], parts(self.make(raw)))

    def test_same_input_same_output(self):
        self.assertEqual(self.make(SCRIPT), self.make(SCRIPT))

    def test_heat(self):
        raw = heat_message()
        made = parts(self.make(raw))
        self.assertEqual([hostname.PART, *parts(raw)], made)

    def test_heats_attachments_keep_their_types(self):
        message = email.message_from_bytes(self.make(heat_message()))
        self.assertEqual(
            [(None, 'text/plain'), ('cloud-config', 'text/cloud-config'),
             ('boot.sh', 'text/x-shellscript'),
             ('cfn-init-data', 'text/x-cfninitdata')],
            [(part.get_filename(), part.get_content_type())
             for part in message.walk() if not part.is_multipart()])

    def test_other_data_is_left_alone(self):
        for raw in (b'plain text', b'{"ignition": {}}', gzip.compress(SCRIPT),
                    b'#!\xff\xfe', b'# \0', incompressible(50),
                    b'[settings]\nx = 1\n'):
            self.assertEqual(raw, self.make(raw))

    def test_tenants_own_hostname_is_not_mixed_with_ours(self):
        for line in (b'hostname: mine', b'fqdn: a.b', b'preserve_hostname: 1'):
            raw = b'#cloud-config\npackages: []\n' + line
            self.assertEqual(raw, self.make(raw))

    def test_a_script_that_writes_configuration_still_gets_a_name(self):
        raw = b'#!/bin/sh\ncat <<E\nhostname: x\nE\n'
        self.assertEqual([hostname.PART, raw], parts(self.make(raw)))

    def test_left_alone_when_not_wanted(self):
        self.assertEqual(SCRIPT, self.make(SCRIPT, add_hostname=False))
        self.assertEqual(b'<powershell>', self.make(b'<powershell>', WINDOWS))
        self.assertEqual(b'#ps1\n', self.make(b'#ps1\n', WINDOWS))

    def test_exactly_the_limit(self):
        raw = incompressible(userdata.LIMIT)
        self.assertEqual(raw, self.make(raw))

    def test_too_long_is_compressed(self):
        raw = SCRIPT + b'#' * userdata.LIMIT
        made = self.make(raw)
        self.assertLessEqual(len(made), userdata.LIMIT)
        self.assertEqual([hostname.PART, raw], parts(gzip.decompress(made)))
        self.assertEqual(made, self.make(raw))

    def test_ours_makes_it_too_long_and_is_compressed(self):
        raw = SCRIPT + b'#' * (userdata.LIMIT - len(SCRIPT))
        self.assertEqual([hostname.PART, raw],
                         parts(gzip.decompress(self.make(raw))))

    def test_no_room_for_ours(self):
        """The tenant's data just fits when compressed: it goes alone."""
        dense = b'#!' + bytes(33 + byte % 94 for byte in
                              incompressible(2 * userdata.LIMIT))
        raw = next(dense[:size] for size in range(len(dense), 0, -50)
                   if len(gzip.compress(dense[:size])) <= userdata.LIMIT)
        self.assertGreater(
            len(gzip.compress(multipart.join(hostname.PART, raw))),
            userdata.LIMIT)
        self.assertEqual(raw, gzip.decompress(self.make(raw)))

    def test_too_long_for_ec2(self):
        raw = incompressible(userdata.LIMIT + 1)
        packed = len(gzip.compress(raw))
        with self.assertRaisesRegex(
                exceptions.UserDataRefused,
                f'{userdata.LIMIT + 1} bytes and {packed} bytes when '
                f'compressed, but EC2 takes at most 16384'):
            self.make(raw)

    def test_windows_is_not_compressed(self):
        with self.assertRaisesRegex(exceptions.UserDataRefused,
                                    'not compressed for Windows'):
            self.make(b' ' * (userdata.LIMIT + 1), WINDOWS)

    def test_not_base64(self):
        server = builders.instance()
        server.user_data = 'a'
        with self.assertRaisesRegex(exceptions.UserDataRefused, 'base64'):
            userdata.user_data(server, builders.image())

    @hypothesis.given(st.binary(max_size=300))
    def test_any_data_arrives(self, raw):
        made = self.make(b'#' + raw)
        if made != b'#' + raw:
            self.assertEqual([hostname.PART, b'#' + raw], parts(made))

    @hypothesis.given(st.text(max_size=300))
    def test_any_text_arrives(self, text):
        raw = ('#!' + text).encode('utf-8', 'surrogatepass')
        made = self.make(raw)
        if made != raw:
            self.assertEqual([hostname.PART, raw], parts(made))


class BoundaryTest(unittest.TestCase):
    def test_never_part_of_the_content(self):
        first = multipart.join(b'#a', b'#b')
        again = multipart.join(b'#a', first)
        self.assertEqual([b'#a', b'#a', b'#b'], parts(again))


class HostnamePartTest(unittest.TestCase):
    """Rendered as cloud-init renders it (templater.py, trim_blocks)."""

    def render(self, **variables):
        lines = hostname.PART.decode().split('\n', 1)
        self.assertEqual('## template: jinja', lines[0])
        environment = jinja2.sandbox.SandboxedEnvironment(
            undefined=jinja2.DebugUndefined, trim_blocks=True)
        text = environment.from_string(lines[1]).render(**variables)
        self.assertTrue(text.startswith('#cloud-config\n'))
        return yaml.safe_load(text)

    def render_tags(self, **found):
        return self.render(ds={'meta_data': {'tags': {'instance': found}}})

    def test_name(self):
        for name in ('web-1', 'web.example.org', '007', 'true'):
            self.assertEqual(
                {'hostname': name, 'fqdn': name},
                self.render_tags(**{tags.HOSTNAME: name, 'Name': 'x'}))

    def test_key_as_cloud_init_before_22_1_writes_it(self):
        self.assertEqual('web-1', self.render_tags(
            **{'nova_ec2:hostname': 'web-1'})['hostname'])

    def test_without_tags_nothing_is_configured(self):
        for variables in ({}, {'ds': {}}, {'ds': {'meta_data': {}}},
                          {'ds': {'meta_data': {'tags': ''}}},
                          {'ds': {'meta_data': {'tags': {'instance': {}}}}},
                          {'ds': {'meta_data': {'tags': {'instance': {
                              tags.HOSTNAME: ''}}}}}):
            with self.subTest(variables=variables):
                self.assertEqual({}, self.render(**variables))

    def test_no_other_tag_is_read(self):
        self.assertEqual({}, self.render_tags(
            Name='x', hostname='y', **{tags.METADATA + 'hostname': 'z'}))
