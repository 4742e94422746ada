"""A compliance audit pack tells of its period and of nothing after it."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

import pytest

from domain.access.access import Purpose, Role
from service.bootstrap.stores import open_store
from service.cli.context import console_as
from service.usecases.publication.audit import AuditPack, AuditQuestion, gather
from tests.integration.provenance.stores import LinkedStore

OF_NOW = {"question", "log_size", "notices"}
"""Facts of the moment at which a pack is made: notices are those that are still open."""

ELSEWHERE = {"controls"}
"""The store has no control item: see tests/integration/web/test_competence.py."""


@pytest.mark.parametrize(
    "name", sorted({one.name for one in fields(AuditPack)} - OF_NOW - ELSEWHERE)
)
def test_a_period_before_everything_tells_nothing(busy_store: LinkedStore, name: str) -> None:
    assert _numbers(_told(busy_store, name, last=date(9999, 12, 30)))
    assert not _numbers(_told(busy_store, name, last=date(2000, 12, 31)))


def _told(store: LinkedStore, name: str, *, last: date) -> Any:
    with open_store(store.settings) as services:
        question = AuditQuestion(date(2000, 1, 1), last, seed=7)
        pack = gather(services, console_as(Role.AUDITOR, Purpose.AUDIT), question)
    return asdict(pack)[name]


def _numbers(told: Any) -> bool:
    """Whether anything is counted or listed in it."""
    if isinstance(told, dict):
        return any(_numbers(each) for each in told.values())
    if isinstance(told, tuple):
        return any(_numbers(each) for each in told)
    return bool(told)
