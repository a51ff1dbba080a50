# SPDX-License-Identifier: Apache-2.0

import hypothesis

# A slow machine must not fail a test.
hypothesis.settings.register_profile(
    'patient', deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile('patient')
