"""The document that a person gets about their own data: only words, the same for everybody.

One wording stands for withheld data and for nothing held; the rest of the document does not depend
on either. It carries no number, code or signature by which others could check it: to demand it of
somebody for a job, a contract or a service is an offence (DPA 2018 s 184).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.disclosure.own_data import HELD, OwnAnswer
from domain.requests import ReplyOutcome, RequestFile
from service.usecases.requests.own_data import CONSULTED, ORIGIN, RECIPIENTS

TITLE = "Your request for your own data"
GIVEN = "We looked for data about you. This is what we must give you."
NOTHING = "We looked for data about you. There is nothing that we must give you."
ABOUT = (
    "This office processes data to prevent, detect, investigate and prosecute offences (Data"
    " Protection Act 2018, Part 3). The data comes from police forces, courts and the authorities"
    " of other countries.",
    "Entries are kept until the hundredth birthday, prints as long as the Police and Criminal"
    " Evidence Act 1984 allows.",
)
RIGHTS = (
    "You may ask us to correct data, to erase it or to restrict what is done with it (sections"
    " 46 to 48).",
    "The law lets us hold data back (section 45(4)). You may ask the Information Commissioner to"
    " check that we did so lawfully (section 51), complain to the Commissioner (section 165), and"
    " apply to a court (section 167).",
)
NO_CERTIFICATE = (
    "This is not a certificate. Nobody may require you to show it for a job, a contract or a"
    " service: that is an offence (Data Protection Act 2018, section 184). So it has no number,"
    " code or signature by which others could check it, and we confirm it to nobody but you."
)

_HEADINGS = {
    HELD: "What we hold",
    ORIGIN: "Where it comes from",
    RECIPIENTS: "Who was told of it",
    CONSULTED: "Who looked at it",
}


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """The document as it leaves."""

    reference: str
    """The opaque id of the request, which says nothing to others."""
    on: date
    statement: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Headings with labels and texts; empty where there is nothing to give."""


def own_document(answer: OwnAnswer, file: RequestFile) -> OwnDocument:
    """Return the document of an answer that was released."""
    gives = answer.outcome is ReplyOutcome.INFORMATION and answer.content is not None
    sections = answer.content.sections if answer.content is not None and gives else ()
    return OwnDocument(
        str(file.request.request_id),
        file.entries[-1].on,
        GIVEN if sections else NOTHING,
        tuple(
            (_HEADINGS[section.key], tuple((one.label, one.text) for one in section.fields))
            for section in sections
            if section.fields
        ),
    )


def document_json(document: OwnDocument) -> Mapping[str, Any]:
    """Return the document as JSON values."""
    return {
        "title": TITLE,
        "reference": document.reference,
        "date": document.on.isoformat(),
        "statement": document.statement,
        "sections": [
            {
                "heading": heading,
                "fields": [{"label": label, "text": text} for label, text in fields],
            }
            for heading, fields in document.sections
        ],
        "about": list(ABOUT),
        "rights": list(RIGHTS),
        "no_certificate": NO_CERTIFICATE,
    }
