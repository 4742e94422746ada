"""Sign-in through the identity provider, its tokens on the API, and sign-outs it reports."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from domain import errors
from domain.access.access import Actor, Caller, Purpose, service_itself
from domain.access.accounts import Account
from domain.events.access import AccountAdded, ProviderSignedOut, ProviderSignInRefused
from domain.ids import UserId
from service.ports.identity import Identity, LogoutNotice, sid_sha256, subject_sha256
from service.provenance.bundle.row_commitments import account_digest, subject_commitment
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access import sign_ins
from service.usecases.access.accounts import subject_link
from service.usecases.access.sessions import begin_session
from service.usecases.access.sign_ins import record_end
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices
from service.usecases.workbench import Place, ProviderDesk, Workbench

# The session is the same as after a sign-in with a password. A person with an allowed role gets an
# account on the first sign-in; the account belongs to the provider's subject, never to a name.


LONGEST_JOURNEY = timedelta(minutes=10)
"""The longest time allowed for signing in at the provider."""

_IS_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}[a-z0-9]").fullmatch
_TOO_LATE = "The sign-in took too long or was started in another window. Start again."
_DENIED = "The identity provider refused the sign-in: try again, or ask your administrator."
_OTHER_ROLE = (
    "Your role at the identity provider has changed. Ask an administrator for a new account."
)
_OTHER_CONTEXT = (
    "You signed in without the second factor that is required here. Sign in "
    "again with your second factor."
)
_NO_ACCOUNT = "Your account here is disabled."

PROVIDER = service_itself("identity-provider", Purpose.OPERATIONS)
"""The actor of the events of the provider, such as adding an account on a first sign-in."""


@dataclass(frozen=True, slots=True)
class Departure:
    """The sealed value that a browser carries to the provider and back.

    It binds the answer to the sign-in.
    """

    state: str
    nonce: str
    verifier: str
    """The PKCE secret of this sign-in only; at first the provider gets just its digest."""
    begun_at: datetime
    back: str = ""
    """The page to show after the sign-in; empty for the first page of the role."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The values with which the browser returns from the provider."""

    state: str
    code: str
    error: str
    issuer: str
    """The issuer stated in the answer, if the provider states one (RFC 9207)."""
    address: str
    request_id: str = ""


def depart(bench: Workbench, *, back: str = "") -> tuple[Departure, str]:
    """Begin a sign-in.

    Return the value for the browser to carry and the address to send the browser to. Raises
    NotFoundError (no provider is set up), ProviderUnavailableError.
    """
    desk, surroundings = _desk(bench), bench.services.surroundings
    departure = Departure(
        state=surroundings.new_secret(),
        nonce=surroundings.new_secret(),
        verifier=surroundings.new_secret(),
        begun_at=surroundings.clock(),
        back=back,
    )
    address = desk.provider.sign_in_address(
        state=departure.state, nonce=departure.nonce, verifier=departure.verifier
    )
    return departure, address


def arrive(bench: Workbench, departure: Departure | None, arrival: Arrival) -> str:
    """Begin the session of a person who has signed in at the provider, and return its secret.

    Raises NotFoundError (no provider is set up), ProviderRefusedError, ProviderUnavailableError,
    NotAuthenticatedError (too many attempts from this address), ConflictError (the same person
    made two first sign-ins at the same moment).
    """
    desk = _desk(bench)
    departure = _checked(bench, departure, arrival)
    # Counted separately from passwords, so that guessing at one way in does not block the other.
    key = sign_ins.attempts_key("provider", sign_ins.source_of(arrival.address))
    _count(bench, key)
    identity = desk.provider.identify(
        arrival.code, nonce=departure.nonce, verifier=departure.verifier
    )
    if not desk.accepts(identity.context):
        _refuse_context(bench, identity, arrival.request_id)
    place = desk.roles.place(identity.roles)
    with bench.services.units.begin() as unit:
        account = unit.accounts.by_subject(identity.subject_sha256)
        account = account or _add(bench, unit, identity, place)
        check_place(account, place)
        sign_ins.uncount_attempt(unit, key, now=bench.services.now())
        return begin_session(
            bench,
            unit,
            account,
            request_id=arrival.request_id,
            sid_sha256=sid_sha256(identity.issuer, identity.session_id),
        )


def _refuse_context(bench: Workbench, identity: Identity, request_id: str) -> NoReturn:
    """Log that the provider authenticated a person in another way than required.

    Always raises ProviderRefusedError.
    """
    caller = Caller(PROVIDER.actor, PROVIDER.purpose, request_id=request_id)
    with bench.services.units.begin() as unit:
        account = unit.accounts.by_subject(identity.subject_sha256)
        user_id = account.user_id if account else None
        event = ProviderSignInRefused(user_id, errors.ProviderRefusal.CONTEXT)
        record(bench.services, unit, caller, event)
    raise errors.ProviderRefusedError(_OTHER_CONTEXT, reason=errors.ProviderRefusal.CONTEXT)


def check_place(account: Account | None, place: Place) -> None:
    """Raise ProviderRefusedError unless the account is enabled and has this role and force."""
    if account is None or account.is_disabled:
        raise errors.ProviderRefusedError(_NO_ACCOUNT, reason=errors.ProviderRefusal.ACCOUNT)
    if (account.role, account.force) != (place.role, place.force):
        raise errors.ProviderRefusedError(_OTHER_ROLE, reason=errors.ProviderRefusal.ROLE_CHANGED)


def _desk(bench: Workbench) -> ProviderDesk:
    if bench.provider is None:
        raise errors.NotFoundError
    return bench.provider


def _checked(bench: Workbench, departure: Departure | None, arrival: Arrival) -> Departure:
    """Return the departure that matches an arrival, before any code goes to the provider."""
    now = bench.services.now()
    if departure is None or not timedelta(0) <= now - departure.begun_at <= LONGEST_JOURNEY:
        raise errors.ProviderRefusedError(_TOO_LATE, reason=errors.ProviderRefusal.STATE)
    if not hmac.compare_digest(departure.state.encode(), arrival.state.encode()):
        raise errors.ProviderRefusedError(_TOO_LATE, reason=errors.ProviderRefusal.STATE)
    provider = _desk(bench).provider
    is_stated = bool(arrival.issuer) or provider.states_issuer()
    if is_stated and arrival.issuer != provider.issuer:
        raise errors.ProviderRefusedError(_DENIED, reason=errors.ProviderRefusal.ISSUER)
    if arrival.error or not arrival.code:
        raise errors.ProviderRefusedError(_DENIED, reason=errors.ProviderRefusal.DENIED)
    return departure


def _count(bench: Workbench, key: str) -> None:
    """Count the attempt first, which limits the number of requests to the provider."""
    counted = (sign_ins.Counted(key, bench.sign_in.by_address),)
    with bench.services.units.begin() as unit:
        if sign_ins.count_attempt(unit, counted, now=bench.services.now()) is None:
            raise errors.NotAuthenticatedError(sign_ins.HELD_UP)


def _add(bench: Workbench, unit: UnitOfWork, identity: Identity, place: Place) -> Account:
    """Add an account for a person who signs in for the first time."""
    surroundings = bench.services.surroundings
    user_id = UserId(surroundings.new_id())
    account = Account(
        user_id=user_id,
        sign_in_name=_name(unit, identity.name, user_id),
        role=place.role,
        force=place.force,
        password_hash="",
        added_at=surroundings.clock(),
    )
    unit.accounts.add(account)
    link = subject_link(surroundings, identity.subject_sha256, user_id)
    if not unit.accounts.link(link):
        raise errors.ConflictError(
            "Your first sign-in is already in progress in another window. Try again."
        )
    event = AccountAdded(
        user_id,
        place.role,
        by="provider",
        row_sha256=account_digest(account),
        subject_commitment=subject_commitment(link),
    )
    record(bench.services, unit, PROVIDER, event, Concern(place.force))
    return account


def _name(unit: UnitOfWork, told: str, user_id: UserId) -> str:
    """Return the provider's name if well-formed and free, else one with the account's id."""
    plain = told.partition("@")[0].lower()
    if not _IS_NAME(plain):
        return f"person-{user_id[:12]}"
    return plain if unit.accounts.by_name(plain) is None else f"{plain}-{user_id[:12]}"


def is_provider_token(secret: str) -> bool:
    """Whether a bearer secret has the form of a provider's token. Secrets issued here have no
    dots.
    """
    return secret.count(".") == 2


def authenticate_bearer(services: StoreServices, desk: ProviderDesk, token: str) -> Actor:
    """Return the actor behind an access token.

    The actor has the scopes that both the token and the account allow. The account must exist here
    and be enabled, so that disabling it ends the use of the token at once. Raises
    NotAuthenticatedError, the same for every fault, and ProviderUnavailableError.
    """
    try:
        bearer = desk.provider.identify_bearer(token)
        if not desk.accepts(bearer.identity.context):
            raise errors.NotAuthenticatedError
        place = desk.roles.place(bearer.identity.roles)
        with services.units.read() as unit:
            account = unit.accounts.by_subject(bearer.identity.subject_sha256)
        check_place(account, place)
    except errors.ProviderRefusedError:
        raise errors.NotAuthenticatedError from None
    if account is None:
        raise errors.NotAuthenticatedError
    actor = account.actor
    return Actor(actor.user_id, actor.role, actor.force, actor.scopes & bearer.scopes)


OLDEST = timedelta(minutes=10)
"""A notice issued longer ago is refused, so that notices need not be remembered for longer to
detect replays."""

_REMEMBERED = timedelta(hours=1)


def end_by_notice(
    services: StoreServices, desk: ProviderDesk | None, token: str, request_id: str = ""
) -> int:
    """End the sessions that a logout token names, and return how many sessions were ended.

    Sessions begun with a password are not ended, because they are not the provider's. Raises
    NotFoundError (no provider is set up), ProviderRefusedError, ProviderUnavailableError.
    """
    if desk is None:
        raise errors.NotFoundError
    notice = desk.provider.read_logout(token)
    now = services.now()
    if now - notice.issued_at > OLDEST:
        raise errors.ProviderRefusedError(reason=errors.ProviderRefusal.TIME)
    caller = Caller(PROVIDER.actor, PROVIDER.purpose, request_id=request_id)
    with services.units.begin() as unit:
        digest = hashlib.sha256(f"{notice.issuer}\n{notice.token_id}".encode()).hexdigest()
        if not unit.sessions.take_notice(digest, now, forget_before=now - _REMEMBERED):
            raise errors.ProviderRefusedError(reason=errors.ProviderRefusal.REPLAY)
        user_id = _owner(unit, notice)
        sid = sid_sha256(notice.issuer, notice.session_id) if notice.session_id else None
        is_known = not notice.subject or user_id is not None
        ended = unit.sessions.end_of_provider(user_id, sid, now) if is_known else ()
        record(services, unit, caller, ProviderSignedOut(user_id, len(ended)))
        for session in ended:
            record_end(services, unit, caller, session)
    return len(ended)


def _owner(unit: UnitOfWork, notice: LogoutNotice) -> UserId | None:
    """Return the account of the notice's subject.

    None if the notice names no subject, or one without an account here.
    """
    if not notice.subject:
        return None
    account = unit.accounts.by_subject(subject_sha256(notice.issuer, notice.subject))
    return account.user_id if account else None
