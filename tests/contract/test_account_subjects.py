"""The contract of links between provider subjects and accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.access.access import Role
from domain.access.accounts import Account, SubjectLink
from domain.ids import UserId
from service.storage.database import UnitsOfWork
from service.storage.engine.append_only import REFUSAL
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import NOON
from tests.integration.storage.raw import connection

ANN = Account(UserId("ann"), "ann.orr", Role.EXAMINER, None, "", NOON)
BOB = Account(UserId("bob"), "bob", Role.SUPERVISOR, None, "", NOON)


def link(subject: str, account: Account) -> SubjectLink:
    return SubjectLink(subject, account.user_id, NOON, "blinding")


def store(unit: UnitOfWork) -> None:
    unit.accounts.add(ANN)
    unit.accounts.add(BOB)
    assert unit.accounts.link(link("subject-1", ANN))


def test_an_account_is_found_by_its_subject(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.accounts.by_subject("subject-1") == ANN
        assert unit.accounts.by_subject("subject-2") is None


def test_a_subject_has_one_account_and_an_account_one_subject(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)

        taken = [
            unit.accounts.link(link("subject-1", BOB)),
            unit.accounts.link(link("subject-2", ANN)),
        ]

        assert taken == [False, False]
        assert unit.accounts.by_subject("subject-1") == ANN


def test_an_unlinked_subject_finds_nobody_and_may_be_linked_anew(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        store(unit)

        unit.accounts.unlink(ANN.user_id)
        unit.accounts.unlink(ANN.user_id)

        assert unit.accounts.by_subject("subject-1") is None
        assert unit.accounts.link(link("subject-1", BOB))
        assert unit.accounts.by_subject("subject-1") == BOB


def test_a_link_is_not_turned_to_another_account(
    units_of_work: UnitsOfWork, database_url: str
) -> None:
    with units_of_work.write() as unit:
        store(unit)
        unit.commit()

    with connection(database_url) as raw, pytest.raises(DBAPIError, match=REFUSAL):
        raw.execute(text("UPDATE account_subjects SET user_id = 'bob'"))
