"""A year of services for the public through the real use cases, with simulated staff.

- `applicants`: applicants, with the errors and false details of applications
- `certificates`: an application for a certificate worked by staff
- `desk`: the other kinds of request, from receipt to their end
- `office`: the store, the staff, and how long each kind of work takes
- `queue`: the case officers' desk, day by day
- `rows`: the row of figures of each service
- `staff`: steps of simulated staff on a request of any kind
- `trial`: many applications searched, to count every No Trace that would be wrong
- `year`: the arrivals of a year, as a table: a kind of service is a row
"""
