"""Letters that an applicant reads once the office has answered.

The answer of a kind whose form says so is a letter in plain text, made of the disclosure as it was
stored. A kind whose answer is a separate document, such as a certificate, has no letter: a case
officer hands the document over (`handing`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from domain.applications.forms import FORMS
from domain.applications.states import Paper
from domain.disclosures import SentDisclosure
from domain.requests import ReplyOutcome, RequestFile
from service.storage.unit_of_work import UnitOfWork

_WORDS = {
    ReplyOutcome.INFORMATION: "This is what is held about you and may be given to you.",
    ReplyOutcome.NO_RECORD: "No record is held about you.",
    ReplyOutcome.NOT_IDENTIFIED: "What you sent does not tell us who you are.",
    ReplyOutcome.SEVERAL_PEOPLE: "What you sent does not tell us who you are.",
    ReplyOutcome.PRINTS_DO_NOT_MATCH: "What you sent does not tell us who you are.",
    ReplyOutcome.DENIED: "Your application was refused.",
    ReplyOutcome.NOTHING_TO_GIVE: "There is nothing that we must give you.",
}
"""Several people found, and prints of another, are told alike: the rest is about others."""


def papers_of(unit: UnitOfWork, file: RequestFile) -> tuple[Paper, ...]:
    """Return the letters of a request; none before it is answered, and once it is erased."""
    form = FORMS.get(file.request.kind)
    if form is None or not form.has_letter:
        return ()
    sent = unit.disclosures.of_request(file.request.request_id)
    read = (_letter(number, one) for number, one in enumerate(sent, 1))
    return tuple(paper for paper in read if paper is not None)


def _letter(number: int, sent: SentDisclosure) -> Paper | None:
    if sent.content is None:
        return None
    told: Mapping[str, Any] = json.loads(sent.content)
    lines = [_WORDS[sent.outcome], *_items(told), str(told.get("words", ""))]
    text = "\n\n".join(line for line in lines if line)
    head = f"Answer of {sent.sent_at:%d %B %Y}\nNumber {sent.disclosure_id}\n\n"
    content = f"{head}{text}\n".encode()
    return Paper(f"answer-{number}.txt", "text/plain; charset=utf-8", content)


def _items(told: Mapping[str, Any]) -> list[str]:
    found = []
    for item in told.get("items", ()):
        said = item["conviction"]
        court = said.get("court", {})
        offences = "; ".join(str(one.get("title", "")) for one in said.get("offences", ()))
        place = court.get("name") or court.get("code", "")
        found.append(f"{said.get('decided_on', '')}, {place}: {offences}")
    return found
