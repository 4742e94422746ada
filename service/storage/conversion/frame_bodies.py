"""The payloads of frames: forms, codes, and values shown to samplers."""

from __future__ import annotations

from collections.abc import Iterable

from domain.conversion.content import Codes
from domain.conversion.form import Form, FormField, Written
from domain.errors import InvalidInputError, VaultDamagedError
from service.storage.engine.json_bodies import from_bytes, to_bytes

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)
_ILLEGIBLE = "illegible"


def form_body(form: Form) -> bytes:
    """Return the body of a form: texts by field, illegible fields apart, without empty ones."""
    texts = {field.value: form[field].text for field in FormField if form[field].text}
    illegible = [field.value for field in FormField if form[field].is_illegible]
    return to_bytes({"texts": texts, _ILLEGIBLE: illegible})


def read_form(body: bytes) -> Form:
    """Read the body of a form; raises VaultDamagedError when it is malformed."""
    stated = from_bytes(body)
    try:
        illegible = frozenset(stated[_ILLEGIBLE])
        texts = stated["texts"]
        return Form(
            tuple(Written(str(texts.get(f.value, "")), f.value in illegible) for f in FormField)
        )
    except _MALFORMED as error:
        raise VaultDamagedError("The payload of a frame has the wrong format.") from error


def codes_body(codes: Codes) -> bytes:
    """Return the body of the codes of a frame."""
    return to_bytes({"court": codes.court, "offence": codes.offence, "disposal": codes.disposal})


def read_codes(body: bytes) -> Codes:
    """Read the body of codes; raises VaultDamagedError when it is malformed."""
    stated = from_bytes(body)
    try:
        return Codes(str(stated["court"]), str(stated["offence"]), str(stated["disposal"]))
    except _MALFORMED as error:
        raise VaultDamagedError("The payload of codes has the wrong format.") from error


def settled_body(form: Form, codes: Codes) -> bytes:
    """Return the body of a settled form with its codes."""
    return to_bytes({"form": form_body(form).decode(), "codes": codes_body(codes).decode()})


def read_settled(body: bytes) -> tuple[Form, Codes]:
    """Read the body of a settled form; raises VaultDamagedError when it is malformed."""
    stated = from_bytes(body)
    try:
        form, codes = stated["form"].encode(), stated["codes"].encode()
    except _MALFORMED as error:
        raise VaultDamagedError("The payload of a frame has the wrong format.") from error
    return read_form(form), read_codes(codes)


def written_body(value: Written) -> bytes:
    """Return the body of one value."""
    return to_bytes({"text": value.text, _ILLEGIBLE: value.is_illegible})


def read_written(body: bytes) -> Written:
    """Read the body of one value; raises VaultDamagedError when it is malformed."""
    stated = from_bytes(body)
    try:
        return Written(str(stated["text"]), bool(stated[_ILLEGIBLE]))
    except _MALFORMED as error:
        raise VaultDamagedError("The payload of a value has the wrong format.") from error


def field_list(fields: Iterable[FormField]) -> str:
    """Return fields as a column holds them: codes with commas."""
    return ",".join(field.value for field in fields)


def read_fields(text: str) -> tuple[FormField, ...]:
    """Read a list written by `field_list`."""
    return tuple(FormField(one) for one in text.split(",") if one)
