"""Synthetic people, bookings and templates: no real person appears.

`population.Population` people, records and captures of a seed, by range, singly or in columns ·
`probes.make_probe`, `probes.make_mark` new captures with the truth about them ·
`captures.CaptureArrays` captures in columns · `blocks.PeopleBlock` people in columns ·
`bookings.Booking`, `bookings.Claim` booking details and the identity given ·
`writing.write_population`, `files.read_chunks` populations as files with digests ·
`parameters.Parameters` every constant with unit and source.

`python -m data.synthetic generate | check`.
"""
