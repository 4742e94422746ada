from __future__ import annotations

import base64

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.errors import InvalidInputError, InvalidTemplateError, UnknownTemplateFormatError
from domain.prints.prints import FingerPosition, ImpressionType
from service.api.people.captures import ImpressionBody, read_impressions
from service.api.people.travelling import Encoding, TemplateBody, encode_template
from tests.formats import FORMAT

LABEL = FORMAT.label


def impression(
    text: str, encoding: Encoding, label: str = LABEL, quality: int = 50
) -> ImpressionBody:
    """Return an impression with this text as the data of its template."""
    template = TemplateBody.model_construct(format=label, encoding=encoding, data=text)
    return ImpressionBody.model_construct(
        position=FingerPosition.RIGHT_INDEX,
        impression=ImpressionType.ROLLED,
        quality=quality,
        template=template,
    )


def decode_template(
    text: str, *, encoding: Encoding, label: str = LABEL
) -> npt.NDArray[np.float32]:
    return read_impressions([impression(text, encoding, label)], FORMAT)[0].vector


def sent(values: npt.NDArray[np.floating], encoding: Encoding) -> str:
    kind = "<f2" if encoding is Encoding.F16 else "<f4"
    return base64.b64encode(values.astype(kind).tobytes()).decode()


@pytest.mark.parametrize("encoding", list(Encoding))
@given(
    values=hnp.arrays(
        np.float32, 192, elements=st.floats(-1000, 1000, width=16, allow_subnormal=False)
    )
)
def test_a_template_arrives_as_the_unit_vector_of_what_was_sent(
    encoding: Encoding, values: npt.NDArray[np.float32]
) -> None:
    length = float(np.linalg.norm(values.astype(np.float64)))
    if length < 1e-3:
        return

    vector = decode_template(sent(values, encoding), encoding=encoding, label=LABEL)

    assert vector.dtype == np.float32
    assert not vector.flags.writeable
    assert np.allclose(vector * length, values, atol=1e-3 * length)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_what_was_decoded_is_encoded_as_it_was_sent() -> None:
    values = np.random.default_rng(5).standard_normal(192)
    text = sent(values / np.linalg.norm(values), Encoding.F16)

    vector = decode_template(text, encoding=Encoding.F16, label=LABEL)
    again = decode_template(encode_template(vector), encoding=Encoding.F16, label=LABEL)

    assert np.abs(again - vector).max() < 1e-3


@pytest.mark.parametrize(
    "values",
    [
        np.full(192, np.nan),
        np.full(192, np.inf),
        np.concatenate([np.ones(191), [np.nan]]),
        np.zeros(192),
        np.full(192, 1e-12),
        np.ones(191),
        np.ones(193),
        np.ones(0),
    ],
    ids=["NaN", "infinite", "one NaN", "zero", "near zero", "short", "long", "empty"],
)
def test_values_that_are_no_template_are_refused(values: npt.NDArray[np.float64]) -> None:
    with pytest.raises(InvalidTemplateError):
        decode_template(sent(values, Encoding.F32), encoding=Encoding.F32, label=LABEL)


def test_large_values_do_not_overflow_into_a_vector_of_zeros() -> None:
    text = sent(np.full(192, 3e38), Encoding.F32)

    vector = decode_template(text, encoding=Encoding.F32, label=LABEL)

    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


@pytest.mark.parametrize("text", ["!", "AAA", "AA==\n", "AA AA", "ÄÖ==", "-_-_"])
def test_text_that_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidTemplateError):
        decode_template(text, encoding=Encoding.F16, label=LABEL)


@pytest.mark.parametrize(
    "label", ["", "other/1", f"{FORMAT.template.name}/2", FORMAT.template.name]
)
def test_another_format_is_refused_before_its_data_are_read(label: str) -> None:
    with pytest.raises(UnknownTemplateFormatError):
        decode_template("!", encoding=Encoding.F16, label=label)


def test_an_impression_is_the_same_alone_and_among_others() -> None:
    rng = np.random.default_rng(6)
    bodies = [
        impression(sent(rng.standard_normal(192) * scale, encoding), encoding)
        for encoding in Encoding
        for scale in (0.01, 1.0, 100.0)
    ]

    together = read_impressions(bodies, FORMAT)

    for body, found in zip(bodies, together, strict=True):
        (alone,) = read_impressions([body], FORMAT)
        assert found.vector.tobytes() == alone.vector.tobytes()


GOOD = impression(sent(np.ones(192), Encoding.F16), Encoding.F16)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (impression("!", Encoding.F16), "template"),
        (impression(sent(np.ones(191), Encoding.F32), Encoding.F32), "template"),
        (impression(sent(np.zeros(192), Encoding.F32), Encoding.F32), "template"),
        (impression(sent(np.full(192, np.nan), Encoding.F32), Encoding.F32), "template"),
        (impression(sent(np.ones(192), Encoding.F16), Encoding.F16, quality=101), "quality"),
    ],
)
def test_a_refusal_points_to_the_impression_and_the_field(bad: ImpressionBody, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_impressions([GOOD, GOOD, bad, GOOD], FORMAT)

    assert refused.value.pointer == f"/impressions/2/{field}"


def test_no_impressions_are_none() -> None:
    assert read_impressions([], FORMAT) == ()
