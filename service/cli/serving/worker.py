"""`identlink worker`: batches, webhooks, erasures and other work. Run one for each core."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import FrameType
from typing import Annotated

import typer

from domain.requests.requests import Channel
from service.api.searches.batches import line_reader
from service.background.log_keepers import HostKeeper, StateKeeper
from service.background.search_keepers import IndexKeeper, OutageKeeper, SearchKeeper
from service.bootstrap.desks import open_exchange
from service.bootstrap.runtime import Runtime, open_runtime, tracing_of
from service.channels.webhook_sender import HttpMessageSender
from service.cli.context import Call
from service.cli.serving.working import (
    Pace,
    Round,
    run_rounds,
    run_together,
    run_until_idle,
    spare_long_lived,
)
from service.live.outages import outage_note, report_or, state_note
from service.logs import LogEvent, build_logger, failure_note
from service.ports.surroundings import Tracing, traced
from service.settings import Settings
from service.usecases.access.kept_pages import forget_old_drafts
from service.usecases.agencies.agreements import tell_watching_agencies
from service.usecases.agencies.asking import lapse_unanswered
from service.usecases.applications.drafting import forget_drafts
from service.usecases.applications.handing import destroy_spent_copies
from service.usecases.disclosure.deciding import chase_late_deletions
from service.usecases.exchange import receiving
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.duties import survey_records, tell_erased
from service.usecases.exchange.sending import send_due
from service.usecases.leasing import WorkerPolicy
from service.usecases.messages.deliveries import Carriers, Courier, queue_messages
from service.usecases.misuse.watching import forget_sketches, watch_searches
from service.usecases.people.erasure import carry_out_erasures, sweep_erased
from service.usecases.requests.notices import give_owed_notices
from service.usecases.retention.releasing import carry_out_plans, destroy_prints
from service.usecases.searches.batch_lines import BatchWorker, work_batches
from service.usecases.services import Services

NiceOption = Annotated[
    int,
    typer.Option(
        min=0, max=19, help="Niceness, from 0 (normal priority) to 19 (lowest priority)."
    ),
]
LeaseOption = Annotated[
    int,
    typer.Option(
        min=5,
        max=3_600,
        help="Seconds after which other workers may take over the jobs of a dead worker.",
    ),
]
UntilIdleOption = Annotated[
    bool, typer.Option("--until-idle", help="Stop when there is nothing left to do.")
]


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_TOGETHER = 8
"""The number of searches stored in one transaction, if several processes may write.

`python -m benchmarks service --batch-searches` measures the speed of a batch, and the waiting time
of interactive searches at the same time.
"""

_SHARE_OF_STOP = 0.8
"""The share of the shutdown time that one attempt to send a message may take."""

_SELDOM = Pace(idle_s=600.0)
"""The pace of rare work: old sketches are erased within ten minutes."""


def worker(
    call: Call,
    *,
    nice: NiceOption = 10,
    lease: LeaseOption = 60,
    until_idle: UntilIdleOption = False,
) -> None:
    """Process batches, send messages, carry out erasures and check for misuse.

    A worker can be killed at any time. It keeps its own copy of the index up to date in the same
    way as a server does: it merges segments and removes erased captures. Jobs are leased: when a
    worker is killed, another worker takes over its jobs once the lease has run out.
    """
    os.nice(nice)
    settings = call.named()
    logger = build_logger(sys.stderr, *settings.log_style)
    with stopped_by_signals() as stopping, open_runtime(settings) as runtime:
        policy = _policy(settings, lease_s=lease)
        outages = runtime.services.outages
        outages.listen(outage_note(logger))
        failed = failure_note(logger, LogEvent.WORK_FAILED)
        note = report_or(outages, failed)
        spare_long_lived()
        runtime.services.state.listen(state_note(logger))
        logger.info(LogEvent.WORKER_STARTED, code_version=runtime.services.code_version)
        if runtime.modes_mended:
            logger.warning(LogEvent.STORE_WAS_OPEN, files=runtime.modes_mended)
        call.say("identlink works", {"pid": os.getpid()})
        sys.stdout.flush()
        index_failed = report_or(outages, failure_note(logger, LogEvent.INDEX_FAILED))
        with (
            IndexKeeper(runtime.services.gallery).running(index_failed),
            SearchKeeper(runtime.services).running(note),
            OutageKeeper(outages).running(failed),
            StateKeeper(runtime.services, runtime.keeper.signer).running(note),
            HostKeeper(runtime.services, runtime.services.code_version).running(failed),
            rounds_of(runtime, policy, stopping, note) as rounds,
        ):
            if until_idle:
                run_until_idle(rounds, stopping)
            else:
                run_together(loops_of(rounds, stopping, note), stopping)
        logger.info(LogEvent.WORKER_STOPPED)


def _policy(settings: Settings, *, lease_s: int) -> WorkerPolicy:
    """Return this worker's policy; on SQLite, with one writer, searches are stored singly."""
    has_one_writer = settings.database_address.startswith("sqlite")
    return WorkerPolicy(
        lease=timedelta(seconds=lease_s),
        stored_together=1 if has_one_writer else _TOGETHER,
        deliveries=settings.webhooks_at_once,
    )


def loops_of(
    rounds: Sequence[Round], stopping: threading.Event, note: Callable[[BaseException], None]
) -> list[Callable[[], None]]:
    """Return a loop for each round; the last round runs rarely."""
    *often, seldom = rounds
    loops = [partial(run_rounds, work, stopping, note, pace=Pace()) for work in often]
    return [*loops, partial(run_rounds, seldom, stopping, note, pace=_SELDOM)]


@contextmanager
def rounds_of(
    runtime: Runtime,
    policy: WorkerPolicy,
    stopping: threading.Event,
    note_failure: Callable[[BaseException], None],
) -> Iterator[tuple[Round, ...]]:
    """Yield the rounds: searches, messages, misuse, erasures, notices, exchange and clean-up.

    Each round has its own thread.

    On leaving the context, the messages being sent are finished.
    """
    services = runtime.services
    searcher = BatchWorker(services, line_reader(services.prints), policy, stopping, note_failure)
    desk = open_exchange(runtime.settings)
    with Carriers(_courier(runtime, policy, stopping)) as carriers, _tracing(runtime) as spans:
        rounds: dict[str, Round] = {
            "batches": partial(work_batches, searcher),
            "messages": lambda: queue_messages(services) + carriers.round(),
            "misuse": partial(watch_searches, services),
            "erasures": partial(_erase, services, stopping),
            "notices": partial(_give_notices, services, stopping),
            "deletions": partial(chase_late_deletions, services, stopping.is_set),
            "exchange": partial(_exchange, services, desk, stopping),
            "tidying": partial(_tidy, services, desk, stopping, set()),
        }
        yield tuple(traced(spans, work, f"worker {name}") for name, work in rounds.items())


@contextmanager
def _tracing(runtime: Runtime) -> Iterator[Tracing | None]:
    spans = tracing_of(runtime)
    try:
        yield spans
    finally:
        if spans:
            spans.close()


def _courier(runtime: Runtime, policy: WorkerPolicy, stopping: threading.Event) -> Courier:
    settings = runtime.settings
    # A stopping worker waits for the messages being sent; it needs the rest of its time to record
    # the results.
    timeout_s = min(settings.webhook_timeout_s, _SHARE_OF_STOP * settings.shutdown_timeout_s)
    sender = HttpMessageSender(
        allow_private=settings.webhook_private_addresses, timeout_s=timeout_s
    )
    # If the lease ran out during an attempt, the message would be sent twice.
    lease = max(policy.lease, timedelta(seconds=3 * timeout_s))
    return Courier(
        runtime.services, sender, runtime.webhook_mac, replace(policy, lease=lease), stopping
    )


def _tidy(
    services: Services, desk: ExchangeDesk | None, stopping: threading.Event, swept_on: set[date]
) -> int:
    """Forget what is spent; once a day, erase what was written about people erased before."""
    forget_drafts(services, stopping.is_set)
    forget_old_drafts(services)
    destroy_spent_copies(services, stopping.is_set)
    lapse_unanswered(services, stopping.is_set)
    if desk is not None:
        receiving.forget_transmissions(services, desk)
    window = services.guard.policy.window if services.guard else timedelta(0)
    forgotten = forget_sketches(services, kept=window)
    # Last, so that a sweep that fails, and is made again, keeps nothing else waiting.
    if services.today() not in swept_on:
        sweep_erased(services, is_stopped=stopping.is_set)
        swept_on.add(services.today())
    return forgotten


def _give_notices(services: Services, stopping: threading.Event) -> int:
    """Give notices of changes to recipients, and tell agencies whose watched case has changed."""
    given = give_owed_notices(services, stopping.is_set)
    return given + tell_watching_agencies(services, stopping.is_set)


def _exchange(services: Services, desk: ExchangeDesk | None, stopping: threading.Event) -> int:
    """Compute duties, send due messages and read the folders; do nothing if no State is set."""
    if desk is None:
        return 0
    made = survey_records(services, desk) + tell_erased(services, desk)
    made += receiving.reply_decided(services, desk)
    read = receiving.collect(
        services, desk, receiving.request_taker(services, Channel.DROP_FOLDER)
    )
    return made + read + send_due(services, desk, stopping.is_set).handed


def _erase(services: Services, stopping: threading.Event) -> int:
    """Continue released purge plans; carry out due destructions of prints, and erasures."""
    hidden = carry_out_plans(services, stopping.is_set)
    hidden += destroy_prints(services, stopping.is_set)
    return hidden + carry_out_erasures(services, stopping.is_set)


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set; running work is still finished."""
    stopping = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, _stop) for number in _STOP_SIGNALS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
