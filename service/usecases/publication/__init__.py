"""Publication: the figures of each quarter, frozen and released, and answers to the public.

- `audit`: the compliance audit pack: the facts for an inspectorate
- `cube`: from counted facts to the tables that may be published
- `information`: requests for information answered, with the disclosure log
- `releases`: quarters released once, shown, checked and withdrawn
"""
