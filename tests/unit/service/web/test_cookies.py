"""The conditions under which a cookie may lack Secure."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from service.web.cookies import is_plain_loopback


def request(url: str) -> Request:
    scheme, _, host = url.partition("://")
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": scheme,
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", host.encode())],
            "server": ("127.0.0.1", 8400),
        }
    )


@pytest.mark.parametrize(
    ("url", "is_plain"),
    [
        ("http://localhost:8400", True),
        ("http://127.0.0.1:8400", True),
        ("http://[::1]:8400", True),
        ("https://localhost:8400", False),
        ("http://workbench.example", False),
        ("http://10.0.0.7", False),
        ("http://127.0.0.1.example", False),
        ("https://workbench.example", False),
    ],
)
def test_only_plain_http_on_the_loopback_may(url: str, is_plain: bool) -> None:
    assert is_plain_loopback(request(url)) is is_plain
