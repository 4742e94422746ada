"""`identlink demo`: the main job from end to end.

- `calls`: the API as each role calls it: one token, one purpose, real HTTP
- `command`: `identlink demo`: the options, and nothing else
- `examiners`: two examiners who know the truth file, and nothing the API does not show them
- `memory`: what the demo remembers of its store: who was enrolled and how often it was run
- `report`: what the demo prints: tables for people, one JSON object for programs
- `run`: the demo from start to end: enrol, search, examine, link, tell, and perhaps go on
  serving
- `scenario`: the searches the demo submits, and the truth that only its examiners look up
- `server`: the service in a thread of this process, for as long as the demo needs it
- `sign_ins`: three sign-ins to the workbench, with a password that is new at every run
- `stage`: where the demo plays: the served store, its address, and everybody's tokens
- `wire`: a probe as the JSON that a force sends
"""
