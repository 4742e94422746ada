"""W3C PROV of a link: how it came to be, as entities, activities and agents.

Source: W3C PROV-DM, PROV-N and the PROV-JSON submission. Entities are the probe, the gallery
generation, the configuration, the candidate, the link and its targets; activities the
search, each decision, the linking and a revocation; agents the persons, the force and the model.
A verification is blind, so it is not informed by the decision before it; a resolution is. The
view holds ids, digests, codes and times; reasons in free text stay out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from prov.model import PROV, Namespace, ProvDocument, QualifiedName

from domain.cases import Decision, DecisionKind, Link
from domain.fingers import NOT_RECORDED, Fingers
from domain.searches import Basis, Search

NAMESPACE = Namespace("il", "https://identlink.example/provenance#")
"""Of all names in the view; the domain is reserved for examples (RFC 2606)."""

_DIGEST_DIGITS = 12
"""So many digits of a digest name a thing within one document; the attribute has them all."""

Attributes = dict[str | QualifiedName, str | int | QualifiedName | datetime]


@dataclass(frozen=True, slots=True)
class LinkHistory:
    """All that the view of a link is made from.

    `decisions` are those the link stands on, in the order they were sealed.
    """

    search: Search
    probe_commitment: str
    """The keyed commitment to the probe in the log; empty where there is none."""
    decisions: tuple[Decision, ...]
    link: Link
    event_numbers: tuple[tuple[str, int], ...] = ()
    """(opaque id, number of its event in the log) of the search, decisions and link."""
    record_version: int | None = None
    """The version of the record that the evidence on the linked candidate was made from."""


def prov_document(history: LinkHistory) -> ProvDocument:
    """Return the view of a link as a document of the package prov."""
    document = ProvDocument()
    document.add_namespace(NAMESPACE)
    _tell_basis(document, history.search)
    _tell_search(document, history)
    for number, decision in enumerate(history.decisions):
        _tell_decision(document, history, decision, number=number)
    _tell_link(document, history)
    _tell_revocation(document, history.link)
    return document


def prov_json(history: LinkHistory) -> str:
    """Return the view of a link as PROV-JSON, indented, the same for the same history."""
    text = prov_document(history).serialize(format="json")
    return json.dumps(json.loads(text or "{}"), indent=2, sort_keys=True) + "\n"


def prov_n(history: LinkHistory) -> str:
    """Return the view of a link in PROV-N, the notation that people read."""
    return prov_document(history).get_provn() + "\n"


def decision_role(decision: Decision, number: int) -> str:
    """Return the role of a decision: the first is the decision, later ones verifications."""
    if decision.kind is DecisionKind.RESOLUTION:
        return "resolution"
    return "decision" if number == 0 else "verification"


def _tell_basis(document: ProvDocument, search: Search) -> None:
    basis = search.basis
    document.agent(
        _model(basis),
        {
            PROV["type"]: PROV["SoftwareAgent"],
            _il("name"): basis.model_name,
            _il("version"): basis.model_version,
            _il("digest"): basis.model_digest,
            _il("code_version"): basis.code_version,
        },
    )
    document.entity(
        _name("gallery", str(basis.index_generation)),
        {
            PROV["type"]: _il("GalleryGeneration"),
            _il("generation"): basis.index_generation,
            _il("digest"): basis.index_digest,
        },
    )
    document.entity(
        _configuration(basis),
        {PROV["type"]: PROV["Plan"], _il("digest"): basis.configuration_digest},
    )


def _tell_search(document: ProvDocument, history: LinkHistory) -> None:
    search, basis, at = history.search, history.search.basis, _utc(history.search.submitted_at)
    activity = _name("search", search.search_id)
    probe = _name("probe", search.search_id)
    document.entity(
        probe,
        _without_blanks({PROV["type"]: _il("Probe"), _il("commitment"): history.probe_commitment}),
    )
    attributes: Attributes = {
        PROV["type"]: _il("Search"),
        _il("id"): search.search_id,
        _il("search_type"): str(search.search_type),
        _il("purpose"): str(search.purpose),
        _il("on_behalf_of"): search.on_behalf_of,
        **_event_number(history, search.search_id),
    }
    document.activity(activity, at, at, _without_blanks(attributes))
    document.used(activity, probe, at)
    document.used(activity, _name("gallery", str(basis.index_generation)), at)
    plan = _configuration(basis)
    document.wasAssociatedWith(activity, _model(basis), plan)
    document.wasAssociatedWith(activity, _person(document, search.submitted_by))
    force = document.agent(_name("force", search.force), {PROV["type"]: PROV["Organization"]})
    document.actedOnBehalfOf(_name("person", search.submitted_by), force, activity)
    told: Attributes = {PROV["type"]: _il("Candidate")}
    if history.record_version is not None:
        told[_il("record_version")] = history.record_version
    candidate = document.entity(_candidate(history), told)
    document.wasGeneratedBy(candidate, activity, at)
    document.wasDerivedFrom(candidate, probe)


def _tell_decision(
    document: ProvDocument, history: LinkHistory, decision: Decision, *, number: int
) -> None:
    role, at = decision_role(decision, number), _utc(decision.sealed_at)
    activity = _name("decision", decision.decision_id)
    attributes: Attributes = {
        PROV["type"]: _il(role.capitalize()),
        _il("id"): decision.decision_id,
        _il("outcome"): str(decision.outcome),
        **_fingers(decision.fingers),
        **_event_number(history, decision.decision_id),
    }
    document.activity(activity, None, at, attributes)
    document.used(activity, _name("probe", history.search.search_id))
    document.used(activity, _candidate(history))
    document.wasAssociatedWith(activity, _person(document, decision.decided_by))
    if decision.kind is DecisionKind.RESOLUTION:
        for earlier in history.decisions[:number]:
            document.wasInformedBy(activity, _name("decision", earlier.decision_id))


def _tell_link(document: ProvDocument, history: LinkHistory) -> None:
    link, at = history.link, _utc(history.link.linked_at)
    entity, activity = _name("link", link.link_id), _name("linking", link.link_id)
    attributes: Attributes = {
        PROV["type"]: _il("Link"),
        _il("id"): link.link_id,
        _il("case"): link.case_id,
        _il("person"): link.person_id,
        _il("record"): link.record_id or "",
        _il("encounter"): link.encounter_id or "",
        **_fingers(link.fingers),
        **_event_number(history, link.link_id),
    }
    document.activity(activity, at, at, {PROV["type"]: _il("Linking")})
    document.entity(entity, _without_blanks(attributes))
    document.wasGeneratedBy(entity, activity, at)
    document.wasDerivedFrom(entity, _candidate(history))
    for decision in history.decisions:
        document.wasInformedBy(activity, _name("decision", decision.decision_id))


def _tell_revocation(document: ProvDocument, link: Link) -> None:
    if link.revoked_at is None:
        return
    at, activity = _utc(link.revoked_at), _name("revocation", link.link_id)
    document.activity(activity, at, at, {PROV["type"]: _il("Revocation")})
    document.wasInvalidatedBy(_name("link", link.link_id), activity, at)
    if link.revoked_by is not None:
        document.wasAssociatedWith(activity, _person(document, link.revoked_by))


def _person(document: ProvDocument, user_id: str) -> QualifiedName:
    """Declare a person once, however often they act, and return their name."""
    name = _name("person", user_id)
    if not document.get_record(name):
        document.agent(name, {PROV["type"]: PROV["Person"], _il("id"): user_id})
    return name


def _candidate(history: LinkHistory) -> QualifiedName:
    return _name("candidate", history.link.candidate_id)


def _model(basis: Basis) -> QualifiedName:
    return _name("model", basis.model_digest[:_DIGEST_DIGITS])


def _configuration(basis: Basis) -> QualifiedName:
    return _name("configuration", basis.configuration_digest[:_DIGEST_DIGITS])


def _name(kind: str, ref: str) -> QualifiedName:
    # An id may hold characters that a qualified name may not; each has one spelling here.
    safe = re.sub(r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", ref)
    return _il(f"{kind}-{safe}")


def _il(word: str) -> QualifiedName:
    return NAMESPACE[word]


def _event_number(history: LinkHistory, ref: str) -> Attributes:
    numbers = dict(history.event_numbers)
    return {_il("event"): numbers[ref]} if ref in numbers else {}


def _fingers(fingers: Fingers | None) -> Attributes:
    """Return the FGP numbers of fingers; those of an earlier release are not recorded."""
    compared = NOT_RECORDED if fingers is None else fingers.compared_codes
    identified = NOT_RECORDED if fingers is None else fingers.identified_codes
    return {_il("fingers_compared"): compared, _il("fingers_identified"): identified}


def _without_blanks(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value != ""}


def _utc(at: datetime) -> datetime:
    # A datetime and nothing else: the package recurses without end on a plain date (3.2.3).
    return at.astimezone(UTC)
