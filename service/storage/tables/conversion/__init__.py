"""Back record conversion: lots, frames, keyings, matches, writings, samples.

Pictures and texts are payloads. The outcome of a step is written once; where a frame or a lot
stands is a projection of it, by which the next piece of work is found.

- `columns`: columns that these tables share
- `frames`: lots, frames, keyings, settlements and codings
- `matches`: searches, matches and their readings, writings, takebacks and destructions
- `samples`: decisions on lots, draws and their readings
"""
