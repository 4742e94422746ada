"""Lots and frames that are worked over HTTP."""

from __future__ import annotations

import base64
from typing import Any

from httpx2 import Response

from domain.conversion.content import Writing
from domain.ids import FrameId, RecordId
from domain.people.convictions import Conviction
from tests.integration.api.driver import User, World
from tests.integration.api.prints import tenprint

PNG = b"\x89PNG\r\n\x1a\n"

TEXTS = {
    "surname": "Grey",
    "forenames": "Arthur John",
    "born-on": "12.3.1931",
    "sex": "M",
    "born-at": "Leeds",
    "cro-number": "1234/55A",
    "alias": "",
    "court": "Leeds Q.S.",
    "convicted-on": "4 May 1961",
    "offence": "Larceny",
    "committed-on": "?/4/61",
    "disposal": "6 months imprisonment",
}
"""A frame about a person of no record."""


def form(fault: str = "none", illegible: tuple[str, ...] = (), **texts: str) -> dict[str, Any]:
    """Return the body of a keying; names of fields with underscores."""
    said = TEXTS | {name.replace("_", "-"): text for name, text in texts.items()}
    fields = [
        {
            "field": name,
            "text": "" if name in illegible else text,
            "is_illegible": name in illegible,
        }
        for name, text in said.items()
    ]
    return {"fields": fields, "fault": fault}


class Roll:
    """One lot, worked through its steps."""

    def __init__(self, world: World, label: str = "ROLL-1", **other: Any) -> None:
        self.world = world
        self.keeper = world.supervisor()
        body = {"label": label, "medium": "film", "scan_ppi": 600} | other
        answer = self.keeper.post("/v1/conversion/lots", body)
        assert answer.status_code == 201, answer.text
        self.lot_id = str(answer.json()["lot_id"])
        self.at = f"/v1/conversion/lots/{self.lot_id}"

    def scan(self, number: int, content: bytes = b"", part: int = 0) -> str:
        answer = self.send(number, content, part)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["frame_id"])

    def send(self, number: int, content: bytes = b"", part: int = 0) -> Response:
        image = base64.b64encode(PNG + (content or str(number).encode())).decode()
        body = {"lot_id": self.lot_id, "number": number, "part": part, "picture": image}
        return self.keeper.post("/v1/conversion/frames", body)

    def step(self, user: User, frame: str, path: str, body: Any = None) -> str:
        answer = user.post(f"/v1/conversion/frames/{frame}/{path}", body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    def key(self, frame: str, name: str = "keyer-a", **texts: Any) -> str:
        return self.step(self.world.keyer(name), frame, "keyings", form(**texts))

    def key_twice(self, frame: str, **texts: Any) -> str:
        """Key a frame by two people who agree."""
        self.key(frame, "keyer-a", **texts)
        return self.key(frame, "keyer-b", **texts)

    def search(self, frame: str, **body: Any) -> str:
        path = f"/v1/conversion/frames/{frame}/search"
        answer = self.world.reconciler().post(path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["search_id"])

    def search_by_prints(self, frame: str, person: int) -> str:
        return self.search(frame, impressions=tenprint(person, capture=3))

    def candidates(self, frame: str) -> list[dict[str, Any]]:
        path = f"/v1/conversion/frames/{frame}/candidates"
        answer = self.world.reconciler().get(path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["candidates"])

    def propose(self, frame: str, **body: Any) -> str:
        return self.step(self.world.reconciler(), frame, "match", body)

    def agree(self, frame: str, *, agrees: bool = True) -> str:
        user = self.world.reconciler("reconciler-b")
        return self.step(user, frame, "match/reading", {"agrees": agrees})

    def convert(self, number: int, **texts: Any) -> str:
        """Take a frame from its picture to a record, a new one where no person is found."""
        frame = self.scan(number)
        assert self.key_twice(frame, **texts) == "matching"
        self.search(frame)
        found = self.candidates(frame)
        if found:
            words = "Same name, day and CRO number."
            first = found[0]["candidate_id"]
            self.propose(frame, outcome="existing record", candidate_id=first, words=words)
        else:
            self.propose(frame, outcome="new record")
        assert self.agree(frame) == "written"
        return frame

    def writing(self, frame: str) -> Writing:
        """Return where a frame was written in the present round."""
        frame_id = FrameId(frame)
        with self.world.services.units.read() as unit:
            found = unit.conversion_frames.get(frame_id)
            assert found is not None
            writing = unit.conversion_writings.of(frame_id, found.round)
        assert writing is not None
        return writing

    def held(self, record_id: str) -> tuple[Conviction, ...]:
        """Return the convictions of a record."""
        with self.world.services.units.read() as unit:
            record = unit.people.record(RecordId(record_id))
        assert record is not None
        return record.convictions

    def convictions(self, record_id: str) -> int:
        return len(self.held(record_id))

    def read(self) -> dict[str, Any]:
        answer = self.keeper.get(self.at)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def states(self) -> dict[str, int]:
        return {one["state"]: one["frames"] for one in self.read()["frames"]}

    def draw(self, seed: int = 7) -> dict[str, Any]:
        answer = self.keeper.post(f"{self.at}/sample", {"seed": seed})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def units(self, name: str = "sampler-a") -> list[dict[str, Any]]:
        answer = self.world.sampler(name).get(f"{self.at}/sample?limit=200")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["units"])

    def read_unit(self, place: int, *, is_right: bool, name: str = "sampler-a") -> Response:
        path = f"{self.at}/sample/readings"
        return self.world.sampler(name).post(path, {"place": place, "is_right": is_right})

    def read_sample(self, truth: dict[str, str], *, is_blind: bool = False) -> None:
        """Read every unit against the true text of the frames."""
        while units := self.units():
            for one in units:
                is_right = is_blind or one["text"] == truth[one["field"]]
                assert self.read_unit(one["place"], is_right=is_right).status_code == 204

    def verdict(self) -> str:
        answer = self.keeper.post(f"{self.at}/verdict")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["verdict"])
