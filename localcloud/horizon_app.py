# SPDX-License-Identifier: Apache-2.0
"""Horizon's WSGI application, with its static files served beside it.

A web server does the latter in production.
"""

import mimetypes
from pathlib import Path

from django.conf import settings
from openstack_dashboard.wsgi import application as horizon


def application(environ, start_response):
    """Answer one request."""
    path = environ['PATH_INFO']
    if not path.startswith(settings.STATIC_URL):
        return horizon(environ, start_response)
    file = _find(path.removeprefix(settings.STATIC_URL))
    if file is None:
        start_response('404 Not Found', [('Content-Type', 'text/plain')])
        return [b'not found']
    kind = mimetypes.guess_type(file.name)[0] or 'application/octet-stream'
    start_response('200 OK', [('Content-Type', kind),
                              ('Content-Length', str(file.stat().st_size)),
                              ('Cache-Control', 'max-age=3600')])
    return [file.read_bytes()]


def _find(relative):
    root = Path(settings.STATIC_ROOT).resolve()
    file = (root / relative).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
