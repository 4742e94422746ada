"""Parts of `python -m benchmarks prints`: accuracy of extractors, matcher and vectors.

- `distractors`: prints like real ones, of no person
- `doubting`: doubts about pictures: raised rightly, and of plain prints
- `drawn`: drawn fingers, read from their images
- `evidence`: bits from match scores, fitted on the other sets
- `extracting`: minutiae of images, each image once
- `folders`: folders of images as the fingerprint verification competitions name them
- `joining`: vectors of ten fingers against many persons
- `marks`: marks made of impressions, searched for as the service does
- `measuring`: one set of prints, measured: pairs, gallery, intervals
- `pairs`: every pair of prints, matched
- `ranking`: single prints against a gallery: by vector, then by minutiae
- `rates`: error rates and their intervals
- `searching`: people enrolled and searched through the service, ranked and timed
- `simulated`: people of simulated extractions, without images
"""
