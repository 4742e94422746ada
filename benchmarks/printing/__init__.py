"""Parts of `python -m benchmarks prints`: accuracy of extractors, matcher and vectors.

- `distractors`: prints like real ones, of no person, and drawn ones
- `extracting`: folders of images, and their minutiae, each image once
- `marks`: marks made of impressions, searched for as the service does
- `measuring`: one set of prints, measured: pairs, gallery, intervals
- `pointing`: sets of point pairs, true ones and such as nobody may seal
- `ranking`: single prints and whole hands against a gallery
- `rates`: error rates and their intervals; bits from match scores, fitted on the other sets
- `searching`: people enrolled and searched through the service, ranked and timed
"""
