"""W3C PROV of a link: how it was made, as entities, activities and agents.

Source: W3C PROV-DM, PROV-N and the PROV-JSON submission. Entities are the probe, the gallery
generation, the configuration, the candidate, the link and its targets. Activities are the search,
each decision, the linking and a revocation. Agents are the persons, the force and the model. A
verification is blind, so it is not informed by the earlier decision; a resolution is. The view has
ids, digests, codes and times, but no reasons in free text.
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

Attributes = dict[str | QualifiedName, str | int | QualifiedName | datetime]


@dataclass(frozen=True, slots=True)
class LinkHistory:
    """All data from which the view of a link is made.

    `decisions` are the decisions that the link is based on, in the order in which they were
    sealed.
    """

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
    document = ProvDocument()
    document.add_namespace(NAMESPACE)
    tell_basis(document, history.search)
    _tell_search(document, history)
    for number, decision in enumerate(history.decisions):
        _tell_decision(document, history, decision, number=number)
    _tell_link(document, history)
    _tell_revocation(document, history.link)
    return document


def prov_json(history: LinkHistory) -> str:
    """Return the view of a link as indented PROV-JSON, which is the same for the same history."""
    return as_json(prov_document(history))


def as_json(document: ProvDocument) -> str:
    """Return a document as indented PROV-JSON, which is the same for the same content."""
    text = document.serialize(format="json")
    return json.dumps(json.loads(text or "{}"), indent=2, sort_keys=True) + "\n"


def prov_n(history: LinkHistory) -> str:
    """Return the view of a link in PROV-N, a notation for human readers."""
    return prov_document(history).get_provn() + "\n"


def decision_role(decision: Decision, number: int) -> str:
    """Return the role of a decision: the first is the decision, later ones verifications."""
    if decision.kind is DecisionKind.RESOLUTION:
        return "resolution"
    return "decision" if number == 0 else "verification"


def tell_basis(document: ProvDocument, search: Search) -> None:
    """Add the model, the gallery and the configuration of a search."""
    basis = search.basis
    document.agent(
        _model(basis),
        {
            PROV["type"]: PROV["SoftwareAgent"],
            il("name"): basis.model_name,
            il("version"): basis.model_version,
            il("digest"): basis.model_digest,
            il("code_version"): basis.code_version,
        },
    )
    document.entity(
        named("gallery", str(basis.index_generation)),
        {
            PROV["type"]: il("GalleryGeneration"),
            il("generation"): basis.index_generation,
            il("digest"): basis.index_digest,
        },
    )
    document.entity(
        _configuration(basis),
        {PROV["type"]: PROV["Plan"], il("digest"): basis.configuration_digest},
    )


def search_activity(
    document: ProvDocument, search: Search, probe_commitment: str, more: Attributes | None = None
) -> QualifiedName:
    """Add a search, its probe and its force, and return its name."""
    basis, at = search.basis, utc(search.submitted_at)
    activity = named("search", search.search_id)
    probe = named("probe", search.search_id)
    document.entity(
        probe,
        without_blanks({PROV["type"]: il("Probe"), il("commitment"): probe_commitment}),
    )
    attributes: Attributes = {
        PROV["type"]: il("Search"),
        il("id"): search.search_id,
        il("search_type"): str(search.search_type),
        il("purpose"): str(search.purpose),
        il("on_behalf_of"): search.on_behalf_of,
        **(more or {}),
    }
    document.activity(activity, at, at, without_blanks(attributes))
    document.used(activity, probe, at)
    document.used(activity, named("gallery", str(basis.index_generation)), at)
    plan = _configuration(basis)
    document.wasAssociatedWith(activity, _model(basis), plan)
    document.wasAssociatedWith(activity, _person(document, search.submitted_by))
    force = document.agent(named("force", search.force), {PROV["type"]: PROV["Organization"]})
    document.actedOnBehalfOf(named("person", search.submitted_by), force, activity)
    return activity


def _tell_search(document: ProvDocument, history: LinkHistory) -> None:
    search, at = history.search, utc(history.search.submitted_at)
    number = _event_number(history, search.search_id)
    activity = search_activity(document, search, history.probe_commitment, number)
    told: Attributes = {PROV["type"]: il("Candidate")}
    if history.record_version is not None:
        told[il("record_version")] = history.record_version
    candidate = document.entity(_candidate(history), told)
    document.wasGeneratedBy(candidate, activity, at)
    document.wasDerivedFrom(candidate, named("probe", search.search_id))


def _tell_decision(
    document: ProvDocument, history: LinkHistory, decision: Decision, *, number: int
) -> None:
    role, at = decision_role(decision, number), utc(decision.sealed_at)
    activity = named("decision", decision.decision_id)
    attributes: Attributes = {
        PROV["type"]: il(role.capitalize()),
        il("id"): decision.decision_id,
        il("outcome"): str(decision.outcome),
        **_fingers(decision.fingers),
        **_event_number(history, decision.decision_id),
    }
    document.activity(activity, None, at, attributes)
    document.used(activity, named("probe", history.search.search_id))
    document.used(activity, _candidate(history))
    document.wasAssociatedWith(activity, _person(document, decision.decided_by))
    if decision.kind is DecisionKind.RESOLUTION:
        for earlier in history.decisions[:number]:
            document.wasInformedBy(activity, named("decision", earlier.decision_id))


def _tell_link(document: ProvDocument, history: LinkHistory) -> None:
    link, at = history.link, utc(history.link.linked_at)
    entity, activity = named("link", link.link_id), named("linking", link.link_id)
    attributes: Attributes = {
        PROV["type"]: il("Link"),
        il("id"): link.link_id,
        il("case"): link.case_id,
        il("person"): link.person_id,
        il("record"): link.record_id or "",
        il("encounter"): link.encounter_id or "",
        **_fingers(link.fingers),
        **_event_number(history, link.link_id),
    }
    document.activity(activity, at, at, {PROV["type"]: il("Linking")})
    document.entity(entity, without_blanks(attributes))
    document.wasGeneratedBy(entity, activity, at)
    document.wasDerivedFrom(entity, _candidate(history))
    for decision in history.decisions:
        document.wasInformedBy(activity, named("decision", decision.decision_id))


def _tell_revocation(document: ProvDocument, link: Link) -> None:
    if link.revoked_at is None:
        return
    at, activity = utc(link.revoked_at), named("revocation", link.link_id)
    document.activity(activity, at, at, {PROV["type"]: il("Revocation")})
    document.wasInvalidatedBy(named("link", link.link_id), activity, at)
    if link.revoked_by is not None:
        document.wasAssociatedWith(activity, _person(document, link.revoked_by))


def _person(document: ProvDocument, user_id: str) -> QualifiedName:
    """Declare a person once, however often they act, and return their name."""
    name = named("person", user_id)
    if not document.get_record(name):
        document.agent(name, {PROV["type"]: PROV["Person"], il("id"): user_id})
    return name


def _candidate(history: LinkHistory) -> QualifiedName:
    return named("candidate", history.link.candidate_id)


def _model(basis: Basis) -> QualifiedName:
    return named("model", basis.model_digest[:_DIGEST_DIGITS])


def _configuration(basis: Basis) -> QualifiedName:
    return named("configuration", basis.configuration_digest[:_DIGEST_DIGITS])


def named(kind: str, ref: str) -> QualifiedName:
    """Return the qualified name of a node of this kind."""
    # An id may have characters that a qualified name may not; each character has one spelling
    # here.
    safe = re.sub(r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", ref)
    return il(f"{kind}-{safe}")


def il(word: str) -> QualifiedName:
    """Return a word of this view's own vocabulary, under the prefix `il`."""
    return NAMESPACE[word]


def _event_number(history: LinkHistory, ref: str) -> Attributes:
    numbers = dict(history.event_numbers)
    return {il("event"): numbers[ref]} if ref in numbers else {}


def _fingers(fingers: Fingers | None) -> Attributes:
    """Return the FGP numbers of the fingers; events of earlier releases do not record them."""
    compared = NOT_RECORDED if fingers is None else fingers.compared_codes
    identified = NOT_RECORDED if fingers is None else fingers.identified_codes
    return {il("fingers_compared"): compared, il("fingers_identified"): identified}


def without_blanks(attributes: Attributes) -> Attributes:
    """Return the attributes that have a value."""
    return {name: value for name, value in attributes.items() if value != ""}


def utc(at: datetime) -> datetime:
    """Return a date and time in UTC."""
    # Only for a datetime: with a plain date the package recurses endlessly (3.2.3).
    return at.astimezone(UTC)
