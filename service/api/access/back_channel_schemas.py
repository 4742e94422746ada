"""Notices of sign-outs, in the words of OpenID Connect Back-Channel Logout 1.0."""

from __future__ import annotations

from typing import Any, Literal

from service.api.base import Answer


class LogoutFaultAnswer(Answer):
    """Why a logout token is not accepted (section 2.8)."""

    error: Literal["invalid_request"]


LOGOUT_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["logout_token"],
                    "properties": {
                        "logout_token": {
                            "type": "string",
                            "description": "Signed by the provider like its ID tokens.",
                        }
                    },
                }
            }
        },
    }
}
