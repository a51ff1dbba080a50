# SPDX-License-Identifier: Apache-2.0
"""The support matrix, with all of its rows and with its tests.

sphinx-feature-classification shows the rows named ``operation.`` only, and
knows nothing of the key ``driver-tests.``.
"""

import configparser

from docutils import nodes
from sphinx_feature_classification import support_matrix

ROWS = ('operation.', 'guest.', 'console.', 'storage.')


class ProvenMatrix(support_matrix.Directive):
    """``.. proven_matrix:: FILE``."""

    def _load_support_matrix(self):
        support_matrix.FEATURE_PREFIX = ROWS
        matrix = super()._load_support_matrix()
        parser = configparser.ConfigParser()
        parser.read(self.state.document.settings.env.relfn2path(
            self.arguments[0])[1])
        for feature in matrix.features:
            for driver, implementation in feature.implementations.items():
                tests = parser.get(
                    feature.key, driver.replace('driver.', 'driver-tests.'),
                    fallback='').split()
                if tests:
                    names = ', '.join(test.removeprefix(
                        'tests.functional.nova.') for test in tests)
                    implementation.notes = (
                        f'{implementation.notes} Proved by: {names}.')
        return matrix

    @staticmethod
    def _build_notes(content):
        """Nothing: the page has its own words."""

    def run(self):
        found = super().run()
        # Titles inside of a section would need sections of their own.
        return [nodes.rubric(text=node.astext())
                if isinstance(node, nodes.subtitle) else node
                for node in found]


def setup(app):
    """Sphinx's entry."""
    support_matrix.setup(app)
    app.add_directive('proven_matrix', ProvenMatrix)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
