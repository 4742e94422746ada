"""The content of a certificate, from the release and the present record.

The record may change between release and issue. So the releasable items are computed again: the
certificate contains exactly the items that two people released, or it is not made.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from domain.applications.states import DocumentId
from domain.errors import ConflictError, NotReleasableError, existing
from domain.ids import RequestId
from domain.office_days import office_day
from domain.people.conviction_words import decision_words, offence_words, sentence_words
from domain.people.convictions import Conviction
from domain.requests.certificates import (
    CertificateContent,
    CertificateOutcome,
    Holder,
    StatedMatter,
    StoodOn,
    outcome_of,
)
from domain.requests.disclosures import SentDisclosure
from domain.requests.proofs import PASSPORT_COUNTRY, PASSPORT_NUMBER, Claim, address_of, proved
from domain.requests.releasing import Releasable
from domain.requests.request_states import RequestState
from domain.requests.requests import Ask, Entry, IdentityBasis, RequestFile
from rules.data_files import intelligence_markers
from rules.step_down import step_down_rules
from service.storage.unit_of_work import UnitOfWork
from service.usecases.requests import assessing, deciding, kinds, proving, referring
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds.certificates import CHILD_PROTECTION_CERTIFICATE, COUNTRIES
from service.usecases.requests.matters import matters_of
from service.usecases.requests.unchanged import are_matters_changed

_RELEASED = frozenset({RequestState.RELEASED, RequestState.CLOSED})

_BASES = {
    IdentityBasis.DETAILS: "on the details stated; no document and no prints were compared",
    IdentityBasis.DOCUMENTS: "on documents that were seen; no prints were compared",
    IdentityBasis.PRINTS: "on prints, by a link of two examiners",
}

_SENTENCES = {
    CertificateOutcome.NO_TRACE: (
        "We hold no convictions, cautions or open matters about the person named above.",
    ),
    CertificateOutcome.NO_LIVE_TRACE: (
        "There is nothing to disclose about this person. This is not the same as No Trace: a "
        "record exists, but nothing in it is disclosed any more.",
    ),
    CertificateOutcome.TRACE: (
        "The matters listed below are held about this person. They are everything that is held.",
    ),
    CertificateOutcome.TRACE_STEPPED_DOWN: (
        "The matters listed below are held about this person. Further information is held, and is"
        " not disclosed.",
    ),
    CertificateOutcome.CANNOT_BE_CERTIFIED: (
        "We cannot certify whether anything is held about this person.",
    ),
}

_ALSO = {
    CHILD_PROTECTION_CERTIFICATE.name: (
        "Spent convictions, cautions of any age and markers of intelligence are included."
        " Information held outside the United Kingdom is not.",
    )
}
"""Further sentences on each kind of certificate, whatever its outcome."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate before it is signed: its content, and the rows that it is based on."""

    content: CertificateContent
    file: RequestFile
    disclosure: SentDisclosure
    ground: StoodOn
    portrait: bytes = field(default=b"", repr=False)
    """The photograph that an officer compared with the passport; empty if there is none."""


def draft(unit: UnitOfWork, request_id: RequestId, number: str) -> Draft:
    """Return the draft certificate of a released request.

    Raises NotFoundError, ConflictError (not released, not a kind that is certified, or the
    application is erased), NotReleasableError (the record or the link has changed since the
    release).
    """
    file = existing(unit.requests.file(request_id))
    kind = kinds.kind_named(file.request.kind)
    ask = file.request.ask
    released = [one for one in file.entries if one.state is RequestState.RELEASED]
    sent = unit.disclosures.of_request(request_id)
    if not kind.is_certified or file.state not in _RELEASED or not (released and sent):
        raise ConflictError(
            "A certificate can only be issued for an application that has been released."
        )
    if ask is None:
        raise ConflictError(
            "The application has been erased: no certificate can be issued for it."
        )
    entry, disclosure = released[-1], sent[-1]
    found = _as_released(unit, file, kind, entry, disclosure)
    portrait = _portrait(unit, file)
    holder = _holder(ask, portrait)
    as_of = office_day(disclosure.sent_at)
    content = _content(unit, file, (ask, holder), found, number=number, as_of=as_of)
    return Draft(content, file, disclosure, _ground(unit, file), portrait)


def _as_released(
    unit: UnitOfWork, file: RequestFile, kind: Kind, entry: Entry, sent: SentDisclosure
) -> assessing.Assessment:
    used = unit.requests.used(file.request.request_id, entry.number)
    on = office_day(sent.sent_at)
    found = assessing.assess(unit, file, kind, on, deciding.choice_of(used))
    link_id = file.identification.link_id if file.identification else None
    link = unit.links.get(link_id) if link_id else None
    is_revoked = link is not None and link.revoked_at is not None
    is_changed = found.used != used or found.outcome is not sent.outcome
    if is_revoked or is_changed or are_matters_changed(unit, file, kind, entry, on=on):
        raise NotReleasableError(
            "The record or the link has changed since the release: open a new application."
        )
    return found


def _portrait(unit: UnitOfWork, file: RequestFile) -> bytes:
    """Return the photograph that an officer accepted; empty if none was sent or it is erased."""
    ticked = proved(unit.proofs.of_request(file.request.request_id)).get(Claim.PHOTOGRAPH)
    if ticked is None or not ticked.document_id:
        return b""
    return unit.application_documents.content(DocumentId(ticked.document_id)) or b""


def _content(
    unit: UnitOfWork,
    file: RequestFile,
    stated: tuple[Ask, Holder],
    found: assessing.Assessment,
    *,
    number: str,
    as_of: date,
) -> CertificateContent:
    ask, holder = stated
    kind = kinds.kind_named(file.request.kind)
    rules = step_down_rules(kind.rule_set)
    matters = matters_of(assessing.held_records(unit, file), ask.subject, as_of, rules)
    markers = referring.markers_told(unit, file) if kind.is_referred else ()
    held_back = [one.held_back.reason for one in found.judged if one.held_back]
    outcome = outcome_of(found.outcome, held_back, is_more_held=matters.is_more_held)
    is_traced = outcome in (CertificateOutcome.TRACE, CertificateOutcome.TRACE_STEPPED_DOWN)
    basis = _basis(unit, file)
    return CertificateContent(
        kind=kind.name,
        title=kind.title,
        number=number,
        outcome=outcome,
        holder=holder,
        basis=basis,
        basis_words=f"Established {_BASES[basis]}",
        as_of=as_of,
        rule=rules.identifier,
        rule_words=f"{rules.identifier}{' (synthetic)' if rules.is_synthetic else ''}",
        countries=_countries(ask),
        matters=(*map(_matter, found.leaving), *matters.stated) if is_traced else (),
        pending=matters.pending if is_traced else (),
        statements=(*_SENTENCES[outcome], *_ALSO.get(kind.name, ())),
        markers=tuple(intelligence_markers()[one] for one in markers) if is_traced else (),
    )


def _countries(ask: Ask) -> tuple[str, ...]:
    stated = dict(ask.facts).get(COUNTRIES, "")
    return tuple(one.strip() for one in stated.split(",") if one.strip())


def _basis(unit: UnitOfWork, file: RequestFile) -> IdentityBasis:
    """Return the basis of the identity: prints if there is a link, else the ticked answers."""
    basis = file.identification.basis if file.identification else IdentityBasis.DETAILS
    if basis is IdentityBasis.PRINTS:
        return basis
    return proving.basis_by_ticks(unit, file.request.request_id)


def _holder(ask: Ask, portrait: bytes) -> Holder:
    details = ask.subject
    first, *others = details.names
    born = details.dates_of_birth[0] if details.dates_of_birth else ""
    facts = dict(ask.facts)
    return Holder(
        first.display,
        str(born),
        details.place_of_birth,
        tuple(one.country for one in details.nationalities),
        tuple(one.display for one in others),
        address_of(ask),
        facts.get(PASSPORT_NUMBER, ""),
        facts.get(PASSPORT_COUNTRY, ""),
        details.sex.value if details.sex else "",
        hashlib.sha256(portrait).hexdigest() if portrait else "",
    )


def _matter(item: Releasable) -> StatedMatter:
    conviction: Conviction = item.held.conviction
    return StatedMatter(
        conviction.decided_on,
        conviction.court.name or conviction.court.code,
        tuple(map(offence_words, conviction.offences)),
        (
            *map(sentence_words, conviction.sanctions),
            *map(decision_words, conviction.decisions),
        ),
    )


def _ground(unit: UnitOfWork, file: RequestFile) -> StoodOn:
    """Return the rows that the certificate is based on, in their present versions."""
    rows = assessing.rows_of(unit, assessing.people_of(unit, file))
    held = (one.record_id for one in assessing.held_records(unit, file))
    versions = ((one, unit.records.versions(one)[-1].version) for one in held)
    return StoodOn(tuple(sorted(rows)), tuple(sorted(versions)))
