"""The fields of a form on a page: names, hints, and the typed text."""

from typing import Any

from domain.conversion.form import DATES, REGIONS, Form, FormField, FrameFault, Written
from service.web.forms import Form as Posted

LABELS = {
    FormField.SURNAME: "Surname",
    FormField.FORENAMES: "Forenames",
    FormField.BORN_ON: "Born on",
    FormField.SEX: "Sex",
    FormField.BORN_AT: "Born at",
    FormField.CRO_NUMBER: "CRO number",
    FormField.ALIAS: "Alias",
    FormField.COURT: "Court",
    FormField.CONVICTED_ON: "Convicted on",
    FormField.OFFENCE: "Offence",
    FormField.COMMITTED_ON: "Committed on",
    FormField.DISPOSAL: "Disposal",
}


def shown_fields() -> list[dict[str, Any]]:
    """Return the fields in their order, each with its label and its region of the picture."""
    return [
        {
            "name": field.value,
            "label": LABELS[field],
            "is_date": field in DATES,
            "region": " ".join(
                f"{share:.3f}"
                for share in (
                    REGIONS[field].left,
                    REGIONS[field].top,
                    REGIONS[field].width,
                    REGIONS[field].height,
                )
            ),
        }
        for field in FormField
    ]


def read_form(form: Posted) -> Form:
    """Return the typed text. Raises InvalidInputError for a text that is too long."""
    values = []
    for field in FormField:
        is_illegible = bool(form.fields.get(f"{field.value}-illegible"))
        text = "" if is_illegible else form.text(field.value)
        values.append(Written(text, is_illegible))
    return Form(tuple(values))


def read_fault(form: Posted) -> FrameFault:
    """Return the fault that was chosen; None if none was."""
    chosen = form.text("fault")
    return next((one for one in FrameFault if one.value == chosen), FrameFault.NONE)


def faults() -> list[tuple[str, str]]:
    """Return the faults to choose from."""
    return [(one.value, one.value.capitalize()) for one in FrameFault]
