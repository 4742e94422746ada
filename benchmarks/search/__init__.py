"""What the benchmarks of candidate search share.

`datasets` galleries and queries · `everybody` exhaustive comparisons · `truth` exact ranks ·
`timing` medians and rates · `rivals` other people's indexes · `report` the tables of
docs/benchmarks.md.
"""
