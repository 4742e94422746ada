"""The application: takes the services and returns an ASGI application."""

import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Lifespan
from structlog.typing import FilteringBoundLogger

from domain.errors import StorePart
from domain.store_secrets import StoreSecret
from service.adapters.identity.provider_settings import path_prefix, public_origin
from service.api import (
    access,
    agencies,
    applications,
    certificates,
    conversion,
    disclosure,
    examination,
    exchange,
    links,
    log,
    messages,
    misuse,
    operations,
    people,
    publication,
    requests,
    retention,
    searches,
)
from service.api.access.direct_calls import DirectCallsMiddleware, narrow_routes
from service.api.applications.applications import ANSWER_PATH, DOCUMENTS_PATH
from service.api.applications.applications import MOST_BODY_BYTES as MOST_DOCUMENT_BYTES
from service.api.body_limit import BodyFramingMiddleware, BodyLimitMiddleware
from service.api.documentation import install_documentation
from service.api.exchange import EXCHANGE_PATH, MOST_BODY_BYTES
from service.api.incoming import CallSpanMiddleware, RequestMiddleware
from service.api.metrics import Metrics
from service.api.problem_responses import install_handlers
from service.api.searches.batches import BATCH_PATH
from service.api.state import ApiState
from service.background.log_keepers import ExchangeKeeper, HostKeeper, RefusalKeeper, StateKeeper
from service.background.search_keepers import (
    IndexKeeper,
    MemoryKeeper,
    NamesBuilder,
    OutageKeeper,
    RehearsalKeeper,
    SearchKeeper,
)
from service.bootstrap.desks import open_certificates, open_exchange, open_provider
from service.bootstrap.keys import open_custody
from service.bootstrap.runtime import Runtime, tracing_of
from service.live.names import LiveNames
from service.live.outages import outage_note, report_or, state_note
from service.live.rate_limits import RateLimiter, SharedRateLimiter
from service.logs import LogEvent, Pseudonyms, build_logger, failure_note
from service.ports.print_images import PrintImages
from service.ports.surroundings import CallLimiter, Tracing
from service.settings import Settings
from service.usecases.workbench import SignInPolicy
from service.web.court_page import court_page
from service.web.mounting import PathPrefixMiddleware, build_workbench, mount

_DESCRIPTION = """
Links fingerprint captures to criminal records: candidate search, evidence in bits, blind
examination, provenance. Templates are synthetic; see `docs/api.md` for how the calls fit together,
and [the glossary](glossary) for what the words mean.
"""

_CAPTURE_PATHS = (
    *("/v1/encounters", "/v1/searches", "/workbench/searches/new"),
    "/v1/conversion/frames",
)
"""Paths of calls and forms that receive a capture with its images, or a frame."""

_ROOMS = (
    people,
    searches,
    examination,
    links,
    exchange,
    messages,
    requests,
    certificates,
    disclosure,
    applications,
    agencies,
    conversion,
    retention,
    publication,
    log,
    misuse,
    access,
    operations,
)


def create_app(
    runtime: Runtime,
    *,
    logger: FilteringBoundLogger | None = None,
    prints: PrintImages | None = None,
    shared: Path | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """Return the application for an opened runtime; its shutdown closes the runtime.

    `logger` writes to standard error by default; `prints` draws the prints of captures that came
    without an image. Processes that serve together count calls and keep metrics in the directory
    `shared`. `tracing` replaces the collector in the settings.
    """
    log = logger or build_logger(sys.stderr, *runtime.settings.log_style)
    metrics = Metrics(shared)
    spans = tracing or tracing_of(runtime)
    app = FastAPI(
        title="identlink",
        version=runtime.services.code_version,
        summary="Links fingerprint captures to criminal records.",
        description=_DESCRIPTION,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan(runtime, log, metrics, spans),
        middleware=_middleware(runtime, log, metrics, spans),
    )
    app.state.api = _api_state(runtime, metrics, shared)
    app.state.court_page = court_page
    install_handlers(app)
    for room in _ROOMS:
        for router in room.ROUTERS:
            app.include_router(router)
    install_documentation(app, prefix=path_prefix(runtime.settings))
    bench = build_workbench(
        app.state.api.services,
        prints=prints,
        sign_in_policy=_sign_in_policy(runtime.settings),
        identities=app.state.api.identities,
    )
    mount(app, replace(bench, signer=runtime.keeper.signer))
    narrow_routes(app)
    return app


def _sign_in_policy(settings: Settings) -> SignInPolicy:
    return SignInPolicy(
        allows_passwords=settings.local_accounts,
        allows_plain_cookies=settings.workbench_over_http,
        is_trial=settings.trial,
        second_factor_roles=settings.second_factor_roles,
        origin=public_origin(settings),
    )


def _middleware(
    runtime: Runtime, log: FilteringBoundLogger, metrics: Metrics, tracing: Tracing | None
) -> list[Middleware]:
    return [
        *_path_prefix(runtime.settings),
        Middleware(
            RequestMiddleware,
            metrics=metrics,
            logger=log,
            new_id=runtime.services.surroundings.new_id,
            pseudonyms=_pseudonyms(runtime),
        ),
        *_call_spans(tracing),
        Middleware(BodyFramingMiddleware, timeout_s=float(runtime.settings.caller_timeout_s)),
        _body_limit(runtime.settings),
        Middleware(DirectCallsMiddleware, routes=_routes()),
    ]


def _routes() -> list[BaseRoute]:
    return [route for room in _ROOMS for router in room.ROUTERS for route in router.routes]


def _call_spans(tracing: Tracing | None) -> list[Middleware]:
    # Without a collector no middleware is added, so a call passes through no extra function.
    return [Middleware(CallSpanMiddleware, tracing=tracing)] if tracing else []


def _path_prefix(settings: Settings) -> list[Middleware]:
    prefix = path_prefix(settings)
    return [Middleware(PathPrefixMiddleware, prefix=prefix)] if prefix else []


def _pseudonyms(runtime: Runtime) -> Pseudonyms:
    settings = runtime.settings
    clock = runtime.services.surroundings.clock
    mac = open_custody(settings).mac(StoreSecret.PSEUDONYMS)
    return Pseudonyms(mac, settings.pseudonym_period, clock)


def _api_state(runtime: Runtime, metrics: Metrics, shared: Path | None) -> ApiState:
    settings = runtime.settings
    token_limiter = _limiter("tokens", settings.client_tokens_per_minute, shared)
    exchange = open_exchange(settings)
    return ApiState(
        services=replace(runtime.services, stages=metrics),
        settings=settings,
        metrics=metrics,
        request_mac=runtime.request_mac,
        webhook_mac=runtime.webhook_mac,
        uploads=runtime.uploads,
        limiter=_limiter("calls", settings.requests_per_minute, shared),
        identities=open_provider(settings),
        exchange=replace(exchange, limiter=token_limiter) if exchange else None,
        certificates=open_certificates(settings),
        check_limiter=_limiter("checks", settings.certificate_checks_per_minute, shared),
        all_checks=_limiter("all-checks", 20 * settings.certificate_checks_per_minute, shared),
        token_limiter=token_limiter,
    )


def _body_limit(settings: Settings) -> Middleware:
    return Middleware(
        BodyLimitMiddleware,
        max_body_bytes=settings.max_body_bytes,
        larger={
            BATCH_PATH: settings.max_batch_bytes,
            **dict.fromkeys(
                (DOCUMENTS_PATH, ANSWER_PATH), max(settings.max_body_bytes, MOST_DOCUMENT_BYTES)
            ),
            EXCHANGE_PATH: max(settings.max_body_bytes, MOST_BODY_BYTES),
            **dict.fromkeys(
                _CAPTURE_PATHS, max(settings.max_body_bytes, settings.max_capture_bytes)
            ),
        },
        pages="/workbench/",
    )


def _limiter(name: str, per_minute: int, shared: Path | None) -> CallLimiter | None:
    if not per_minute:
        return None
    if shared is None:
        return RateLimiter(per_minute, time.monotonic)
    return SharedRateLimiter(shared, name, per_minute, time.monotonic)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _names_building(
    runtime: Runtime, on_failure: Callable[[BaseException], None]
) -> AbstractContextManager[None]:
    names = runtime.services.names
    # When there are several processes, one of them holds the names and builds their index.
    if not runtime.settings.names_at_start or not isinstance(names, LiveNames):
        return nullcontext()
    return NamesBuilder(names).running(on_failure)


def _lifespan(
    runtime: Runtime, logger: FilteringBoundLogger, metrics: Metrics, tracing: Tracing | None
) -> Lifespan[FastAPI]:
    note_index = partial(metrics.note_index, runtime.services)
    runtime.services.state.listen(state_note(logger))
    runtime.services.state.listen(metrics.note_state)
    outages = runtime.services.outages
    outages.listen(outage_note(logger))
    outages.listen(lambda _: metrics.note_outages(outages.lasting()))

    def noted(event: LogEvent, part: StorePart) -> Callable[[BaseException], None]:
        return report_or(outages, failure_note(logger, event), part)

    @asynccontextmanager
    async def _run(_app: FastAPI) -> AsyncIterator[None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = runtime.settings.request_threads
        logger.info(
            LogEvent.STARTED,
            code_version=runtime.services.code_version,
            encounters=len(runtime.services.gallery.index),
        )
        if runtime.modes_mended:
            logger.warning(LogEvent.STORE_WAS_OPEN, files=runtime.modes_mended)
        note_index()
        failed = noted(LogEvent.WORK_FAILED, StorePart.DATABASE)
        desk = open_exchange(runtime.settings)
        keys_failed = noted(LogEvent.CHECKPOINT_FAILED, StorePart.KEYS)
        with (
            OutageKeeper(outages).running(failure_note(logger, LogEvent.WORK_FAILED)),
            runtime.keeper.running(keys_failed),
            HostKeeper(runtime.services, runtime.services.code_version).running(failed),
            StateKeeper(runtime.services, runtime.keeper.signer).running(keys_failed),
            IndexKeeper(runtime.services.gallery, note=note_index).running(
                noted(LogEvent.INDEX_FAILED, StorePart.INDEX)
            ),
            RefusalKeeper(runtime.services).running(failed),
            RehearsalKeeper(runtime.services).running(failed),
            SearchKeeper(runtime.services, metrics.note_law).running(failed),
            ExchangeKeeper(runtime.services, desk, metrics.note_exchange).running(failed),
            MemoryKeeper().running(failure_note(logger, LogEvent.WORK_FAILED)),
            _names_building(runtime, noted(LogEvent.NAMES_FAILED, StorePart.DATABASE)),
        ):
            yield
        runtime.close()
        if tracing:
            tracing.close()
        logger.info(LogEvent.STOPPED)

    return _run
