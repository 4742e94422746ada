"""A year of services for the public through the real use cases, with simulated staff.

- `applicants`: applicants, with the errors and false details of applications
- `certificates`: an application for a certificate worked by staff
- `office`: the store, the staff, and how long each kind of work takes
- `own_data`: access to one's own data, and deletions, worked by staff
- `trial`: many applications searched, to count every No Trace that would be wrong
- `year`: the arrivals of a year, as a table: a kind of service is a row
"""
