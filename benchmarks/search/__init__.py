"""What the benchmarks of candidate search share.

`datasets` galleries and queries · `everybody` exhaustive comparisons · `truth` exact ranks ·
`timing` medians and rates · `rivals` other people's indexes · `single_thread` a process of its
own with one thread · `report` the tables of docs/benchmarks.md.
"""
