"""The command `identlink`: each module one group of commands.

- `access`: commands for those who get in: people, systems of forces, tokens
- `backup`: `identlink backup` and `identlink restore`: the database in one file, the keys apart
  from it
- `certificates`: `identlink certificate`: certificates checked without a store and without a
  connection
- `context`: shared by all commands: the store, the caller at the console, the form of answers
- `database`: `identlink db`: the schema of the database
- `enrolling`: enrolling chunk after chunk in bulk: each once, wherever it was interrupted
- `erasures`: `identlink erasure`: erasures that wait or are due, and recipients that have not
  answered
- `evidence_tables`: candidates and their evidence as tables in a terminal, from the JSON form of
  the API
- `exchange`: `identlink exchange`: other States, messages to them, and a check that all were sent
- `exit_codes`: exit codes of the command line
- `extras`: extras of the distribution, and the sentence where one is missing
- `gallery`: `identlink gallery`: the parts of a gallery on several hosts
- `health`: faults and their remedies: `identlink status`, `identlink doctor`
- `index`: `identlink index`: make the derived index anew, look at it, check, compact or rekey it
- `integrity`: `identlink index integrity` and `rehearse`: the gallery searched with its own
  captures
- `link`: `identlink link`: a confirmed link, how it came to be, and its search computed again
- `loading`: `identlink load`: a directory of generated people into the store and the index
- `loading_workers`: loading by several processes: each stores whole chunks, the first keeps the
  index
- `log`: `identlink log`: sign it, hand it to outsiders, verify it, and witness it
- `office`: commands of the office: `identlink public`, `retention`, `statistics`, `publication`
  and `audit`
- `person`: `identlink person`: the list of consultations that a person may ask for
- `policy`: `identlink policy`: the views, names and marks that a finding demands of an examiner
- `population`: the people of the demo, in the form the store takes in bulk
- `prints`: `identlink import-nist`: files of prints enrolled in bulk
- `rules`: `identlink rules`: clocks and rehabilitation, law that can be computed
- `searching`: `identlink search`: one search from a file, with its evidence, at the console
- `serving`: servers and workers as processes
- `synthetic_prints`: pictures of the demo's prints, drawn on demand from the identities behind the
  templates
- `training`: models: trained, shown, measured, compared and chosen
- `vault`: `identlink vault`: checks that the keys open the payloads, and gives up those without
  keys
"""
