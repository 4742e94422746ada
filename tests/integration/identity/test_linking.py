"""Existing accounts, linked to the provider by an administrator."""

from __future__ import annotations

import pytest

from domain.access.access import Actor, Caller, Purpose, Role
from domain.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from domain.events.access import AccountAdded, AccountChanged, SignedIn
from domain.ids import UserId
from service.bootstrap.keys import open_log_signer
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.access.accounts import link_account, unlink_account
from service.usecases.log.verification import verify_store
from tests.identity_provider import Provider
from tests.integration.api.driver import ROOT
from tests.integration.identity.driver import assert_refused, sign_in
from tests.integration.web.driver import Office, browser

NOBODY = Caller(Actor(UserId("x"), Role.EXAMINER, None, frozenset()), Purpose.EXAMINATION)


def test_a_linked_account_is_signed_in_to_by_the_provider(
    either_office: Office, provider: Provider
) -> None:
    office = either_office
    user_id = office.account("examiner-a", Role.EXAMINER)
    link_account(office.bench, ROOT, user_id, "subject-1")
    client = browser(office.app)

    sign_in(client)
    page = client.get("/workbench/queue").text

    with office.bench.services.units.read() as unit:
        kinds = [event.event_type for event in unit.events.about(user_id)]
    assert "examiner-a, examiner" in page
    assert kinds == [AccountAdded.event_type, AccountChanged.event_type, SignedIn.event_type]


def test_unlinking_ends_the_sessions_and_the_next_sign_in_makes_an_account(
    either_office: Office, provider: Provider
) -> None:
    office = either_office
    user_id = office.account("examiner-a", Role.EXAMINER)
    link_account(office.bench, ROOT, user_id, "subject-1")
    client = browser(office.app)
    sign_in(client)

    unlink_account(office.bench, ROOT, user_id)
    over = client.get("/workbench/queue")
    sign_in(client)

    keys = TrustedKeys(open_log_signer(office.app.state.api.settings).verifier)
    assert verify_store(office.bench.services, keys).is_sound
    assert over.url.path == "/workbench/sign-in"
    assert "ann.orr, examiner" in client.get("/workbench/queue").text


def test_a_link_lends_no_role(office: Office, provider: Provider) -> None:
    link_account(office.bench, ROOT, office.account("boss", Role.SUPERVISOR), "subject-1")
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, "role-changed")


def test_what_cannot_be_linked_is_refused(office: Office) -> None:
    first, second = (office.account(name, Role.EXAMINER) for name in ("first", "second"))
    link_account(office.bench, ROOT, first, "subject-1")

    for user_id, subject in ((second, "subject-1"), (first, "subject-2")):
        with pytest.raises(ConflictError):
            link_account(office.bench, ROOT, user_id, subject)
    with pytest.raises(NotFoundError):
        link_account(office.bench, ROOT, UserId("nobody"), "subject-3")
    with pytest.raises(NotFoundError):
        unlink_account(office.bench, ROOT, UserId("nobody"))
    with pytest.raises(InvalidInputError):
        link_account(office.bench, ROOT, second, "")
    with pytest.raises(NotPermittedError):
        link_account(office.bench, NOBODY, second, "subject-3")
    with pytest.raises(NotPermittedError):
        unlink_account(office.bench, NOBODY, first)
