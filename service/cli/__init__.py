"""The command `identlink`: one module for each group of commands.

- `accounts`: `identlink account`: sign-ins to the workbench
- `backup`: `identlink backup` and `identlink restore`: the database in one file, the keys apart
  from it
- `clients`: `identlink client` and `identlink token`: keys of systems, and bearer tokens
- `context`: shared by all commands: the store, the caller at the console, the form of answers
- `enrolling`: enrolling chunk after chunk in bulk: each once, wherever it was interrupted
- `gallery`: `identlink gallery`: the parts of a gallery on several hosts
- `health`: faults and their remedies: `identlink status`, `identlink doctor`
- `index`: `identlink index`: build the derived index, show, check, compact or rekey it, and search
  it with its own captures
- `link`: `identlink link`: a confirmed link, how it came to be, and its search computed again
- `loading`: `identlink load`: a directory of generated people into the store and the index
- `loading_workers`: loading by several processes: each stores whole chunks, the first keeps the
  index
- `log`: `identlink log`: sign it, hand it to outsiders, verify it, and witness it
- `office`: commands of the office: its pages for the public, certificates, exchange, purges,
  publication, and old records
- `people`: `identlink person` and `identlink erasure`: who looked at a person, and their erasure
- `policy`: `identlink policy`: the views, names and marks that a finding demands of an examiner
- `population`: the people of the demo, in the form the store takes in bulk
- `prints`: `identlink import-nist` and `templates`: prints from files, and templates made again
- `refusals`: refusals of the command line: exit codes, and extras that are missing
- `rules`: `identlink rules`: clocks, rehabilitation and retention as law that can be computed
- `searching`: `identlink search`: one search from a file, with its evidence, at the console
- `serving`: servers and workers as processes
- `stores`: `identlink db` and `identlink vault`: the schema, and the keys of the payloads
- `synthetic_prints`: pictures of the demo's prints, drawn on demand from the identities behind the
  templates
- `training`: models: trained, shown, measured, compared and chosen
"""
