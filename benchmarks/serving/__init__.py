"""Parts of `service` and `served`.

- `batch`: a batch beside interactive searches
- `clients`: busy clients, and the calls that they make
- `in_tree`: steps with the code of one checkout
- `report`: the tables
- `server`: the service as separate processes, its databases, and filled stores
- `trees`: checkouts of this repository
"""
