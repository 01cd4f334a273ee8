"""P1, P2, P3 and P6 in the ordinary suite, in a small size; `scripts/drills` tries many more cases."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.promises.machine import Journeys

TestJourneys = Journeys.TestCase
TestJourneys.settings = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
