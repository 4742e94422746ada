"""Access to one's own data: found by details, prepared by one, read by another, handed out."""

from __future__ import annotations

from typing import Any

from domain.people import Record
from service.demo.services.scene import Scene


def show(scene: Scene) -> None:
    """Answer a person who asks for everything that is held of them."""
    record = next(one for _, one in scene.people_on_record() if _is_plain(one))
    scene.say("\nA person asks for everything that is held of them.")
    work = scene.opened(scene.own_request("subject-access", record))
    scene.identified_by_documents(work, record)
    prepared = work.post("answer", search="Records, prints, disclosures and the log of looks.")
    removed = len(prepared["removals"])
    scene.say(f"One officer prepares the answer; removed by the schema: {removed} places.")
    scene.released(work)
    document: dict[str, Any] = work.officer.get(f"{work.path}/answer/document")
    pdf = scene.downloaded(f"{work.path}/answer/document.pdf")
    due = work.read()["due_on"]
    scene.say(f"Another agreed, and it left: {len(pdf) // 1000} kB of PDF, due by {due}.")
    told = {one["heading"]: len(one["fields"]) for one in document["sections"]}
    parts = ", ".join(f"{heading} {count}" for heading, count in told.items())
    scene.say(f"Fields by section: {parts}.")
    scene.say(document["no_certificate"])


def _is_plain(record: Record) -> bool:
    return bool(record.arrest_reports and record.details.names and record.details.dates_of_birth)
