"""What every test shares: loaded data, and the rule that a browser test is never skipped in silence."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest

from pilotzones.geo.audit import Audit, audit
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.join import JoinedProgramme, join
from tests.helpers.browsing import SLOW_PAGE, Visit, pictured, served
from tests.helpers.examples import EVERYDAY
from tests.helpers.forked_workers import WorkerForker, run_forker
from tools.serving import CHROMIUM, ROOT, open_chromium

pytest.register_assert_rewrite("export_readers")

_NO_CHROMIUM = "browser tests did not run: install Chromium and a CJK font (apt-get install chromium fonts-noto-cjk)"

# The everyday run is bounded by examples, not by the clock of a busy machine, and draws the same examples for the same
# code, so that a change is judged by what it changes. `--thorough` runs more and draws new ones.
hypothesis.settings.register_profile("everyday", max_examples=EVERYDAY, deadline=None, derandomize=True)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None)

_left_out: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flag for everything that takes minutes."""
    parser.addoption("--thorough", action="store_true", help="2,000 examples a property, 1,000 flips, 200 kills")


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile the flag asks for; HYPOTHESIS_PROFILE names one as well."""
    thorough = config.getoption("--thorough")
    hypothesis.settings.load_profile("thorough" if thorough else os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as there are cores: they wait for browsers and processes a third of their time."""
    cores = os.cpu_count() or 1
    return cores + cores // 2


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether the flag --thorough was given."""
    return bool(request.config.getoption("--thorough"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests first: the longest files must not be what is left at the end, on one core.

    Where there is no browser they are left out; `pytest_sessionfinish` then fails the run.
    """
    if CHROMIUM:
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    _left_out.extend(item.nodeid for item in browser)
    items[:] = [item for item in items if item not in browser]
    config.hook.pytest_deselected(items=browser)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Without a browser the run fails, after everything else has run."""
    if _left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to install, in one line."""
    if _left_out:
        terminalreporter.write_line(f"FAILED: {len(_left_out)} {_NO_CHROMIUM}", red=True)


@pytest.fixture(scope="session")
def worker_forker() -> Iterator[WorkerForker]:
    """A process that has the libraries of workers, and forks them."""
    with run_forker() as forker:
        yield forker


@pytest.fixture(scope="module")
def forked_workers(worker_forker: WorkerForker) -> Iterator[None]:
    """Workers are forked in this module: for tests of what files mean, not of how they are opened."""
    with pytest.MonkeyPatch.context() as patch:
        forking = SimpleNamespace(**vars(subprocess) | {"Popen": worker_forker.start})
        patch.setattr("pilotzones.geo.sandbox.worker_process.subprocess", forking)
        yield


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The 2019 programme."""
    return load_programme()


@pytest.fixture(scope="session")
def tianditu() -> Boundaries:
    """The default boundary source."""
    return load("tianditu")


@pytest.fixture(scope="session")
def joined(programme: Programme, tianditu: Boundaries) -> JoinedProgramme:
    """The programme on the default source."""
    return join(programme, tianditu)


@pytest.fixture(scope="session")
def amap() -> Boundaries:
    """The other built-in source."""
    return load("amap")


@pytest.fixture(scope="session")
def audited(joined: JoinedProgramme, amap: Boundaries) -> Audit:
    """The audit of the whole programme, with the other source as evidence."""
    return audit(joined, others=[amap])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, able to reach nothing but this computer."""
    with open_chromium() as started:
        yield started


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server of `address` says."""
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="session")
def address(server_log: Path) -> Iterator[str]:
    """Where the app runs: one server for all tests that ask nothing special of it, as for all visitors of a day."""
    with served(ROOT / "app.py", server_log) as where:
        yield where


@pytest.fixture
def slow_visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visitor at a desk whose page hears the server late once `window.late` is set [ms]."""
    visitor = Visit(browser, viewport={"width": 1400, "height": 1000})
    visitor.page.add_init_script(SLOW_PAGE)
    with pictured(visitor, request):
        yield visitor


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visitor at a desk."""
    with pictured(Visit(browser, viewport={"width": 1400, "height": 1000}), request) as visitor:
        yield visitor
