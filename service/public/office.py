"""The calls to the office's API, with a token that is fetched with the client's credentials."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

_TIMEOUT_S = 30.0
_SPARE_S = 60.0
"""The number of seconds before its end at which a new token is fetched."""


class OfficeAwayError(Exception):
    """The office does not answer or is too busy; nothing is lost, and a retry is safe."""


class OfficeRefusedError(Exception):
    """The office refuses a call for a reason that the applicant can correct."""

    def __init__(self, status: int, code: str, detail: str, pointer: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        """The code of the problem type."""
        self.detail = detail
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """The reference and the code that open an application."""

    reference: str
    code: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers for the API; characters that cannot be in a header are left out."""
        return {
            "X-Application-Reference": _plain(self.reference),
            "X-Application-Code": _plain(self.code),
        }


@dataclass(frozen=True, slots=True)
class FetchedPaper:
    """A document for the applicant."""

    media_type: str
    content: bytes


class Office:
    """Calls the office over HTTP. For one event loop."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._credentials = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._clock = clock
        self._token, self._until = "", 0.0

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def kinds(self) -> tuple[str, ...]:
        """Return the kinds of application that are offered."""
        return tuple((await self._json("GET", "application-forms"))["kinds"])

    async def start(self, kind: str) -> OpenedBy:
        """Begin a form, and return its reference and code."""
        told = await self._json("POST", "applications", body={"kind": kind})
        return OpenedBy(told["reference"], told["code"])

    async def read(self, by: OpenedBy) -> dict[str, Any]:
        """Return an application as its applicant sees it."""
        return await self._json("GET", "application", by)

    async def save(
        self, by: OpenedBy, page: str, version: int, typed: Mapping[str, list[str]]
    ) -> None:
        """Save one page of a form."""
        body = {"page": page, "expected_version": version, "typed": dict(typed)}
        await self._json("POST", "application/pages", by, body)

    async def upload(self, by: OpenedBy, slot: str, content: str) -> None:
        """Store a document, in base64, with a form."""
        body = {"slot": slot, "content": content}
        await self._json("POST", "application/documents", by, body)

    async def remove(self, by: OpenedBy, document_id: str) -> None:
        """Remove a document from a form."""
        await self._sent("DELETE", f"application/documents/{document_id}", by)

    async def picture(self, by: OpenedBy, document_id: str) -> FetchedPaper:
        """Return a small picture of a document of a form."""
        answer = await self._sent("GET", f"application/documents/{document_id}/picture", by)
        return FetchedPaper(answer.headers["content-type"], answer.content)

    async def submit(self, by: OpenedBy) -> dict[str, Any]:
        """Send a form."""
        return await self._json("POST", "application/submission", by)

    async def answer(self, by: OpenedBy, words: str, document: str) -> None:
        """Answer the office's question.

        A document, encoded in base64, is attached unless the document is empty.
        """
        body = {"words": words, "document": document}
        await self._json("POST", "application/answer", by, body)

    async def withdraw(self, by: OpenedBy) -> None:
        """Withdraw an application."""
        await self._json("POST", "application/withdrawal", by)

    async def paper(self, by: OpenedBy, number: int) -> FetchedPaper:
        """Return a letter for the applicant."""
        answer = await self._sent("GET", f"application/papers/{number}", by)
        return FetchedPaper(answer.headers["content-type"], answer.content)

    async def fetch(self, by: OpenedBy, number: int) -> FetchedPaper:
        """Fetch a document that is available; the number of fetches is limited."""
        answer = await self._sent("POST", f"application/handed/{number}/fetching", by)
        return FetchedPaper(answer.headers["content-type"], answer.content)

    async def subscription(self, by: OpenedBy, act: str = "") -> dict[str, Any]:
        """Return the holder's subscription, after it was begun (`begin`) or ended (`end`)."""
        path = "application/subscription" + ("/end" if act == "end" else "")
        return await self._json("POST" if act else "GET", path, by)

    async def _json(
        self, method: str, path: str, by: OpenedBy | None = None, body: object = None
    ) -> dict[str, Any]:
        answer = await self._sent(method, path, by, body)
        return dict(answer.json())

    async def _sent(
        self, method: str, path: str, by: OpenedBy | None = None, body: object = None
    ) -> httpx2.Response:
        answer = await self._called(method, path, by, body)
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            # The office ended the token: try one new token, but not a third.
            self._until = 0.0
            answer = await self._called(method, path, by, body)
        return _checked(answer)

    async def _called(
        self, method: str, path: str, by: OpenedBy | None, body: object
    ) -> httpx2.Response:
        headers = {
            "Authorization": f"Bearer {await self._bearer()}",
            "X-Purpose": "application",
            **({} if by is None else by.headers),
        }
        return await self._asked(method, f"/v1/{path}", headers=headers, json=body)

    async def _bearer(self) -> str:
        if self._clock() >= self._until:
            answer = await self._asked("POST", "/v1/oauth/token", data=self._credentials)
            if answer.status_code != httpx2.codes.OK:
                raise OfficeAwayError
            told = answer.json()
            self._token = str(told["access_token"])
            self._until = self._clock() + float(told["expires_in"]) - _SPARE_S
        return self._token

    async def _asked(self, method: str, path: str, **named: Any) -> httpx2.Response:
        try:
            return await self._client.request(method, path, **named)
        except httpx2.HTTPError:
            raise OfficeAwayError from None


def open_office(address: str, client_id: str, client_secret: str) -> Office:
    """Return the office at an address, without calling it yet."""
    client = httpx2.AsyncClient(base_url=address, timeout=_TIMEOUT_S, follow_redirects=False)
    return Office(client, client_id, client_secret)


def _checked(answer: httpx2.Response) -> httpx2.Response:
    if answer.is_success:
        return answer
    if answer.status_code >= 500 or answer.status_code in {401, 403, 429}:
        raise OfficeAwayError
    told: dict[str, Any] = answer.json()
    first: dict[str, Any] = next(iter(told.get("errors", ())), {})
    raise OfficeRefusedError(
        answer.status_code,
        str(told.get("type", "")).rpartition("/")[2],
        str(told.get("detail", "")),
        str(first.get("pointer", "")),
    )


def _plain(text: str) -> str:
    """Return the text as a header allows it: printable ASCII, at most 60 characters."""
    return "".join(one for one in text[:60] if " " <= one <= "~")
