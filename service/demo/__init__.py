"""`identlink demo`: the main job from end to end; `identlink sandbox`: known people to call about.

- `abroad`: `identlink demo --exchange`: another country, a request up to its reply, and a
  notification
- `accounts`: accounts of the demo: a sign-in for every role, two case officers, and an agency
- `calls`: the API as each role calls it: one token, one purpose, real HTTP
- `command`: `identlink demo`: the options, and nothing else
- `conversion`: a roll of old records, from the film to the certificate of its lot
- `drawn_people`: people whose prints are drawn, as transactions of ANSI/NIST-ITL and as images,
  and files to try
- `ending`: the beginning and the end of every demo: the store, a link explained, the service kept
  up
- `examiners`: two examiners who know the truth; otherwise they see only the API's answers
- `images`: the demo on images: drawn prints go through the whole chain, from the file to the link
- `own_store`: the store of a demo is its own: a demo never begins on a store that holds other work
- `report`: the output of the demo: tables for people, one JSON object for programs
- `run`: the demo from start to end: enrol, search, examine, link, report, and optionally keep
  serving
- `sandbox`: `identlink sandbox`: a store with known people, for authors of a client of their own
- `scenario`: the searches of the demo, and the truth that only its examiners read
- `server`: the service in a thread of this process, for as long as the demo needs it
- `services`: `identlink demo --services`: each service for the public, worked once
- `stage`: the stage of the demo: its options, the served store, and the tokens of its people
- `tour`: the guided tour of the demo: five steps for each role, as a page of the demo alone
- `wire`: a probe as the JSON that a force sends
"""
