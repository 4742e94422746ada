"""The OpenAPI document beyond the shape of calls: words, examples, scopes, webhooks.

- `examples`: an example of every body and answer, made from their schemas
- `finishing`: the document as it is published: servers, tags, scopes, webhooks, problem types

`words.json` holds a sentence for each name of a property, or for one of one schema.
"""
