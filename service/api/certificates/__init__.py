"""Certificates for people: they are issued, can be checked by anybody, and can be revoked."""

from service.api.certificates import certificates, checks, referrals

ROUTERS = (checks.router, certificates.router, referrals.router, referrals.for_body)
