"""The calls that a force can make, as blocking functions."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx2

from identlink_client import calls, models
from identlink_client.calls import Attempts, Call, ClientCredentials, Json, Token, TokenKeeper


class Client:
    """Calls a service; use it in a `with` block, and in only one thread at a time.

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
        http: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = address.rstrip("/")
        self._tokens = TokenKeeper(credentials, time.monotonic)
        self._headers = {"X-Purpose": purpose}
        if on_behalf_of:
            self._headers["X-On-Behalf-Of"] = on_behalf_of
        self._attempts = attempts
        self._http = http or httpx2.Client(timeout=30.0)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def enrol(self, body: Json, *, key: str = "") -> models.Encounter:
        """Enrol a capture, optionally with a record; `body` is that of `POST /v1/encounters`."""
        return models.Encounter.of(self._do(calls.enrolment(body, key)))

    def get_encounter(self, encounter_id: str) -> models.Encounter:
        """Return a capture that your own force enrolled."""
        return models.Encounter.of(
            self._do(Call("GET", calls.place("/v1/encounters", encounter_id)))
        )

    def encounters(self, *, reference: str) -> Iterator[models.Encounter]:
        """Yield the captures with this reference, newest first."""
        yield from map(
            models.Encounter.of, self._pages("/v1/encounters", "encounters", reference=reference)
        )

    def search(
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
            self._do(calls.search(search_type, impressions, details, reference, key))
        )

    def get_search(self, search_id: str) -> models.Search:
        """Return a search; it includes its outcome once the outcome is known."""
        return models.Search.of(self._do(Call("GET", calls.place("/v1/searches", search_id))))

    def searches(self, *, reference: str = "") -> Iterator[models.Search]:
        """Yield your own force's searches, newest first."""
        yield from map(
            models.Search.of, self._pages("/v1/searches", "searches", reference=reference)
        )

    def enquire(self, details: Json, *, key: str = "") -> models.EnquiryResult:
        """Search by names and details, without prints; the answer names forces to contact."""
        return models.EnquiryResult.of(self._do(calls.enquiry(details, key)))

    def submit_batch(
        self, lines: Sequence[Json], *, priority: str = "", key: str = ""
    ) -> models.Batch:
        """Submit up to 10,000 searches at once, which are sent line by line."""
        return models.Batch.of(self._do(calls.batch(lines, priority, key)))

    def get_batch(self, batch_id: str) -> models.Batch:
        """Return the progress of a batch."""
        return models.Batch.of(self._do(Call("GET", calls.place("/v1/search-batches", batch_id))))

    def batch_lines(self, batch_id: str) -> Iterator[models.BatchLine]:
        """Yield the lines of a batch in order."""
        path = calls.place("/v1/search-batches", batch_id, "lines")
        yield from map(models.BatchLine.of, self._pages(path, "lines", turn="after"))

    def cancel_batch(self, batch_id: str) -> None:
        """Cancel the lines of a batch that are still waiting."""
        self._do(Call("POST", calls.place("/v1/search-batches", batch_id, "cancellation")))

    def get_link(self, link_id: str) -> models.Link:
        """Return a link."""
        return models.Link.of(self._do(Call("GET", calls.place("/v1/links", link_id))))

    def notices(self) -> tuple[models.Notice, ...]:
        """Return the newest notices of revoked links."""
        return tuple(map(models.Notice.of, self._do(Call("GET", "/v1/notices"))["notices"]))

    def add_webhook(
        self, url: str, topics: Sequence[str], *, key: str = ""
    ) -> models.WebhookSecret:
        """Add a webhook endpoint; its secret is returned only now."""
        return models.WebhookSecret.of(self._do(calls.webhook(url, topics, key)))

    def webhooks(self) -> tuple[models.Webhook, ...]:
        """Return your own force's webhook endpoints."""
        return tuple(map(models.Webhook.of, self._do(Call("GET", "/v1/webhooks"))["webhooks"]))

    def remove_webhook(self, endpoint_id: str) -> None:
        """Remove an endpoint; messages still waiting for it are not sent."""
        self._do(Call("DELETE", calls.place("/v1/webhooks", endpoint_id)))

    def _pages(
        self, path: str, name: str, *, turn: str = "before", **wanted: str
    ) -> Iterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            found = self._do(calls.page(path, start=start, **wanted))
            yield from found[name]
            following = found[f"next_{turn}"]
            if following is None:
                return
            start = {turn: str(following)}

    def _do(self, call: Call) -> calls.Answer:
        met = self._tried(call)
        if isinstance(met, httpx2.Response) and met.status_code == 401 and self._tokens.forget():
            # The token was refused before it expired: its key was changed, or a clock is wrong.
            met = self._tried(call)
        return calls.read(met)

    def _tried(self, call: Call) -> httpx2.Response | httpx2.TransportError:
        attempts = Attempts(call, self._attempts)
        headers = self._headers | call.headers()
        if call.client is None:
            headers["Authorization"] = f"Bearer {self._token()}"
        while True:
            met = self._sent(call, headers)
            wait_s = attempts.wait_s(met)
            if wait_s is None:
                return met
            self._sleep(wait_s)

    def _sent(
        self, call: Call, headers: Mapping[str, str]
    ) -> httpx2.Response | httpx2.TransportError:
        lines = call.encoded_lines() if call.lines is not None else None
        try:
            return self._http.request(
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

    def _token(self) -> str:
        held, credentials = self._tokens.current, self._tokens.credentials
        if held is not None or isinstance(credentials, Token):
            return held or ""
        told = calls.read(self._tried(calls.token(credentials)))
        return self._tokens.keep(told["access_token"], float(told["expires_in"]))
