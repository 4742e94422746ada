"""Answers of security keys: what a faulty key or a stranger's program says is refused, never a
fault of the program.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import cbor2
import pytest

from domain.errors import InvalidInputError
from service.usecases.access.security_keys import Asking, Ceremony, answered, ceremony, registered
from tests.soft_key import ORIGIN, SoftKey

ASKED: Ceremony = ceremony(ORIGIN, "a secret of the browser", next(iter(Asking)), 1_700_000_000)
PUBLIC: dict[int, Any] = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
TPM = dict.fromkeys(("pubArea", "certInfo", "sig"), b"x") | {
    "ver": "2.0",
    "alg": -7,
    "x5c": [b"x"],
}


class PartialKey(SoftKey):
    """A key that leaves a part of its public key out."""

    left_out = 0

    def _public(self) -> bytes:
        return cbor2.dumps({name: one for name, one in PUBLIC.items() if name != self.left_out})


@pytest.mark.parametrize("left_out", PUBLIC)
def test_a_key_that_leaves_a_part_of_itself_out_is_refused(left_out: int) -> None:
    key = PartialKey(ORIGIN)
    key.left_out = left_out

    with pytest.raises(InvalidInputError) as refused:
        registered(ASKED, key.registered(ASKED.challenge), "mine")

    assert refused.value.pointer == "/key"


@pytest.mark.parametrize(
    "attested",
    [
        {"fmt": "tpm", "attStmt": TPM},
        {"fmt": "packed", "attStmt": {"x5c": [b"x"], "sig": b"y", "alg": -7}},
        {"fmt": "android-safetynet", "attStmt": {"response": b"a.b.c", "ver": "1"}},
        {"fmt": "none", "attStmt": 7},
    ],
    ids=["tpm", "packed", "safetynet", "nothing"],
)
def test_an_attestation_that_cannot_be_read_is_refused(attested: dict[str, Any]) -> None:
    told = json.loads(SoftKey(ORIGIN).registered(ASKED.challenge))
    stated = base64.urlsafe_b64decode(told["response"]["attestationObject"] + "==")
    sent = cbor2.dumps(cbor2.loads(stated) | attested)
    told["response"]["attestationObject"] = base64.urlsafe_b64encode(sent).decode()

    with pytest.raises(InvalidInputError):
        registered(ASKED, json.dumps(told), "mine")


def test_no_changed_byte_of_an_answer_is_a_fault_of_the_program() -> None:
    key = SoftKey(ORIGIN)
    held = registered(ASKED, key.registered(ASKED.challenge), "mine")
    right = json.loads(key.answered(ASKED.challenge))
    assert answered(ASKED, json.dumps(right), held) == 1

    for name in ("authenticatorData", "clientDataJSON", "signature"):
        stated = base64.urlsafe_b64decode(right["response"][name] + "==")
        for at in range(len(stated)):
            for changed in (
                stated[:at],
                stated[:at] + bytes([stated[at] ^ 0x41]) + stated[at + 1 :],
            ):
                said = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
                told = {**right, "response": {**right["response"], name: said}}
                assert answered(ASKED, json.dumps(told), held) is None, (name, at)
