"""What tests of several rooms share."""

from __future__ import annotations

import pytest

from tests.conftest import is_on_postgresql
from tests.integration.looks.walked import walked
from tests.integration.tenancy.kept_theirs import kept_theirs

__all__ = ["kept_theirs", "walked"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walk once for all tests of a walk; thousands of requests on PostgreSQL are slow ones.

    Make the items of another force once for all tests of them, too.
    """
    for item in items:
        if "walked" in getattr(item, "fixturenames", ()):
            kind = item.callspec.params["walked"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.shares(f"walked-{kind}"))
            if kind == "postgresql":
                item.add_marker(pytest.mark.slow)
        if "kept_theirs" in getattr(item, "fixturenames", ()):
            kind = "postgresql" if is_on_postgresql(item) else "sqlite"
            item.add_marker(pytest.mark.shares(f"theirs-{kind}"))
