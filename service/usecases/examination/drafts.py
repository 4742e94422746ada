"""Drafts of forms not yet sealed, kept for one day and only for their author.

A form is kept as a draft if it is sent after the session ended, or while it is being worked on.
Nobody need be signed in then: the ended session names the author, and the form's own token proves
that it was sent from a page of that session.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access import Caller
from domain.accounts import Account
from domain.drafts import Draft, DraftStep
from domain.events.examination import DraftKept
from domain.ids import CaseId, LinkId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.sessions import csrf_token
from service.usecases.access.tokens import secret_sha256
from service.usecases.log.recording import record
from service.usecases.workbench import ROLE_PURPOSES, Workbench

LIFE = timedelta(days=1)
"""How long a draft is kept: until the next sign-in, not for storage."""


@dataclass(frozen=True, slots=True)
class LateForm:
    """A form that was sent after its session had ended."""

    session_secret: str
    token: str
    """The session's token that the form carries."""
    step: DraftStep
    about_id: str
    fields: Mapping[str, str]
    request_id: str = ""


def keep_draft(bench: Workbench, late: LateForm) -> bool:
    """Keep a form as a draft, and return whether it was kept.

    It is not kept if the session is unknown, was signed out or ended long ago, the account is
    disabled, the token belongs to another session, or there is no such case or link.
    """
    now = bench.services.surroundings.clock()
    if not hmac.compare_digest(csrf_token(late.session_secret).encode(), late.token.encode()):
        return False
    with bench.services.units.read() as unit:
        writer = _writer(unit, late.session_secret, now - LIFE)
        if writer is None or not _is_there(unit, late):
            return False
    with bench.services.units.write() as unit:
        unit.drafts.drop_older(now - LIFE)
        unit.drafts.keep(Draft(writer.user_id, late.step, late.about_id, late.fields, now))
        # The log commits to every stored payload, including drafts, so that none can be added
        # unnoticed.
        caller = Caller(writer.actor, ROLE_PURPOSES[writer.role], request_id=late.request_id)
        event = DraftKept(late.about_id, late.step)
        record(unit, bench.services.surroundings, caller, event)
        unit.commit()
    return True


def kept_draft(bench: Workbench, caller: Caller, step: DraftStep, about_id: str) -> Draft | None:
    """Return the caller's draft of this form; None if there is none or it is too old."""
    with bench.services.units.read() as unit:
        draft = unit.drafts.get(caller.actor.user_id, step, about_id)
    is_fresh = draft is not None and bench.services.surroundings.clock() - draft.kept_at <= LIFE
    return draft if is_fresh else None


def drop_draft(bench: Workbench, caller: Caller, step: DraftStep, about_id: str) -> None:
    """Erase the caller's draft of this form, because the form has now been sealed."""
    me = caller.actor.user_id
    # Most forms have no draft, so first check without taking a lock.
    with bench.services.units.read() as unit:
        if unit.drafts.get(me, step, about_id) is None:
            return
    with bench.services.units.write() as unit:
        unit.drafts.drop(me, step, about_id)
        unit.commit()


def _writer(unit: UnitOfWork, secret: str, used_since: datetime) -> Account | None:
    session = unit.sessions.get(secret_sha256(secret))
    if session is None or session.ended_at is not None or session.last_seen_at < used_since:
        return None
    account = unit.accounts.get(session.user_id)
    return None if account is None or account.is_disabled else account


def _is_there(unit: UnitOfWork, late: LateForm) -> bool:
    if late.step is DraftStep.REVOCATION:
        return unit.links.get(LinkId(late.about_id)) is not None
    return unit.cases.get(CaseId(late.about_id)) is not None
