"""Which templates and minutiae of a capture are in force, now or at an earlier change.

A capture has the templates with which it was enrolled, and may have others that were remade from
its images. A generation of remade templates is in force for searches after the switch to it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select, type_coerce

from service.storage.engine.rows import Among
from service.storage.tables.about import SealedNumber, named
from service.storage.tables.metadata import ROW
from service.storage.tables.people import (
    encounters,
    remade_minutiae,
    remade_templates,
    template_switches,
)

NOW = 2**62
"""A number above that of every gallery change."""

AT = "at_change"
"""The query parameter that names the change; by default now."""

_AT = bindparam(AT, NOW, ROW)


def _newest(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return one column of the table of remade templates, from the newest row in use."""
    return (
        select(column)
        .join(
            template_switches,
            template_switches.c.generation_id == remade_templates.c.generation_id,
        )
        .where(
            remade_templates.c.encounter_id == encounters.c.encounter_id,
            template_switches.c.after_change < _AT,
        )
        .order_by(template_switches.c.after_change.desc())
        .limit(1)
        .correlate(encounters)
        .scalar_subquery()
    )


IN_FORCE = func.coalesce(_newest(remade_templates.c.payload_id), encounters.c.payload_id)
"""The payload number of the templates in force of a row of `encounters`."""

NAMED_IN_FORCE = type_coerce(
    func.coalesce(_newest(named(remade_templates.c.payload_id)), named(encounters.c.payload_id)),
    SealedNumber(),
).label("payload_id")
"""The payload number with the row that names it, so that the payload can be decrypted."""

REMADE_MINUTIAE = (
    select(
        remade_templates.c.encounter_id.label("owner_id"),
        remade_minutiae.c.position,
        remade_minutiae.c.payload_id,
        template_switches.c.after_change,
    )
    .select_from(remade_minutiae)
    .join(remade_templates, remade_templates.c.remake_id == remade_minutiae.c.remake_id)
    .join(
        template_switches,
        template_switches.c.generation_id == remade_templates.c.generation_id,
    )
    .where(
        Among(remade_templates.c.encounter_id, "owners"),
        template_switches.c.after_change < _AT,
    )
    .order_by(
        remade_templates.c.encounter_id,
        template_switches.c.after_change,
        remade_minutiae.c.position,
    )
)
"""The remade minutiae of captures, from every generation in force by then, newest last."""


def remade_payloads_of(encounter_ids: Sequence[str]) -> tuple[Select[Any], ...]:
    """Return the queries for all payloads remade from the images of captures."""
    of_captures = remade_templates.c.encounter_id.in_(encounter_ids)
    minutiae = remade_minutiae.join(
        remade_templates, remade_templates.c.remake_id == remade_minutiae.c.remake_id
    )
    return (
        select(remade_templates.c.payload_id).where(of_captures),
        select(remade_minutiae.c.payload_id).select_from(minutiae).where(of_captures),
    )
