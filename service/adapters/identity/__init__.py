"""An identity provider that signs people in: its settings, keys, tokens and sign-outs.

- `oidc_provider`: an identity provider that speaks OpenID Connect: authorisation code with PKCE,
  RFC 7636
- `provider_settings`: settings of the identity provider, and their check before a process starts
- `provider_tokens`: tokens of the identity provider, verified: signature, issuer, audience, times
- `provider_web`: calls to the identity provider: JSON over HTTPS, in bounds of time and size
"""
