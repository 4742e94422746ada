"""One-time codes against the published vectors, and their properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.usecases.access.second_factor_proofs import (
    STEP_S,
    base32,
    code_at,
    matching_step,
    new_recovery_code,
    new_secret,
    plain,
    recovery_sha256,
)

RFC_SECRET = b"12345678901234567890"
SECRETS = st.binary(min_size=20, max_size=20)
TIMES = st.integers(0, 2**33).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("second", "eight_digits"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(second: int, eight_digits: str) -> None:
    """Six digits are the last six of the eight that the RFC prints (RFC 4226, section 5.3)."""
    assert code_at(RFC_SECRET, second // STEP_S) == eight_digits[-6:]


@pytest.mark.parametrize(
    ("count", "six_digits"),
    list(
        enumerate(
            "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()  # noqa: SIM905 - as the RFC's table
        )
    ),
)
def test_codes_are_those_of_rfc_4226_appendix_d(count: int, six_digits: str) -> None:
    assert code_at(RFC_SECRET, count) == six_digits


@given(SECRETS, TIMES, st.integers(-5, 5))
def test_a_code_serves_a_step_early_and_late_and_no_more(
    secret: bytes, now: datetime, apart: int
) -> None:
    step = int(now.timestamp()) // STEP_S
    found = matching_step(secret, code_at(secret, max(0, step + apart)), now + timedelta(0))

    if abs(apart) <= 1 and step + apart >= 0:
        assert found is not None
        assert code_at(secret, found) == code_at(secret, step + apart)
    else:
        # A code of another step is right now once in a million by chance.
        assert found is None or abs(found - step) <= 1


@given(TIMES, st.text(max_size=20))
def test_an_erased_secret_takes_no_code(now: datetime, code: str) -> None:
    assert matching_step(b"", code, now) is None


@given(SECRETS, TIMES, st.text(max_size=20))
def test_text_that_is_no_code_is_refused(secret: bytes, now: datetime, code: str) -> None:
    right = {code_at(secret, max(0, int(now.timestamp()) // STEP_S + by)) for by in (-1, 0, 1)}

    assert (matching_step(secret, code, now) is not None) == (code in right)


@given(st.text(min_size=1), st.text(min_size=1))
def test_recovery_codes_follow_from_what_is_random_alone(one: str, other: str) -> None:
    code = new_recovery_code(one)

    assert len(plain(code)) == 16
    assert (code == new_recovery_code(other)) == (one == other)
    assert recovery_sha256(code.upper().replace("-", " ")) == recovery_sha256(code)


def test_the_secret_of_a_session_changes_with_each_enrolment_and_session() -> None:
    secrets = {new_secret(session, times) for session in ("a", "b") for times in (0, 1, 2)}

    assert len(secrets) == 6
    assert {len(secret) for secret in secrets} == {20}
    assert len(base32(secrets.pop())) == 32
