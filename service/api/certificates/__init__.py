"""Certificates for people: issued, checked by anybody, and revoked."""

from __future__ import annotations

from service.api.certificates import certificates, checks, referrals

ROUTERS = (checks.router, certificates.router, referrals.router, referrals.for_body)
