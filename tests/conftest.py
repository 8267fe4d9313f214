"""What every test shares: the first programme, both boundary sources and their join, read once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from geo.boundaries import load
from geo.catalogue import load_programme
from geo.join import join

if TYPE_CHECKING:
    from geo.boundaries import Boundaries
    from geo.join import Joined
    from geo.programme import Programme

# Shared machines are slow at times: a slow example is not a wrong one.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="session")
def tianditu() -> Boundaries:
    return load("tianditu")


@pytest.fixture(scope="session")
def joined(programme: Programme, tianditu: Boundaries) -> Joined:
    return join(programme, tianditu)
