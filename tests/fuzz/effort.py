"""How many examples: few in `make test`, HOTLINE_FUZZ of them (20,000) in `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("HOTLINE_FUZZ", "30"))
fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="HOTLINE_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
