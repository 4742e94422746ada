"""`identlink demo`: the main job from end to end.

- `calls`: the API as each role calls it: one token, one purpose, real HTTP
- `command`: `identlink demo`: the options, and nothing else
- `court`: the court bundle of a link, made and checked as its reader would check it
- `examiners`: two examiners with the truth file; otherwise they see only the API's answers
- `exchange`: a request up to its reply, a notification with its update, the check
- `memory`: the demo's memory of its store: the people enrolled and the number of runs
- `other_country`: another country: a second store with keys of its own, served beside the first
- `report`: the output of the demo: tables for people, one JSON object for programs
- `run`: the demo from start to end: enrol, search, examine, link, report, and optionally keep
  serving
- `scenario`: the searches of the demo, and the truth that only its examiners read
- `server`: the service in a thread of this process, for as long as the demo needs it
- `sign_ins`: three sign-ins to the workbench, with a password that is new at every run
- `stage`: the stage of the demo: the served store, its address, and the tokens of its people
- `wire`: a probe as the JSON that a force sends
"""
