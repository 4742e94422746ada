"""A database administrator who applies, and gives another application the digest of their code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Table, select, update

from service.storage.tables.certificates import application_drafts, applications
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.applications.applying import Applicant, sent, started
from tests.integration.provenance.tampering import past_triggers

pytestmark = pytest.mark.promise("tampering")


def _filled(world: World) -> Applicant:
    applicant = started(world)
    applicant.fill()
    return applicant


def _give(database_url: str, table: Table, to: Applicant, own: Applicant) -> None:
    """Give an application the digest of one's own reference and code."""
    drafts = application_drafts
    is_own = drafts.c.reference == own.reference.replace("-", "")
    is_theirs = table.c.reference == to.reference.replace("-", "")
    with past_triggers(database_url) as raw:
        digest = raw.execute(select(drafts.c.access_digest).where(is_own)).scalar_one()
        raw.execute(update(drafts).where(is_own).values(access_digest="none"))
        changed = update(table).where(is_theirs).values(access_digest=digest)
        assert raw.execute(changed).rowcount == 1
        raw.commit()


@pytest.mark.parametrize(
    ("made", "table"), [(_filled, application_drafts), (sent, applications)], ids=["draft", "sent"]
)
def test_no_application_opens_by_a_code_that_the_database_was_given(
    world: World, database_url: str, made: Callable[[World], Applicant], table: Table
) -> None:
    theirs, own = made(world), started(world)
    before = theirs.read()
    _give(database_url, table, theirs, own)

    answer = own.get()

    assert before["state"] in {"draft", "in work"}
    assert_problem(answer, 404, "not-found")
