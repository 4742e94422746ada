"""The meaning of courts' results: codes, charges found, doubts, changes of a record."""
