"""Agencies that the office serves: their agreements, and the ASNs issued for them.

- `agreements`: agreements in versions; none in force, no service
- `asns`: Arrest Summons Numbers issued for an agency, followed to the result of the court
"""
