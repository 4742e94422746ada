"""Back record conversion: old records on film or paper become records that can be searched.

- `acceptance`: two-point plans of acceptance by sample, exact binomial intervals, drawing
- `capture`: the medium of a frame, its resolution and the floor under which no print is searched
- `content`: settled fields as details and a conviction; whether two convictions are one event
- `form`: the twelve fields of a frame, their classes of error, and values as written
- `frames`: lots and frames, the states of a frame and the steps between them
- `keying`: two blind keyings of a frame compared, and the settled form
- `layout`: where each field stands on the office's own form
- `matching`: the outcomes of matching a frame to records
- `refusals`: the refusal of prints below the floor
- `samples`: a sample of a lot: the draw, and its units with their readings
- `seeding`: errors put into a sample to measure its reader
- `sources`: frames as written to records: the sources of items
- `written_dates`: dates as an old form writes them, including partial ones
"""
