"""What the documents tell a reader to do, done as it is written.

- `snippets`: the blocks of a document, run one after the other in one directory
"""
