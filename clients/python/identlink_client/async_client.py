"""The calls that a force can make, as coroutines."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx2

from identlink_client import calls, models
from identlink_client.calls import Attempts, Call, ClientCredentials, Json, Token, TokenKeeper


class AsyncClient:
    """Calls a service; use it in an `async with` block, in one event loop.

    Methods raise ProblemError if the service refuses, ConnectionFailedError if it is unreachable.
    """

    def __init__(
        self,
        address: str,
        credentials: ClientCredentials | Token,
        *,
        purpose: str,
        on_behalf_of: str = "",
        attempts: int = 4,
        http: httpx2.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address = address.rstrip("/")
        self._tokens = TokenKeeper(credentials, time.monotonic)
        self._headers = {"X-Purpose": purpose}
        if on_behalf_of:
            self._headers["X-On-Behalf-Of"] = on_behalf_of
        self._attempts = attempts
        self._http = http or httpx2.AsyncClient(timeout=30.0)
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def enrol(self, body: Json, *, key: str = "") -> models.Encounter:
        """Enrol a capture, optionally with a record; `body` is that of `POST /v1/encounters`."""
        return models.Encounter.of(await self._do(calls.enrolment(body, key)))

    async def get_encounter(self, encounter_id: str) -> models.Encounter:
        """Return a capture that your own force enrolled."""
        return models.Encounter.of(
            await self._do(Call("GET", calls.place("/v1/encounters", encounter_id)))
        )

    async def encounters(self, *, reference: str) -> AsyncIterator[models.Encounter]:
        """Yield the captures with this reference, newest first."""
        async for one in self._pages("/v1/encounters", "encounters", reference=reference):
            yield models.Encounter.of(one)

    async def search(
        self,
        search_type: str,
        impressions: Sequence[Json],
        *,
        details: Json | None = None,
        reference: str = "",
        key: str = "",
    ) -> models.Submitted:
        """Search with prints; the outcome comes later, through `get_search` or a webhook."""
        return models.Submitted.of(
            await self._do(calls.search(search_type, impressions, details, reference, key))
        )

    async def get_search(self, search_id: str) -> models.Search:
        """Return a search; it includes its outcome once the outcome is known."""
        return models.Search.of(
            await self._do(Call("GET", calls.place("/v1/searches", search_id)))
        )

    async def searches(self, *, reference: str = "") -> AsyncIterator[models.Search]:
        """Yield your own force's searches, newest first."""
        async for one in self._pages("/v1/searches", "searches", reference=reference):
            yield models.Search.of(one)

    async def enquire(self, details: Json, *, key: str = "") -> models.EnquiryResult:
        """Search by names and details, without prints; the answer names forces to contact."""
        return models.EnquiryResult.of(await self._do(calls.enquiry(details, key)))

    async def submit_batch(
        self, lines: Sequence[Json], *, priority: str = "", key: str = ""
    ) -> models.Batch:
        """Submit up to 10,000 searches at once, which are sent line by line."""
        return models.Batch.of(await self._do(calls.batch(lines, priority, key)))

    async def get_batch(self, batch_id: str) -> models.Batch:
        """Return the progress of a batch."""
        return models.Batch.of(
            await self._do(Call("GET", calls.place("/v1/search-batches", batch_id)))
        )

    async def batch_lines(self, batch_id: str) -> AsyncIterator[models.BatchLine]:
        """Yield the lines of a batch in order."""
        path = calls.place("/v1/search-batches", batch_id, "lines")
        async for one in self._pages(path, "lines", turn="after"):
            yield models.BatchLine.of(one)

    async def cancel_batch(self, batch_id: str) -> None:
        """Cancel the lines of a batch that are still waiting."""
        await self._do(Call("POST", calls.place("/v1/search-batches", batch_id, "cancellation")))

    async def get_link(self, link_id: str) -> models.Link:
        """Return a link."""
        return models.Link.of(await self._do(Call("GET", calls.place("/v1/links", link_id))))

    async def notices(self) -> tuple[models.Notice, ...]:
        """Return the newest notices of revoked links."""
        return tuple(
            map(models.Notice.of, (await self._do(Call("GET", "/v1/notices")))["notices"])
        )

    async def add_webhook(
        self, url: str, topics: Sequence[str], *, key: str = ""
    ) -> models.WebhookSecret:
        """Add a webhook endpoint; its secret is returned only now."""
        return models.WebhookSecret.of(await self._do(calls.webhook(url, topics, key)))

    async def webhooks(self) -> tuple[models.Webhook, ...]:
        """Return your own force's webhook endpoints."""
        return tuple(
            map(models.Webhook.of, (await self._do(Call("GET", "/v1/webhooks")))["webhooks"])
        )

    async def remove_webhook(self, endpoint_id: str) -> None:
        """Remove an endpoint; messages still waiting for it are not sent."""
        await self._do(Call("DELETE", calls.place("/v1/webhooks", endpoint_id)))

    async def _pages(
        self, path: str, name: str, *, turn: str = "before", **wanted: str
    ) -> AsyncIterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            found = await self._do(calls.page(path, start=start, **wanted))
            for one in found[name]:
                yield one
            following = found[f"next_{turn}"]
            if following is None:
                return
            start = {turn: str(following)}

    async def _do(self, call: Call) -> calls.Answer:
        met = await self._tried(call)
        if isinstance(met, httpx2.Response) and met.status_code == 401 and self._tokens.forget():
            # The token was refused before it expired: its key was changed, or a clock is wrong.
            met = await self._tried(call)
        return calls.read(met)

    async def _tried(self, call: Call) -> httpx2.Response | httpx2.TransportError:
        attempts = Attempts(call, self._attempts)
        headers = self._headers | call.headers()
        if call.client is None:
            headers["Authorization"] = f"Bearer {await self._token()}"
        while True:
            met = await self._sent(call, headers)
            wait_s = attempts.wait_s(met)
            if wait_s is None:
                return met
            await self._sleep(wait_s)

    async def _sent(
        self, call: Call, headers: Mapping[str, str]
    ) -> httpx2.Response | httpx2.TransportError:
        lines = _each(call) if call.lines is not None else None
        try:
            return await self._http.request(
                call.method,
                f"{self._address}{call.path}",
                params=dict(call.query),
                data=call.client.form if call.client else None,
                json=call.body,
                content=lines,
                headers=headers,
            )
        except httpx2.TransportError as error:
            return error

    async def _token(self) -> str:
        held, credentials = self._tokens.current, self._tokens.credentials
        if held is not None or isinstance(credentials, Token):
            return held or ""
        told = calls.read(await self._tried(calls.token(credentials)))
        return self._tokens.keep(told["access_token"], float(told["expires_in"]))


async def _each(call: Call) -> AsyncIterator[bytes]:
    for line in call.encoded_lines():
        yield line
