from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidNoteError
from service.provenance.log.note_keys import (
    PRIME,
    SMALL_ORDER_Y,
    SignatureType,
    SigningKey,
    VerifierKey,
    is_honest_point,
)
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS

D = -121665 * pow(121666, -1, PRIME) % PRIME
ENCODINGS = [
    (y + sign * 2**255).to_bytes(32, "little")
    for y in sorted({*SMALL_ORDER_Y, *(y + PRIME for y in SMALL_ORDER_Y if y < 19)})
    for sign in (0, 1)
]
# Cases 0 and 1 of the table in Chalkias, Garillot, Nikolaenko: "Taming the many EdDSAs" (2020).
PUBLISHED = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def doubled(x: int, y: int) -> tuple[int, int]:
    product = D * x * x * y * y
    return (
        2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
        (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME,
    )


def x_of(y: int) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    return (
        root if root * root % PRIME == square else root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    )


def test_the_list_is_that_of_all_eight_points_of_small_order() -> None:
    points = {(x % PRIME, y) for y in SMALL_ORDER_Y for x in (x_of(y), -x_of(y))}

    assert len(points) == 8
    for point in points:
        eightfold = doubled(*doubled(*doubled(*point)))
        assert eightfold == (0, 1)


@pytest.mark.parametrize("encoded", [*ENCODINGS, PUBLISHED], ids=bytes.hex)
@pytest.mark.parametrize("kind", [SignatureType.ED25519, SignatureType.COSIGNATURE])
def test_a_key_of_small_order_is_refused(encoded: bytes, kind: SignatureType) -> None:
    with pytest.raises(InvalidNoteError, match="small order"):
        VerifierKey("log.example/one", encoded, kind)


def test_without_the_check_one_signature_would_pass_for_every_message() -> None:
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)

    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"one history")
    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"another history")


@pytest.mark.parametrize("y", [PRIME, PRIME + 1, PRIME + 3, 2**255 - 1])
def test_a_coordinate_beyond_the_field_is_refused(y: int) -> None:
    assert not is_honest_point(y.to_bytes(32, "little"))
    assert not is_honest_point((y | 1 << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("key", [LOG, OTHER, WITNESS])
def test_honest_keys_are_accepted(key: SigningKey) -> None:
    assert is_honest_point(key.verifier.public_key)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key.verifier.public_key).verify(bytes(64), b"")
