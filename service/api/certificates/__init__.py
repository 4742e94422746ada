"""Certificates for people: issued, checked by anybody, and revoked.

- `certificates`: certificates issued on a release, listed, read as documents and revoked
- `checks`: the check of a certificate by anybody, and the keys that it verifies by
- `referrals`: referrals made by case officers, read and answered by a body outside the office
"""

from __future__ import annotations

from service.api.certificates import certificates, checks, referrals

ROUTERS = (checks.router, certificates.router, referrals.router, referrals.for_body)
