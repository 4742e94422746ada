"""Agencies: their agreements, their requests, and the ASNs issued for them."""
