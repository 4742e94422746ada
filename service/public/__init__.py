"""The public pages: a process with its own web origin, separate from the workbench.

They show forms and send the answers to the office's API, with a token whose only scope is to
forward applications. They store nothing: no database, no keys of the store, no record. An
applicant's unfinished work is in a sealed cookie and in a draft at the office. A page with faults
stays in memory for ten minutes, only for the visit it belongs to.
"""
