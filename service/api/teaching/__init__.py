"""The OpenAPI document beyond the shape of calls: words, examples, scopes, webhooks.

`words.json` holds a sentence for each name of a property, or for one of one schema.
"""
