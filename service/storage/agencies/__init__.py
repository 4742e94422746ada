"""Agencies: agreements, the accounts that speak for them, and ASNs."""
