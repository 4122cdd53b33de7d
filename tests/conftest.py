"""Rules for every test: a warning or a logged error nobody announced fails it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings
from typing_extensions import override

pytest_plugins = ["tests.world.fixtures"]

# how long an example takes says more of the machine than of the code; speed is measured in the benches
settings.register_profile("kotaconsole", deadline=None, print_blob=True)
settings.load_profile("kotaconsole")


def pytest_configure(config: pytest.Config) -> None:
    """Python warnings are errors; filters in the project's settings come later and so may except some."""
    config.addinivalue_line("markers", "log_errors_expected(reason): this test makes the program log errors on purpose")
    filters: list[str] = config.getini("filterwarnings")
    if "error" not in filters:
        filters.insert(0, "error")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's warnings fail the test that provoked them."""
    for item in items:
        if item.get_closest_marker("qt_log_level_fail") is None:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))


class _Errors(logging.Handler):
    """Remembers what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """An error in the log means that something went wrong even where the result looks right."""
    errors, root = _Errors(), logging.getLogger()
    root.addHandler(errors)
    yield
    root.removeHandler(errors)
    if errors.lines and request.node.get_closest_marker("log_errors_expected") is None:
        pytest.fail("errors were logged: " + "; ".join(errors.lines), pytrace=False)
