"""Witnesses of a served store: links that wait for them, and a state that they know better."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConfigurationError, StateBehindError
from matching.scorer import Scorer
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_store, open_unaged_store
from service.provenance.bundle.findings import FindingCode
from service.provenance.log.checkpoints import (
    Checkpoint,
    cosign_note,
    open_checkpoint,
    parse_note,
    sign_checkpoint,
)
from service.provenance.log.note_keys import SignatureType, SigningKey
from service.provenance.log.witness import CosignRequest, Witness
from service.settings import Settings, load_settings
from service.usecases.log.checkpoints import CosignatureFollower, make_checkpoint
from service.usecases.log.state_age import AgeFault, age_findings, age_of
from service.usecases.messages.deliveries import queue_messages
from tests.integration.api.driver import World
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.unit.service.cli.console import Console

KINDS = (SignatureType.COSIGNATURE, SignatureType.ML_DSA_COSIGNATURE, SignatureType.COSIGNATURE)
KEYS = [
    SigningKey(f"w.example/{number}", bytes([number]) * 32, kind)
    for number, kind in enumerate(KINDS)
]
STRANGER = SigningKey("w.example/stranger", b"\x09" * 32, SignatureType.COSIGNATURE)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A served store that demands two of three witnesses."""

    world: World
    settings: Settings

    def sign(self) -> bytes:
        return make_checkpoint(self.world.services, open_log_signer(self.settings)).note

    def publish(self, key: SigningKey, note: bytes) -> None:
        """Let a witness cosign and publish, without its own memory."""
        cosigned = _cosigned(key, note)
        assert self.settings.witness_notes is not None
        path = self.settings.witness_notes / f"{key.name.replace('/', '-')}.note"
        path.write_bytes(cosigned)

    def follow(self) -> None:
        CosignatureFollower(self.world.services, open_log_signer(self.settings)).follow()

    def cosign(self, *keys: SigningKey) -> None:
        note = self.sign()
        for key in keys:
            self.publish(key, note)
        self.follow()


def _cosigned(key: SigningKey, note: bytes) -> bytes:
    parsed = parse_note(note)
    return parsed.signed_also(cosign_note(parsed, key, datetime.now(UTC))).encode()


def a_store(tmp_path: Path, **changes: Any) -> Settings:
    notes = tmp_path / "notes"
    notes.mkdir(exist_ok=True)
    given: dict[str, Any] = {
        "store": tmp_path / "store",
        "witness_keys": tuple(str(key.verifier) for key in KEYS),
        "witness_notes": notes,
        "witnesses_needed": 2,
    }
    return load_settings(**(given | changes))


@contextmanager
def serving(tmp_path: Path, scorer: Scorer, **changes: Any) -> Iterator[Witnessed]:
    settings = a_store(tmp_path, **changes)
    with opened_world(settings, scorer) as world:
        yield Witnessed(world, settings)


@pytest.fixture
def served(tmp_path: Path, scorer: Scorer) -> Iterator[Witnessed]:
    with serving(tmp_path, scorer) as made:
        yield made


def outward(served: Witnessed, link: Linked) -> dict[str, Any]:
    """Return everything by which a force or a recipient could learn of a link."""
    force = served.world.force()
    while queue_messages(served.world.services):
        pass
    with served.world.services.units.read() as unit:
        followed = unit.jobs.followed_to("webhooks")
        told = max(event.seq for event in unit.events.about(link.link_id)) < followed
    standing = served.world.standing(link.search_id)
    return {
        "webhooks": told,
        "outcome": standing["outcome"],
        "state": standing["state"],
        "link": standing["link"] is not None,
        "searches": [s["outcome"] for s in force.get("/v1/searches").json()["searches"]],
        "links": len(force.get("/v1/links").json()["links"]),
        "status": force.get(f"/v1/links/{link.link_id}").status_code,
        "story": force.get(f"/v1/links/{link.link_id}/story").status_code,
        "replay": force.post(f"/v1/links/{link.link_id}/replay?look_up=false", {}).status_code,
        "provenance": force.get(f"/v1/links/{link.link_id}/provenance").status_code,
        "office's provenance": served.world.auditor()
        .get(f"/v1/links/{link.link_id}/provenance")
        .status_code,
    }


HELD_BACK = {
    "webhooks": False,
    "outcome": None,
    "state": "examining",
    "link": False,
    "searches": [None],
    "links": 0,
    "status": 404,
    "story": 404,
    "replay": 404,
    "provenance": 404,
    "office's provenance": 409,
}
TOLD = {
    "webhooks": True,
    "outcome": "linked",
    "state": "concluded",
    "link": True,
    "searches": ["linked"],
    "links": 1,
    "status": 200,
    "story": 200,
    "replay": 200,
    "provenance": 200,
    "office's provenance": 200,
}


def test_a_link_is_told_to_nobody_before_two_of_three_witnesses_have_cosigned_it(
    served: Witnessed,
) -> None:
    served.cosign(*KEYS)
    link = make_link(served.world)
    unsigned = outward(served, link)
    served.cosign(KEYS[0])
    by_one = outward(served, link)
    served.cosign(KEYS[0])
    by_one_twice = outward(served, link)
    served.cosign(KEYS[1])

    assert unsigned == by_one == by_one_twice == HELD_BACK
    assert outward(served, link) == TOLD


def test_the_office_sees_that_a_link_awaits_its_witnesses(served: Witnessed) -> None:
    link = make_link(served.world)
    story = f"/v1/links/{link.link_id}/story"

    before = served.world.supervisor().get(story).status_code
    refusal = served.world.auditor().get(f"/v1/links/{link.link_id}/provenance").json()

    assert before == 200
    assert refusal["type"].endswith("awaiting-witness")
    assert served.world.supervisor().get(f"/v1/links/{link.link_id}").status_code == 200


def test_a_row_that_no_witness_signed_convinces_nobody(served: Witnessed) -> None:
    link = make_link(served.world)
    size = make_checkpoint(served.world.services, open_log_signer(served.settings)).size
    with served.world.services.units.write() as unit:
        note = unit.checkpoints.latest()
        assert note is not None
        for key in KEYS:
            unit.checkpoints.add_cosigned(size, key.name, note.note)
        unit.commit()

    assert outward(served, link) == HELD_BACK


def test_without_the_policy_a_link_is_told_at_once(tmp_path: Path, scorer: Scorer) -> None:
    with serving(tmp_path, scorer, witnesses_needed=0) as served:
        assert outward(served, make_link(served.world)) == TOLD


def test_more_witnesses_than_are_known_cannot_be_demanded(tmp_path: Path, scorer: Scorer) -> None:
    with pytest.raises(ConfigurationError, match="WITNESSES_NEEDED"):
        assemble(a_store(tmp_path, witnesses_needed=4), scorer)


@pytest.fixture
def rolled_back(tmp_path: Path, scorer: Scorer) -> Settings:
    """Return a store of which database and keys were taken back together, and were signed on."""
    copy = tmp_path / "copy"
    with serving(tmp_path, scorer) as served:
        served.world.enrol(1)
        served.sign()
    shutil.copytree(served.settings.store, copy)
    with serving(tmp_path, scorer) as served:
        served.world.enrol(2)
        served.cosign(KEYS[2])
    shutil.rmtree(served.settings.store)
    shutil.copytree(copy, served.settings.store)
    return served.settings


def test_a_database_taken_back_together_with_its_keys_is_not_served(
    rolled_back: Settings, scorer: Scorer
) -> None:
    with pytest.raises(StateBehindError, match=r"a witness cosigned.*identlink log age"):
        assemble(rolled_back, scorer)
    with pytest.raises(StateBehindError), open_store(rolled_back):
        pass
    with open_unaged_store(rolled_back) as services:
        signer = open_log_signer(rolled_back)
        assert age_of(services, signer).fault is AgeFault.WITNESS_AHEAD
        (finding,) = age_findings(services, signer)
    assert finding.code is FindingCode.STATE_BEHIND


def test_without_the_note_of_the_witness_nothing_could_tell(rolled_back: Settings) -> None:
    blind = rolled_back.model_copy(update={"witness_notes": None})

    with open_unaged_store(blind) as services:
        assert age_of(services, open_log_signer(blind)).fault is None


def test_another_history_of_that_length_is_not_served_either(
    rolled_back: Settings, scorer: Scorer
) -> None:
    blind = rolled_back.model_copy(update={"witness_notes": None})
    with opened_world(blind, scorer) as world:
        for person in range(3, 8):
            world.enrol(person)

    with pytest.raises(StateBehindError, match="differ from those that a witness"):
        assemble(rolled_back, scorer)


def test_the_command_tells_which_of_the_two_is_right(
    rolled_back: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IDENTLINK_WITNESS_NOTES", str(rolled_back.witness_notes))
    monkeypatch.setenv(
        "IDENTLINK_WITNESS_KEYS", "[" + ",".join(f'"{key.verifier}"' for key in KEYS) + "]"
    )

    told = Console(monkeypatch, capsys)("--store", rolled_back.store, "log", "age")

    assert told.exit_code == 1
    assert "The witness is right" in told.out
    assert "start its memory again by hand" in told.out


def test_a_running_service_notices_what_a_witness_has_seen(served: Witnessed) -> None:
    note = served.sign()
    later = _longer(served, note)
    assert served.settings.witness_notes is not None
    (served.settings.witness_notes / "w.note").write_bytes(later)

    until = time.monotonic() + 30
    while served.world.client.get("/readyz").status_code != 503:
        assert time.monotonic() < until
        time.sleep(0.1)

    assert served.world.client.get("/readyz").json()["type"].endswith("state-behind")


def _longer(served: Witnessed, note: bytes) -> bytes:
    """Return the cosigned checkpoint of a history that this service does not have."""
    signer = open_log_signer(served.settings)
    size = open_checkpoint(note, signer.verifier).checkpoint.size
    other = Checkpoint(signer.verifier.name, size + 5, bytes(32))
    return _cosigned(KEYS[0], sign_checkpoint(other, signer.key).encode())


@pytest.mark.parametrize("content", [b"", b"not a note", None])
def test_a_note_that_is_damaged_or_by_a_stranger_stops_the_start(
    tmp_path: Path, scorer: Scorer, content: bytes | None
) -> None:
    with serving(tmp_path, scorer) as served:
        served.world.enrol(1)
        note = served.sign()
    stranger = _cosigned(STRANGER, note)
    (tmp_path / "notes" / "w.note").write_bytes(stranger if content is None else content)

    with pytest.raises(StateBehindError, match="note of a witness is damaged"):
        assemble(served.settings, scorer)


def test_a_note_that_was_there_and_is_gone_is_missed(tmp_path: Path, scorer: Scorer) -> None:
    with serving(tmp_path, scorer) as served:
        served.world.enrol(1)
        served.cosign(*KEYS[:2])
        published = sorted((tmp_path / "notes").iterdir())
        published[0].unlink()
        with pytest.raises(StateBehindError, match="of a witness is missing"):
            open_log_signer(served.settings).witnessed()
    with pytest.raises(StateBehindError, match="of a witness is missing"):
        assemble(served.settings, scorer)

    kept = tuple(str(k.verifier) for k in KEYS if k.name.replace("/", "-") != published[0].stem)
    without = served.settings.model_copy(update={"witness_keys": kept})
    assemble(without, scorer).close()


def test_a_directory_that_is_not_there_stops_the_start(tmp_path: Path, scorer: Scorer) -> None:
    with pytest.raises(StateBehindError, match="IDENTLINK_WITNESS_NOTES"):
        assemble(a_store(tmp_path, witness_notes=tmp_path / "unmounted"), scorer)


def test_a_witness_accepts_what_the_service_publishes(served: Witnessed) -> None:
    signer = open_log_signer(served.settings)
    request = CosignRequest(0, (), served.sign())

    noted = Witness(KEYS[1], signer.verifier).cosign(None, request, datetime.now(UTC))

    assert Witness(KEYS[1], signer.verifier).open(noted.encode()).cosignatures
