"""W3C PROV of a link: how it was made, as entities, activities and agents.

Source: W3C PROV-DM, PROV-N and the PROV-JSON submission. Entities are the probe, the gallery
generation, the configuration, the candidate, the link and its targets. Activities are the search,
each decision, the linking and a revocation. Agents are the persons, the force and the model. A
verification is blind, so it is not informed by the earlier decision; a resolution is. The view has
ids, digests, codes and times, but no reasons in free text.

The force that searched may know less: its own search, the model, and the record if the force holds
it. Its view states that two examiners agreed, but not who they are, nor their case, candidate or
decisions, nor any number that counts other people's work.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from prov.model import PROV, Namespace, ProvDocument, QualifiedName

from domain.examination.cases import Decision, DecisionKind, Link
from domain.prints.prints import NOT_RECORDED, Fingers
from domain.searches.searches import Basis, Search

NAMESPACE = Namespace("il", "https://identlink.example/provenance#")
"""Namespace of all names in the view; the domain is reserved for examples (RFC 2606)."""

_DIGEST_DIGITS = 12
"""Digits of a digest that name a node in one document; the attribute has them all."""

_Attributes = dict[str | QualifiedName, str | int | QualifiedName | datetime]


@dataclass(frozen=True, slots=True)
class LinkHistory:
    """All data from which the view of a link is made; its `decisions` in the order of sealing."""

    search: Search
    probe_commitment: str
    """The keyed commitment to the probe in the log; empty if there is none."""
    decisions: tuple[Decision, ...]
    link: Link
    event_numbers: tuple[tuple[str, int], ...] = ()
    """Opaque ids of search, decisions and link, each with the number of its event."""
    record_version: int | None = None
    """The version of the record from which the evidence on the linked candidate was computed."""


def prov_document(history: LinkHistory) -> ProvDocument:
    """Return the view of a link as a document of the Python package prov."""
    document = _with_basis(history.search)
    _tell_search(document, history)
    for number, decision in enumerate(history.decisions):
        _tell_decision(document, history, decision, number=number)
    link = history.link
    facts: _Attributes = {
        _il("case"): link.case_id,
        _il("person"): link.person_id,
        _il("encounter"): link.encounter_id or "",
        **_fingers(link.fingers),
        **_event_number(history, link.link_id),
    }
    made = _tell_link(document, link, facts, source=_candidate(history))
    for decision in history.decisions:
        document.wasInformedBy(made, _named("decision", decision.decision_id))
    revocation = _tell_revocation(document, link)
    if revocation is not None and link.revoked_by is not None:
        document.wasAssociatedWith(revocation, _person(document, link.revoked_by))
    return document


def _force_document(history: LinkHistory) -> ProvDocument:
    """Return the view of a link as far as the force that searched may know it."""
    document = _with_basis(history.search)
    _search_activity(document, history.search, history.probe_commitment)
    probe = _named("probe", history.search.search_id)
    made = _tell_link(document, history.link, {}, source=probe)
    # The examiners who agreed, under numbers that exist only in this document.
    for number in map(str, range(1, len(history.decisions) + 1)):
        activity, examiner = _named("examination", number), _named("examiner", number)
        document.agent(examiner, {PROV["type"]: PROV["Person"]})
        document.activity(activity, None, None, {PROV["type"]: _il("Examination")})
        document.used(activity, probe)
        document.wasAssociatedWith(activity, examiner)
        document.wasInformedBy(made, activity)
    _tell_revocation(document, history.link)
    return document


def prov_json(history: LinkHistory, *, is_force: bool = False) -> str:
    """Return the view of a link, or the force's view of it, as indented PROV-JSON.

    The same history gives the same text.
    """
    view = _force_document if is_force else prov_document
    text = view(history).serialize(format="json")
    return json.dumps(json.loads(text or "{}"), indent=2, sort_keys=True) + "\n"


def prov_n(history: LinkHistory) -> str:
    """Return the view of a link in PROV-N, a notation for human readers."""
    return prov_document(history).get_provn() + "\n"


def decision_role(decision: Decision, number: int) -> str:
    """Return the role of a decision: the first is the decision, later ones verifications."""
    if decision.kind is DecisionKind.RESOLUTION:
        return "resolution"
    return "decision" if number == 0 else "verification"


def _with_basis(search: Search) -> ProvDocument:
    """Return a document with the model, the gallery and the configuration of a search."""
    document, basis = ProvDocument(), search.basis
    document.add_namespace(NAMESPACE)
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
        _named("gallery", str(basis.index_generation)),
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
    return document


def _search_activity(
    document: ProvDocument, search: Search, probe_commitment: str, more: _Attributes | None = None
) -> QualifiedName:
    """Add a search, its probe and its force, and return its name."""
    basis, at = search.basis, _utc(search.submitted_at)
    activity = _named("search", search.search_id)
    probe = _named("probe", search.search_id)
    document.entity(
        probe,
        _without_blanks({PROV["type"]: _il("Probe"), _il("commitment"): probe_commitment}),
    )
    attributes: _Attributes = {
        PROV["type"]: _il("Search"),
        _il("id"): search.search_id,
        _il("search_type"): str(search.search_type),
        _il("purpose"): str(search.purpose),
        _il("on_behalf_of"): search.on_behalf_of,
        **(more or {}),
    }
    document.activity(activity, at, at, _without_blanks(attributes))
    document.used(activity, probe, at)
    document.used(activity, _named("gallery", str(basis.index_generation)), at)
    plan = _configuration(basis)
    document.wasAssociatedWith(activity, _model(basis), plan)
    document.wasAssociatedWith(activity, _person(document, search.submitted_by))
    force = document.agent(_named("force", search.force), {PROV["type"]: PROV["Organization"]})
    document.actedOnBehalfOf(_named("person", search.submitted_by), force, activity)
    return activity


def _tell_search(document: ProvDocument, history: LinkHistory) -> None:
    search, at = history.search, _utc(history.search.submitted_at)
    number = _event_number(history, search.search_id)
    activity = _search_activity(document, search, history.probe_commitment, number)
    told: _Attributes = {PROV["type"]: _il("Candidate")}
    if history.record_version is not None:
        told[_il("record_version")] = history.record_version
    candidate = document.entity(_candidate(history), told)
    document.wasGeneratedBy(candidate, activity, at)
    document.wasDerivedFrom(candidate, _named("probe", search.search_id))


def _tell_decision(
    document: ProvDocument, history: LinkHistory, decision: Decision, *, number: int
) -> None:
    role, at = decision_role(decision, number), _utc(decision.sealed_at)
    activity = _named("decision", decision.decision_id)
    attributes: _Attributes = {
        PROV["type"]: _il(role.capitalize()),
        _il("id"): decision.decision_id,
        _il("outcome"): str(decision.outcome),
        **_fingers(decision.fingers),
        **_event_number(history, decision.decision_id),
    }
    document.activity(activity, None, at, attributes)
    document.used(activity, _named("probe", history.search.search_id))
    document.used(activity, _candidate(history))
    document.wasAssociatedWith(activity, _person(document, decision.decided_by))
    if decision.kind is DecisionKind.RESOLUTION:
        for earlier in history.decisions[:number]:
            document.wasInformedBy(activity, _named("decision", earlier.decision_id))


def _tell_link(
    document: ProvDocument, link: Link, facts: _Attributes, *, source: QualifiedName
) -> QualifiedName:
    """Add the link, derived from its source, and return the activity that made it."""
    at = _utc(link.linked_at)
    entity, activity = _named("link", link.link_id), _named("linking", link.link_id)
    attributes: _Attributes = {
        PROV["type"]: _il("Link"),
        _il("id"): link.link_id,
        _il("record"): link.record_id or "",
        **facts,
    }
    document.activity(activity, at, at, {PROV["type"]: _il("Linking")})
    document.entity(entity, _without_blanks(attributes))
    document.wasGeneratedBy(entity, activity, at)
    document.wasDerivedFrom(entity, source)
    return activity


def _tell_revocation(document: ProvDocument, link: Link) -> QualifiedName | None:
    if link.revoked_at is None:
        return None
    at, activity = _utc(link.revoked_at), _named("revocation", link.link_id)
    document.activity(activity, at, at, {PROV["type"]: _il("Revocation")})
    document.wasInvalidatedBy(_named("link", link.link_id), activity, at)
    return activity


def _person(document: ProvDocument, user_id: str) -> QualifiedName:
    """Declare a person once, however often they act, and return their name."""
    name = _named("person", user_id)
    if not document.get_record(name):
        document.agent(name, {PROV["type"]: PROV["Person"], _il("id"): user_id})
    return name


def _candidate(history: LinkHistory) -> QualifiedName:
    return _named("candidate", history.link.candidate_id)


def _model(basis: Basis) -> QualifiedName:
    return _named("model", basis.model_digest[:_DIGEST_DIGITS])


def _configuration(basis: Basis) -> QualifiedName:
    return _named("configuration", basis.configuration_digest[:_DIGEST_DIGITS])


def _named(kind: str, ref: str) -> QualifiedName:
    """Return the qualified name of a node of this kind."""
    # An id may have characters that a qualified name may not; each character has one spelling
    # here.
    safe = re.sub(r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", ref)
    return _il(f"{kind}-{safe}")


def _il(word: str) -> QualifiedName:
    """Return a word of this view's own vocabulary, under the prefix `il`."""
    return NAMESPACE[word]


def _event_number(history: LinkHistory, ref: str) -> _Attributes:
    numbers = dict(history.event_numbers)
    return {_il("event"): numbers[ref]} if ref in numbers else {}


def _fingers(fingers: Fingers | None) -> _Attributes:
    """Return the FGP numbers of the fingers; events of earlier releases do not record them."""
    compared = NOT_RECORDED if fingers is None else fingers.compared_codes
    identified = NOT_RECORDED if fingers is None else fingers.identified_codes
    return {_il("fingers_compared"): compared, _il("fingers_identified"): identified}


def _without_blanks(attributes: _Attributes) -> _Attributes:
    """Return the attributes that have a value."""
    return {name: value for name, value in attributes.items() if value != ""}


def _utc(at: datetime) -> datetime:
    """Return a date and time in UTC."""
    # Only for a datetime: with a plain date the package recurses endlessly (3.2.3).
    return at.astimezone(UTC)
