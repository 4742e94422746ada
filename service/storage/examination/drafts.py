"""Drafts on a database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select

from domain.drafts import Draft, DraftStep
from domain.errors import VaultDamagedError
from domain.ids import UserId
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import row_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.workbench import drafts
from service.storage.transaction import TransactionPart


class Drafts(TransactionPart):
    """One draft for each person, form and case; a payload, since words may name a person."""

    def keep(self, draft: Draft) -> None:
        """Store a draft, in place of an earlier one."""
        self.drop(draft.user_id, draft.step, draft.about_id)
        payload_id = self._transaction.payloads.put(
            PayloadKind.DRAFT, to_bytes(dict(draft.fields))
        )
        self._connection.execute(
            insert(drafts).values(row_of(drafts, draft, payload_id=payload_id)).inline()
        )

    def get(self, user_id: UserId, step: DraftStep, about_id: str) -> Draft | None:
        """Return a draft, None when there is none or it was erased."""
        query = select(drafts.c.payload_id, drafts.c.kept_at).where(_is(user_id, step, about_id))
        row = self._connection.execute(query).first()
        body = (
            None
            if row is None
            else self._transaction.payloads.get(PayloadKind.DRAFT, row.payload_id)
        )
        if row is None or body is None:
            return None
        fields = from_bytes(body)
        if not isinstance(fields, dict):
            raise VaultDamagedError("A draft has the wrong format.")
        return Draft(user_id, step, about_id, fields, row.kept_at)

    def drop(self, user_id: UserId, step: DraftStep, about_id: str) -> None:
        """Erase a draft; does nothing when there is none."""
        self._drop(_is(user_id, step, about_id))

    def drop_older(self, than: datetime) -> None:
        """Erase everybody's drafts that were kept before this instant."""
        self._drop(drafts.c.kept_at < than)

    def _drop(self, these: ColumnElement[bool]) -> None:
        found = self._connection.execute(select(drafts.c.payload_id).where(these)).scalars().all()
        if found:
            self._transaction.payloads.delete(found)
            self._connection.execute(delete(drafts).where(these))


def _is(user_id: UserId, step: DraftStep, about_id: str) -> ColumnElement[bool]:
    return and_(drafts.c.user_id == user_id, drafts.c.step == step, drafts.c.about_id == about_id)
