"""The demo: the main job from a capture to a stored link, through the API, for all to see.

`population` enrols synthetic people · `scenario` the searches and the truth about them · `wire`
probes as JSON · `calls` the API as each role calls it · `examiners` decide by the truth ·
`report` what is printed · `server` the service in a thread · `run` from start to end.
"""
