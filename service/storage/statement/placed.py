"""Compares states of work with what was done: cases, lines, and lots and frames of old records."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_, select

from domain.conversion.frames import FrameState, LotState, LotVerdict, MatchOutcome
from domain.events.examination import PriorityChanged
from domain.events.links import NotLinked
from domain.examination.cases import CaseState, Priority
from domain.jobs import JobKind, JobState
from service.storage.statement.reading import Astray, Fault, astray, bodies_of, rows_of
from service.storage.tables.cases import cases, decisions
from service.storage.tables.conversion import (
    conversion_destructions,
    conversion_draws,
    conversion_frame_states,
    conversion_frames,
    conversion_keyings,
    conversion_lot_decisions,
    conversion_lot_states,
    conversion_lots,
    conversion_match_readings,
    conversion_matches,
    conversion_settlements,
    conversion_takebacks,
    conversion_writings,
)
from service.storage.tables.links import links
from service.storage.tables.log import event_subjects, events
from service.storage.tables.searches import jobs

_other = decisions.alias("other")
_IS_LINKED = exists().where(links.c.case_id == cases.c.case_id)
_IS_CLOSED = exists(
    select(events.c.seq)
    .join(event_subjects, event_subjects.c.seq == events.c.seq)
    .where(
        event_subjects.c.subject_ref == cases.c.case_id,
        events.c.event_type == NotLinked.event_type,
    )
    .correlate(cases)
)
_IS_DECIDED = exists().where(decisions.c.case_id == cases.c.case_id)
_TWO = (
    decisions.c.case_id == cases.c.case_id,
    _other.c.case_id == cases.c.case_id,
    _other.c.decision_row > decisions.c.decision_row,
)
_IS_DECIDED_TWICE = exists(select(decisions.c.case_id).where(*_TWO).correlate(cases))
_STATE = cases.c.state
_CASES = select(cases.c.case_row).where(
    or_(
        (_STATE == CaseState.LINKED) != _IS_LINKED,
        (_STATE == CaseState.NOT_LINKED) != _IS_CLOSED,
        and_(_STATE == CaseState.WAITING, _IS_DECIDED),
        # One decision, or several that differ, after which another examiner was asked.
        and_(_STATE == CaseState.VERIFYING, ~_IS_DECIDED),
        and_(_STATE == CaseState.DIFFERING, ~_IS_DECIDED_TWICE),
        _STATE.not_in(list(CaseState)),
    )
)

_LOT, _DONE = conversion_lot_states.c, conversion_lot_decisions.c
_OF_LOT = _DONE.lot_id == _LOT.lot_id


def _is_decided(verdict: LotVerdict, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_OF_LOT, _DONE.decision == verdict, *where)


_DRAWN = conversion_draws.c
_IS_DRAWN = exists().where(
    _DRAWN.lot_id == _LOT.lot_id,
    _DRAWN.round == _LOT.round,
    ~exists()
    .where(_OF_LOT, _DONE.round == _DRAWN.round, _DONE.draw == _DRAWN.draw)
    .correlate(conversion_lot_states, conversion_draws),
)
_IN_ROUND = _DONE.round == _LOT.round
_LOT_FOLLOWS = case(
    (_is_decided(LotVerdict.WITHDRAWN), literal(LotState.WITHDRAWN.value)),
    (_is_decided(LotVerdict.ACCEPTED, _IN_ROUND), literal(LotState.ACCEPTED.value)),
    (_is_decided(LotVerdict.REJECTED, _IN_ROUND), literal(LotState.REJECTED.value)),
    (_IS_DRAWN, literal(LotState.SAMPLED.value)),
    else_=literal(LotState.OPEN.value),
)
_REJECTED_BEFORE = (
    select(func.count())
    .where(_OF_LOT, _DONE.decision == LotVerdict.REJECTED, _DONE.round < _LOT.round)
    .correlate(conversion_lot_states)
    .scalar_subquery()
)
_LOTS = select(_LOT.lot_id).where(
    or_(
        _LOT.state != _LOT_FOLLOWS,
        _LOT.round != _REJECTED_BEFORE + 1,
        ~exists().where(conversion_lots.c.lot_id == _LOT.lot_id),
    )
)
_NO_LOTS = select(conversion_lots.c.lot_row).where(
    ~exists().where(_LOT.lot_id == conversion_lots.c.lot_id)
)

_FRAME = conversion_frame_states.c
_SHEET = conversion_frames.c


def _has(table: object, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether the round of a frame has a row in this table."""
    columns = table.c  # type: ignore[attr-defined]
    of_round = (columns.frame_id == _FRAME.frame_id, columns.round == _FRAME.round)
    return exists(select(literal(1)).where(*of_round, *where).correlate(conversion_frame_states))


_MATCH, _READ = conversion_matches.c, conversion_match_readings.c
_SAME_MATCH = (
    _READ.frame_id == _MATCH.frame_id,
    _READ.round == _MATCH.round,
    _READ.number == _MATCH.number,
)
_IS_PROPOSED = _has(
    conversion_matches, ~exists().where(*_SAME_MATCH).correlate(conversion_matches)
)


def _is_agreed(*outcomes: MatchOutcome) -> ColumnElement[bool]:
    agreed = exists().where(*_SAME_MATCH, _READ.agrees).correlate(conversion_matches)
    return _has(conversion_matches, _MATCH.outcome.in_(outcomes), agreed)


_KEYINGS = (
    select(func.count())
    .where(
        conversion_keyings.c.frame_id == _FRAME.frame_id,
        conversion_keyings.c.round == _FRAME.round,
    )
    .correlate(conversion_frame_states)
    .scalar_subquery()
)
_IS_SETTLED = _has(conversion_settlements)
_IS_WRITTEN = _has(conversion_writings)
_IS_KEPT_ON_RECORD = and_(_IS_WRITTEN, ~_has(conversion_takebacks))
_IS_DESTROYED = exists().where(conversion_destructions.c.frame_id == _FRAME.frame_id)
_BEFORE_MATCHING = (
    *(FrameState.UNCODED, FrameState.MATCHING),
    *(FrameState.SET_ASIDE, FrameState.NOT_KEPT),
)
"""Which of these a settled frame is at follows from its form, which is sealed."""
_IS_LOT_WITHDRAWN = exists().where(
    _DONE.lot_id == _FRAME.lot_id, _DONE.decision == LotVerdict.WITHDRAWN
)
_RULES = {
    (FrameState.RECEIVED,): _KEYINGS == 0,
    (FrameState.KEYED_ONCE,): _KEYINGS == 1,
    (FrameState.DIFFERS,): and_(_KEYINGS == 2, ~_IS_SETTLED),
    _BEFORE_MATCHING: and_(
        _IS_SETTLED, ~_IS_PROPOSED, ~_is_agreed(*MatchOutcome), ~_IS_WRITTEN, ~_IS_DESTROYED
    ),
    (FrameState.PROPOSED,): _IS_PROPOSED,
    (FrameState.MERGING,): and_(_is_agreed(MatchOutcome.MERGE), ~_IS_WRITTEN),
    (FrameState.UNATTACHED,): _is_agreed(MatchOutcome.CANNOT_TELL),
    (FrameState.WRITTEN,): _IS_KEPT_ON_RECORD,
    (FrameState.DESTROYED,): and_(_IS_SETTLED, _IS_DESTROYED),
    (FrameState.WITHDRAWN,): and_(_IS_LOT_WITHDRAWN, ~_IS_DESTROYED, ~_IS_KEPT_ON_RECORD),
}
_FOLLOWS = or_(*(and_(_FRAME.state.in_(states), rule) for states, rule in _RULES.items()))
_LASTING = (FrameState.NOT_KEPT, FrameState.DESTROYED)
_IS_OF_ROUND = or_(
    _FRAME.round == _LOT.round,
    # A rejected lot is being taken back, frame by frame.
    and_(_LOT.state == LotState.REJECTED, _FRAME.round == _LOT.round + 1),
    and_(_FRAME.state.in_(_LASTING), _FRAME.round < _LOT.round),
)
_FRAMES = (
    select(_FRAME.frame_id)
    .outerjoin(conversion_frames, _SHEET.frame_id == _FRAME.frame_id)
    .outerjoin(conversion_lot_states, _LOT.lot_id == _FRAME.lot_id)
    .where(
        or_(
            _SHEET.frame_id.is_(None),
            _FRAME.lot_id != _SHEET.lot_id,
            _FRAME.number != _SHEET.number,
            ~_FOLLOWS,
            _LOT.lot_id.is_(None),
            ~_IS_OF_ROUND,
        )
    )
)
_NO_FRAMES = select(_SHEET.frame_row).where(~exists().where(_FRAME.frame_id == _SHEET.frame_id))


_IS_ANSWERED = and_(jobs.c.kind == JobKind.SEARCH, jobs.c.state == JobState.DONE)
_OF_SEVERAL_LINES = (
    select(jobs.c.result_ref)
    .where(_IS_ANSWERED)
    .group_by(jobs.c.result_ref)
    .having(func.count() > 1)
)
_LINES_OF_ONE_SEARCH = select(jobs.c.job_row).where(
    _IS_ANSWERED, jobs.c.result_ref.in_(_OF_SEVERAL_LINES)
)


def _misplaced_priorities(connection: Connection) -> Iterator[Astray]:
    """Yield the cases whose priority is not the one that was set last; at first it is routine."""
    changed = bodies_of(connection, PriorityChanged)
    set_last = {body.subject_refs[0]: dict(body.facts).get("priority") for body in changed}
    for row in rows_of(connection, select(cases.c.case_row, cases.c.case_id, cases.c.priority)):
        if row.priority != set_last.get(row.case_id, Priority.ROUTINE):
            yield Astray(Fault.MISPLACED, cases.name, (row.case_row,))


def misplaced_work(connection: Connection) -> Iterator[Astray]:
    """Yield the work whose state does not agree with what was done, or that has no state."""
    for fault, table, query in (
        (Fault.MISPLACED, cases, _CASES),
        (Fault.MISPLACED, conversion_lot_states, _LOTS),
        (Fault.LACKING, conversion_lots, _NO_LOTS),
        (Fault.MISPLACED, conversion_frame_states, _FRAMES),
        (Fault.LACKING, conversion_frames, _NO_FRAMES),
        (Fault.MISPLACED, jobs, _LINES_OF_ONE_SEARCH),
    ):
        yield from astray(connection, fault, table, query)
    yield from _misplaced_priorities(connection)
