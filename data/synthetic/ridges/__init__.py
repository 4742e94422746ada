"""Ridge patterns: pictures and minutiae of fingers that belong to no real person.

Public names: `impressions.render_impression`, `impressions.RenderedPrint`,
`streams.FingerIdentity`, `streams.Appearance`, `master.master_print`, `png.png_bytes`.
"""
