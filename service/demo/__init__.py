"""`identlink demo`: the main job from end to end; `identlink sandbox`: known people to call about.

- `abroad`: another country, and what is exchanged with it
- `agreement`: the agreement within which the demo's agency asks
- `calls`: the API as each role calls it: one token, one purpose, real HTTP
- `command`: `identlink demo`: the options, and nothing else
- `conversion`: a roll of old records, from the film to the certificate of its lot
- `court`: the court bundle of a link, made and checked as its reader would check it
- `drawn_people`: people whose prints are drawn: their captures as transactions of ANSI/NIST-ITL
  and as images
- `ending`: the beginning and the end of every demo: the store, a link explained, the service kept
  up
- `examiners`: two examiners who know the truth; otherwise they see only the API's answers
- `images`: the demo on images: drawn prints go through the whole chain, from the file to the link
- `memory`: the demo's memory of its store: the people enrolled and the number of runs
- `officers`: case officers of the demo: two, because two people decide
- `options`: the options of the demo at the command line
- `own_store`: the store of a demo is its own: a demo never begins on a store that holds other work
- `report`: the output of the demo: tables for people, one JSON object for programs
- `run`: the demo from start to end: enrol, search, examine, link, report, and optionally keep
  serving
- `samples`: files to try on the demo on images: a person to enrol, and prints to search with
- `sandbox`: `identlink sandbox`: a store with known people, for authors of a client of their own
- `scenario`: the searches of the demo, and the truth that only its examiners read
- `server`: the service in a thread of this process, for as long as the demo needs it
- `services`: `identlink demo --services`: each service for the public, worked once
- `sign_ins`: sign-ins to the workbench for every role, with one password that is new at every run
- `stage`: the stage of the demo: the served store, its address, and the tokens of its people
- `tour`: the guided tour of the demo: five steps for each role, as a page of the demo alone
- `wire`: a probe as the JSON that a force sends
"""
