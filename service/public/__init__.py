"""The pages for the public: a separate process with its own origin, apart from the workbench.

They show forms, carry the answers to the office's API with a token of one narrow scope, and
keep nothing: no database, no keys of the store, no record. An applicant's unfinished work stands
in a sealed cookie and in a draft at the office; a page with faults stays in memory for ten
minutes, for its own visit.
"""
