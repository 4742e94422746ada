"""The pages for the public: a separate process with its own origin, apart from the workbench.

They show forms, carry the answers to the office's API with a token of one narrow scope, and
keep nothing: no database, no keys of the store, no record. An applicant's unfinished work stands
in a sealed cookie and in a draft at the office; a page with faults stays in memory for ten
minutes, for its own visit.

- `again`: every form that is sent is answered by a redirect, errors included
- `app`: the application: routes, headers, limits
- `desk`: the common ground of all pages
- `limits`: how often one address, and one reference, may ask
- `messages`: every text of the pages, from a catalogue for each language
- `office`: the calls to the office's API
- `pages`: the pages
- `rendering`: templates to pages
- `sessions`: the cookie: sealed, and out of reach of scripts and other sites
- `settings`: settings of the pages, from `IDENTLINK_PUBLIC_PAGES_*`
"""
