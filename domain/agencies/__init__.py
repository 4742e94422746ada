"""Agencies that the office serves: their agreements, and the ASNs issued for them."""
