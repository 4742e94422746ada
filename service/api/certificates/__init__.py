"""Certificates for people: they are issued, can be checked by anybody, and can be revoked."""

from service.api.certificates import checks, referrals

ROUTERS = (checks.router, checks.certificates_router, referrals.router, referrals.for_body)
