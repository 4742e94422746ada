"""Drafts of forms not yet sealed, kept for one day and only for their author.

A form is kept as a draft if it is sent after the session ended, or while it is being worked on.
Nobody need be signed in then: the ended session names the author, and the form's own token proves
that it was sent from a page of that session.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access.access import Caller
from domain.access.accounts import Account, Draft
from domain.events.examination import DraftKept
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.sessions import csrf_token
from service.usecases.access.tokens import secret_sha256
from service.usecases.log.recording import record
from service.usecases.services import StoreServices
from service.usecases.workbench import ROLE_PURPOSES, Workbench

LIFE = timedelta(days=1)
"""How long a draft is kept: until the next sign-in, not for storage."""


@dataclass(frozen=True, slots=True)
class LateForm:
    """A form that was sent after its session had ended."""

    session_secret: str
    token: str
    """The session's token that the form carries."""
    step: str
    about_id: str
    """What its page is about; empty for a page about nothing yet."""
    fields: Mapping[str, str]
    request_id: str = ""


def keep_draft(bench: Workbench, late: LateForm) -> bool:
    """Keep a form as a draft, and return whether it was kept.

    It is not kept if the session is unknown, was signed out or ended long ago, if the account is
    disabled, if the token belongs to another session, or if the page is about something that does
    not exist.
    """
    now = bench.services.surroundings.clock()
    if not hmac.compare_digest(csrf_token(late.session_secret).encode(), late.token.encode()):
        return False
    with bench.services.units.read() as unit:
        writer = _writer(unit, late.session_secret, now - LIFE)
        if writer is None or (late.about_id and not unit.drafts.can_be_about(late.about_id)):
            return False
    about_id = late.about_id or writer.user_id
    with bench.services.units.write() as unit:
        unit.drafts.drop_older(now - LIFE)
        unit.drafts.keep(Draft(writer.user_id, late.step, about_id, late.fields, now))
        # The log commits to every stored payload, including drafts, so that none can be added
        # unnoticed.
        caller = Caller(writer.actor, ROLE_PURPOSES[writer.role], request_id=late.request_id)
        record(unit, bench.services.surroundings, caller, DraftKept(about_id, late.step))
        unit.commit()
    return True


def kept_drafts(
    bench: Workbench, caller: Caller, steps: Collection[str], about_id: str
) -> tuple[Draft, ...]:
    """Return the caller's drafts of these forms about one subject that are not too old, oldest
    first.
    """
    about_id = about_id or caller.actor.user_id
    return tuple(
        one for one in drafts_of(bench, caller) if one.step in steps and one.about_id == about_id
    )


def drafts_of(bench: Workbench, caller: Caller) -> tuple[Draft, ...]:
    """Return all drafts of the caller that are not too old, oldest first."""
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        found = unit.drafts.of(caller.actor.user_id)
    return tuple(one for one in found if now - one.kept_at <= LIFE)


def drop_draft(bench: Workbench, caller: Caller, step: str, about_id: str) -> None:
    """Erase the caller's draft of a form that has now been carried out."""
    me = caller.actor.user_id
    # Most forms have no draft, so first check without taking a lock.
    with bench.services.units.read() as unit:
        if not unit.drafts.has(me, step, about_id or me):
            return
    with bench.services.units.write() as unit:
        unit.drafts.drop(me, step, about_id or me)
        unit.commit()


def forget_old_drafts(services: StoreServices) -> None:
    """Erase all users' drafts that are older than a day. A background worker calls this."""
    with services.units.write() as unit:
        unit.drafts.drop_older(services.surroundings.clock() - LIFE)
        unit.commit()


def _writer(unit: UnitOfWork, secret: str, used_since: datetime) -> Account | None:
    session = unit.sessions.get(secret_sha256(secret))
    if session is None or session.ended_at is not None or session.last_seen_at < used_since:
        return None
    account = unit.accounts.get(session.user_id)
    return None if account is None or account.is_disabled else account
