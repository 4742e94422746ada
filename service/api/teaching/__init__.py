"""What the OpenAPI document has besides the calls: descriptions, examples, scopes, webhooks.

`words.json` has a sentence for each property name, or for a property of one schema.
"""
