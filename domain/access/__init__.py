"""Who may do what: roles, accounts, and what takes two people."""
