"""A year of services for the public through the real use cases, with simulated staff.

- `applicants`: applicants, with the errors and false details of applications
- `desk`: the kinds of request, each from receipt to its end, and a year of them as a table
- `office`: the store, and the steps of its staff
- `queue`: the case officers' desk, day by day; the figures of each service, and of a trial
"""
