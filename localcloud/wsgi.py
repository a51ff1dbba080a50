# SPDX-License-Identifier: Apache-2.0
"""Serve one WSGI application on loopback, as a process of its own."""

import argparse
import importlib
import sys

import waitress

from localcloud.cloud import HOST


def main() -> None:
    """Import ``module:attribute`` and serve it until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--name', required=True)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--threads', type=int, required=True)
    parser.add_argument('application')
    parser.add_argument('arguments', nargs=argparse.REMAINDER)
    options = parser.parse_args()
    # Neutron and Heat parse the command line when they are imported.
    sys.argv = [options.name, *options.arguments]
    module, attribute = options.application.split(':')
    application = getattr(importlib.import_module(module), attribute)
    waitress.serve(application, host=HOST, port=options.port,
                   threads=options.threads, ident=options.name,
                   max_request_body_size=2 << 30)


if __name__ == '__main__':
    main()
