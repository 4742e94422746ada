"""Synthetic people, bookings and templates: nobody in here exists.

`population.Population` people, records and captures of a seed, by range, alone or in columns ·
`probes.make_probe`, `probes.make_mark` new captures with the truth about them ·
`captures.CaptureArrays` captures in columns · `blocks.PeopleBlock` people in columns ·
`bookings.Booking`, `bookings.Claim` what was taken down and whose identity was given ·
`writing.write_population`, `files.read_chunks` populations as files with digests ·
`parameters.Parameters` every constant with unit and source.

`python -m data.synthetic generate | check`.
"""
