"""Captures destroyed, and nothing else: templates, pictures, minutiae, and what was made of them.

The rows stay as tombstones. The record of the person, and whatever else is about them, goes by its
own basis.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from service.storage.engine.rows import AnyRow
from service.storage.people.templates_in_force import remade_payloads_of
from service.storage.tables.people import ERASED
from service.storage.tables.searches import client_references
from service.storage.tables.workbench import capture_images, capture_minutiae
from service.storage.transaction import Transaction


def destroy_captures(transaction: Transaction, captures: Sequence[AnyRow]) -> int:
    """Destroy captures, given as rows of `CHAINS`; return how many were in the gallery."""
    payloads = {one.payload_id for one in captures} | _beside(transaction, captures)
    transaction.payloads.delete(payloads)
    live = [(one.encounter_row, ERASED) for one in captures if one.is_live]
    transaction.changes.extend(live)
    return len(live)


def _beside(transaction: Transaction, captures: Sequence[AnyRow]) -> set[int]:
    """Return the payloads of pictures, minutiae, references and templates made again."""
    owners = [one.encounter_id for one in captures]
    found: set[int] = set()
    for table in (capture_images, capture_minutiae, client_references):
        query = select(table.c.payload_id).where(table.c.owner_id.in_(owners))
        found |= set(transaction.connection.execute(query).scalars())
    for query in remade_payloads_of(owners):
        found |= set(transaction.connection.execute(query).scalars())
    return found
