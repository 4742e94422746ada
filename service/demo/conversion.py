"""Converts a roll of film in the demo: drawn, scanned, keyed, matched, sampled and certified.

The demo's keyers read the truth of the drawn forms; one of them makes a mistake now and then.
Everything else is done as people do it, over HTTP.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.synthetic.film.drawing import FilmFault, Roll, write_roll
from domain.access.access import Purpose, Role
from domain.ids import LotId
from service.cli.office.conversion import scan_folder
from service.demo.calls import ApiCaller
from service.demo.stage import Stage
from service.demo.tour import OFFICE

FRAMES = 20

_PEOPLE = {
    "keeper": Role.SUPERVISOR,
    "keyer:one": Role.KEYER,
    "keyer:two": Role.KEYER,
    "reconciler:one": Role.RECONCILER,
    "reconciler:two": Role.RECONCILER,
    "sampler": Role.SAMPLER,
    "auditor": Role.AUDITOR,
}
_SLIPS = {3: "surname", 11: "convicted-on"}
"""For each frame in which the first keyer makes a mistake, the field."""

_WORDS = "Name, birth and number compared with the picture."


@dataclass(frozen=True, slots=True)
class _Office:
    """The people of the conversion, and the truth of the roll."""

    people: dict[str, ApiCaller]
    truth: dict[int, dict[str, Any]]
    lot_id: str

    @property
    def lot(self) -> str:
        """The path of the lot in the API."""
        return f"/v1/conversion/lots/{self.lot_id}"

    def step(self, person: str, frame: str, step: str, body: dict[str, Any]) -> str:
        """Take a step on a frame and return its new state."""
        answer = self.people[person].post(f"/v1/conversion/frames/{frame}/{step}", body)
        return str(answer["state"])


def convert_roll(stage: Stage, label: str, *, frames: int = FRAMES) -> dict[str, Any]:
    """Convert a drawn roll in the served store, and return the certificate of its lot."""
    say = stage.console.print
    with ExitStack() as things:
        folder = Path(things.enter_context(tempfile.TemporaryDirectory()))
        people = things.enter_context(_people(stage))
        truth = _drawn(folder, frames)
        body = {"label": label, "medium": "film", "scan_ppi": 600}
        lot_id = str(people["keeper"].post("/v1/conversion/lots", body)["lot_id"])
        scanned = scan_folder(stage.runtime.services, folder / "in", LotId(lot_id))
        say(f"Roll {label}: {scanned.stored} frames scanned from a folder.")
        office = _Office(people, truth, lot_id)
        _key(office)
        _settle(office)
        _match(office)
        _destroy(office)
        states = {
            one["state"]: one["frames"] for one in people["keeper"].get(office.lot)["frames"]
        }
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        say(f"Keyed twice, settled, matched by two people: {told}.")
        certificate = _sampled(office)
    read = sum(one["read"] for one in certificate["classes"])
    errors = sum(one["errors"] for one in certificate["classes"])
    say(
        f"Accepted by sample: {errors} errors in {read} fields; the sampler found"
        f" {certificate['found']} of {certificate['seeded']} errors put in."
    )
    say(f"Its page: {stage.address}/workbench/conversion/lots/{lot_id}")
    return certificate


@contextmanager
def _people(stage: Stage) -> Iterator[dict[str, ApiCaller]]:
    """Open a connection for each person of the conversion, and close them afterwards."""
    purpose, forces = Purpose.RECORD_MANAGEMENT, {Role.RECONCILER: OFFICE}
    with ExitStack() as opened:
        yield {
            name: opened.enter_context(
                stage.caller(f"conversion:{name}", role, purpose, forces.get(role))
            )
            for name, role in _PEOPLE.items()
        }


def _drawn(folder: Path, frames: int) -> dict[int, dict[str, Any]]:
    """Draw a synthetic roll of film into `folder/in`; return the true content of each frame."""
    roll = Roll(seed=7, frames=frames, fingers=(1, 6))
    write_roll(roll, folder / "in", folder / "truth.json")
    told = json.loads((folder / "truth.json").read_text("utf-8"))
    return {one["number"]: one for one in told}


def _form(truth: dict[str, Any], slip: str = "") -> dict[str, Any]:
    if truth["fault"] == FilmFault.TWO_SHEETS:
        return {"fields": [], "fault": "two sheets"}
    fields = [
        {"field": field, "text": f"{text}l" if field == slip else text}
        for field, text in truth["texts"].items()
    ]
    return {"fields": fields, "fault": "none"}


def _key(office: _Office) -> None:
    for keyer in ("keyer:one", "keyer:two"):
        path = f"{office.lot}/frames-to-key?limit=100"
        for frame in office.people[keyer].get(path)["frames"]:
            number = frame["number"]
            slip = _SLIPS.get(number, "") if keyer == "keyer:one" else ""
            body = _form(office.truth[number], slip)
            office.step(keyer, frame["frame_id"], "keyings", body)


def _waiting(office: _Office) -> Iterator[dict[str, Any]]:
    path = f"{office.lot}/frames-to-settle?limit=100"
    yield from office.people["reconciler:one"].get(path)["frames"]


def _settle(office: _Office) -> None:
    for frame in _waiting(office):
        if frame["state"] == "differs":
            body = _form(office.truth[frame["number"]])
            office.step("reconciler:one", frame["frame_id"], "settlement", body)
    for frame in _waiting(office):
        if frame["state"] == "uncoded":
            office.step("reconciler:one", frame["frame_id"], "codes", {})


def _match(office: _Office) -> None:
    first = office.people["reconciler:one"]
    for frame in _waiting(office):
        at = f"/v1/conversion/frames/{frame['frame_id']}"
        first.post(f"{at}/search", {})
        candidates = first.get(f"{at}/candidates")["candidates"]
        number = office.truth[frame["number"]]["texts"]["cro-number"]
        same = [one["candidate_id"] for one in candidates if number in one["cro_numbers"]]
        body: dict[str, Any] = {"outcome": "new record", "words": _WORDS}
        if len(same) == 1:
            body |= {"outcome": "existing record", "candidate_id": same[0]}
        elif same:
            body |= {"outcome": "cannot tell"}
        office.step("reconciler:one", frame["frame_id"], "match", body)
        office.step("reconciler:two", frame["frame_id"], "match/reading", {"agrees": True})


def _destroy(office: _Office) -> None:
    keeper = office.people["keeper"]
    counts = Counter({one["state"]: one["frames"] for one in keeper.get(office.lot)["frames"]})
    keeper.post(f"{office.lot}/destruction", {"expected": counts["not kept"]})


def _sampled(office: _Office) -> dict[str, Any]:
    keeper, sampler = office.people["keeper"], office.people["sampler"]
    keeper.post(f"{office.lot}/sample", {})
    while units := sampler.get(f"{office.lot}/sample?limit=100")["units"]:
        for unit in units:
            truth = office.truth[unit["number"]]["texts"].get(unit["field"], "")
            body = {"place": unit["place"], "is_right": unit["text"] == truth}
            sampler.post(f"{office.lot}/sample/readings", body)
    keeper.post(f"{office.lot}/verdict")
    return dict(office.people["auditor"].get(f"{office.lot}/certificate"))
