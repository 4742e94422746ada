"""The identlink service: everything that joins the engines for its users.

- `adapters`: ports to the outside world, filled: identity provider, keys, models, pictures
- `api`: the HTTP edge: parse, call one use case, answer; nothing is decided here
- `app`: the application: services in, an ASGI application out
- `application_settings`: settings for the applications of the public
- `background`: threads that keep a serving process in order
- `bootstrap`: the one place of all wiring: settings in, working services out
- `case_settings`: settings of the office: how a search narrows to candidates and becomes a case
- `certificate_settings`: settings of certificates for people
- `channels`: messages that leave the service
- `cli`: the command `identlink`: each module one group of commands
- `demo`: `identlink demo`: the main job from end to end
- `exchange_settings`: settings of the exchange with other States
- `live`: the state that a process keeps in memory while it serves
- `logs`: the operational log: JSON lines, and nothing in them that could be personal data
- `main`: the root of the command line: a registry of commands and the one place that reports
  errors
- `outages`: the outage behind an error of the operating system, of SQLite or of the index
- `ports`: the world outside, as the use cases need it
- `print_settings`: settings of the readers of prints
- `provenance`: provenance that an outsider can verify: no database and no framework
- `public`: the pages for the public: a process and an origin of their own, apart from the
  workbench
- `record_settings`: settings for the facts put on record about callers: looks, refused calls,
  lines of requests
- `settings`: everything that can be set, read once from the environment (`IDENTLINK_*`) and passed
  in
- `storage`: the database: SQLAlchemy Core on SQLite and PostgreSQL, one code path
- `usecases`: the work of identlink: one function a use case, one transaction each, no framework
- `web`: the workbench: pages for examiners, supervisors, forces and auditors
"""
