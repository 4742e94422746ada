"""W3C PROV of a link, as far as the force that searched may know it.

It names the force's own search, the model, and the record if the force holds it. It states that
two examiners agreed, but not who they are, nor their case, candidate or decisions, nor any number
that counts other people's work.
"""

from prov.model import PROV, ProvDocument

from domain.examination.cases import Link
from service.provenance.prov_view import (
    NAMESPACE,
    Attributes,
    LinkHistory,
    as_json,
    il,
    named,
    search_activity,
    tell_basis,
    utc,
    without_blanks,
)


def force_prov_document(history: LinkHistory) -> ProvDocument:
    """Return the view of a link as a document of the Python package prov."""
    document = ProvDocument()
    document.add_namespace(NAMESPACE)
    tell_basis(document, history.search)
    search_activity(document, history.search, history.probe_commitment)
    _tell_link(document, history)
    _tell_examinations(document, history)
    _tell_revocation(document, history.link)
    return document


def force_prov_json(history: LinkHistory) -> str:
    """Return the view as indented PROV-JSON, which is the same for the same history."""
    return as_json(force_prov_document(history))


def _tell_link(document: ProvDocument, history: LinkHistory) -> None:
    link, at = history.link, utc(history.link.linked_at)
    entity, activity = named("link", link.link_id), named("linking", link.link_id)
    attributes: Attributes = {
        PROV["type"]: il("Link"),
        il("id"): link.link_id,
        il("record"): link.record_id or "",
    }
    document.activity(activity, at, at, {PROV["type"]: il("Linking")})
    document.entity(entity, without_blanks(attributes))
    document.wasGeneratedBy(entity, activity, at)
    document.wasDerivedFrom(entity, named("probe", history.search.search_id))


def _tell_examinations(document: ProvDocument, history: LinkHistory) -> None:
    """Add the examiners who agreed, under numbers that exist only in this document."""
    for number, _ in enumerate(history.decisions, start=1):
        activity, examiner = named("examination", str(number)), named("examiner", str(number))
        document.agent(examiner, {PROV["type"]: PROV["Person"]})
        document.activity(activity, None, None, {PROV["type"]: il("Examination")})
        document.used(activity, named("probe", history.search.search_id))
        document.wasAssociatedWith(activity, examiner)
        document.wasInformedBy(named("linking", history.link.link_id), activity)


def _tell_revocation(document: ProvDocument, link: Link) -> None:
    if link.revoked_at is not None:
        at, activity = utc(link.revoked_at), named("revocation", link.link_id)
        document.activity(activity, at, at, {PROV["type"]: il("Revocation")})
        document.wasInvalidatedBy(named("link", link.link_id), activity, at)
