"""Findings, access patterns and the prints of staff.

- `abuse`: auditors see what may be misuse; administrators enrol the prints of staff
- `abuse_schemas`: staff prints, findings and access patterns
"""
