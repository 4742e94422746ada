"""An application by its reference and code together.

Both go into one digest under a key of the store, and the digest is looked up: a wrong code and a
reference that does not exist are one and the same search that finds nothing, in the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.access import Caller, Scope
from domain.applications.references import CODE_LENGTH, REFERENCE_LENGTH, read_text
from domain.applications.states import Application, DraftApplication
from domain.errors import ConflictError, NotFoundError
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services

NOT_FOUND = "No application has this reference with this code: check both."


@dataclass(frozen=True, slots=True)
class Access:
    """The caller, and the reference and the code that an applicant gave."""

    caller: Caller
    reference: str
    code: str = field(repr=False)


def access_digest(services: Services, reference: str, code: str) -> str:
    """Return HMAC-SHA-256, hexadecimal, of a reference and a code, however they were typed."""
    read = f"{read_text(reference, REFERENCE_LENGTH)} {read_text(code, CODE_LENGTH)}"
    text = f"application {read}".encode()
    return services.reference_mac(text).hex()


def opened(services: Services, unit: UnitOfWork, access: Access) -> DraftApplication | Application:
    """Return the application that they open; raises NotPermittedError, NotFoundError."""
    access.caller.actor.require(Scope.CARRY_APPLICATIONS)
    digest = access_digest(services, access.reference, access.code)
    found = (unit.application_drafts.find(digest), unit.applications.find(digest))
    one = found[0] or found[1]
    if one is None:
        raise NotFoundError(NOT_FOUND)
    return one


def opened_draft(services: Services, unit: UnitOfWork, access: Access) -> DraftApplication:
    """Return the draft that they open; raises also ConflictError for one that was sent."""
    found = opened(services, unit, access)
    if isinstance(found, Application):
        raise ConflictError("The application has been sent, so it cannot be changed.")
    return found


def opened_application(services: Services, unit: UnitOfWork, access: Access) -> Application:
    """Return the application that they open; raises also ConflictError for one not sent yet."""
    found = opened(services, unit, access)
    if isinstance(found, DraftApplication):
        raise ConflictError("The application has not been sent yet: send it first.")
    return found
