"""What tests of several rooms share."""

from __future__ import annotations

import pytest

from tests.integration.looks.walked import walked

__all__ = ["walked"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walk once for all tests of a walk; thousands of requests on PostgreSQL are slow ones."""
    for item in items:
        if "walked" in getattr(item, "fixturenames", ()):
            kind = item.callspec.params["walked"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.shares(f"walked-{kind}"))
            if kind == "postgresql":
                item.add_marker(pytest.mark.slow)
