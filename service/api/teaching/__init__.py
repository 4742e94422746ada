"""What the OpenAPI document has besides the calls and their types: examples, scopes, webhooks."""
