"""Monitoring of whether a model's distribution of scores still holds, and the models chosen."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import and_, exists, func, select

from domain.errors import ConflictError, NotFoundError
from domain.examination.cases import CLOSED_STATES
from domain.ids import CandidateId
from domain.searches.evidence import Band
from domain.searches.models import LawState, LawStateChange, ModelChoice, Source, WeekSketch
from matching.watch.detecting import Gathered
from matching.watch.seconds import Martingale
from service.storage.engine.rows import AnyRow, row_of, rows_where, value_of
from service.storage.engine.writes import insert_or_add
from service.storage.tables.cases import cases
from service.storage.tables.links import link_revocations, links
from service.storage.tables.models import law_sketches, law_states, law_streams, model_choices
from service.storage.tables.searches import candidates, searches
from service.storage.transaction import TransactionPart

_SUMS = ("impressions", "mean", "mean_squares", "spread", "quality")
_IS_REVOKED = exists().where(link_revocations.c.link_id == links.c.link_id)
_PLACE = ("week", "asker_force", "account", "model_digest", "kind", "finger", "band")


class LawRecords(TransactionPart):
    """Sums gathered by the monitoring, and the states of sources."""

    def gather(self, source: Source, seen: Gathered, at: datetime) -> Gathered:
        """Add the sums of a process to those gathered from a source; return the total."""
        held = self._held(source)
        if held is None:
            self._begin(source, at)
            held = self._held(source)
        if held is None:
            raise NotFoundError
        grown = json.loads(held.grown)
        before = Gathered(tuple(grown), searches=held.searches) if grown else Gathered()
        whole = before.then(seen)
        self._keep(source, whole, at)
        return whole

    def martingale(self, source: Source) -> Martingale:
        """Return a source's martingale since its distribution last held."""
        held = self._held(source)
        grown = () if held is None else tuple(json.loads(held.grown))
        if held is None or len(grown) != len(Martingale().grown):
            return Martingale()
        return Martingale(held.searches, grown)

    def keep_martingale(self, source: Source, whole: Martingale, at: datetime) -> None:
        """Store the martingale of a source."""
        self._begin(source, at)
        self._keep(source, whole, at)

    def begin_anew(self, source: Source, at: datetime) -> None:
        """Reset the sums gathered from a source."""
        self._keep(source, Gathered(), at)

    def _begin(self, source: Source, at: datetime) -> None:
        self._add_new(law_streams, source, grown="[]", searches=0, seen_at=at)

    def _held(self, source: Source) -> AnyRow | None:
        return self._row(rows_where(law_streams, **asdict(source)).with_for_update())

    def _keep(self, source: Source, whole: Gathered | Martingale, at: datetime) -> None:
        self._change(
            law_streams,
            asdict(source),
            grown=json.dumps(list(whole.grown)),
            searches=whole.searches,
            seen_at=at,
        )

    def state(self, source: Source) -> LawState:
        """Return the state of a source; until another state is found, its distribution holds."""
        query = rows_where(law_states.c.state, **asdict(source))
        found = self._cell(query.order_by(law_states.c.number.desc()).limit(1))
        return LawState.AT_HOME if found is None else LawState(found)

    def next_number(self) -> int:
        """Return the number of the next change of state."""
        return 1 + (self._cell(select(func.max(law_states.c.number))) or 0)

    def change(self, change: LawStateChange) -> None:
        """Store a change of state."""
        self._add(law_states, change, **asdict(change.source))

    def changes(self, model_digest: str) -> tuple[LawStateChange, ...]:
        """Return the current state of each source under a model, newest first."""
        query = rows_where(law_states, model_digest=model_digest).order_by(
            law_states.c.number.desc()
        )
        newest: dict[Source, LawStateChange] = {}
        for row in self._connection.execute(query):
            source = value_of(Source, row)
            newest.setdefault(source, value_of(LawStateChange, row, source=source))
        return tuple(newest.values())

    def add_to_weeks(self, sketches: Sequence[WeekSketch]) -> None:
        """Add sums to the stored weekly totals."""
        rows = [row_of(law_sketches, one) for one in sketches]
        rows.sort(key=lambda row: tuple(row[name] for name in _PLACE))
        insert_or_add(self._connection, law_sketches, rows, key=_PLACE, sums=_SUMS)

    def weeks(self, model_digest: str, since: date) -> tuple[WeekSketch, ...]:
        """Return the weekly sums from a week onwards, in order of weeks."""
        query = (
            select(law_sketches)
            .where(law_sketches.c.model_digest == model_digest, law_sketches.c.week >= since)
            .order_by(*(law_sketches.c[name] for name in _PLACE))
        )
        return self._all(WeekSketch, query)

    def identified(self, limit: int) -> tuple[CandidateId, ...]:
        """Return the candidates of the newest links that have not been revoked."""
        query = (
            select(links.c.candidate_id)
            .where(~_IS_REVOKED)
            .order_by(links.c.linked_at.desc(), links.c.link_id)
            .limit(limit)
        )
        return tuple(map(CandidateId, self._column(query)))

    def outcomes(self, since: datetime) -> tuple[tuple[datetime, Band, float, bool], ...]:
        """Return the time of search, band, probability and finding for each first candidate.

        The finding is whether the candidate was identified.

        Covers decided searches with prints in which the candidate has bits. A revoked link does
        not count as an identification.
        """
        query = (
            select(
                searches.c.submitted_at,
                candidates.c.band,
                candidates.c.posterior,
                links.c.link_id.is_not(None).label("identified"),
            )
            .join(cases, cases.c.search_id == searches.c.search_id)
            .join(
                candidates,
                and_(candidates.c.search_id == searches.c.search_id, candidates.c.rank == 1),
            )
            .outerjoin(
                links,
                and_(
                    links.c.case_id == cases.c.case_id,
                    links.c.candidate_id == candidates.c.candidate_id,
                    ~_IS_REVOKED,
                ),
            )
            .where(
                searches.c.submitted_at >= since,
                cases.c.state.in_(sorted(CLOSED_STATES)),
                candidates.c.band != Band.NONE.value,
            )
        )
        return tuple(
            (row.submitted_at, Band(row.band), float(row.posterior), bool(row.identified))
            for row in self._connection.execute(query)
        )


class ModelChoices(TransactionPart):
    """Choices of models. Each is written once."""

    def last(self) -> ModelChoice | None:
        """Return the choice in force, or None if no model has been chosen."""
        query = select(model_choices).order_by(model_choices.c.number.desc()).limit(1)
        return self._one(ModelChoice, query)

    def add(self, choice: ModelChoice) -> None:
        """Store a choice. Raises ConflictError when another choice was made in the meantime."""
        if not self._add_new(model_choices, choice, unless_taken=("number",)):
            raise ConflictError(
                "Another model has been chosen since the comparison: compare again."
            )
