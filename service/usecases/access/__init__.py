"""Sign-ins, sessions, tokens and clients.

- `accounts`: accounts: added, given another password, linked to the identity provider, disabled
- `client_credentials`: clients get access tokens by their keys (RFC 6749, section 4.4)
- `clients`: clients of forces: added, given another key, revoked
- `failed_sign_ins`: sign-ins that failed, counted under a name or an address, so that guessing
  stops
- `one_time_codes`: one-time codes of authenticators (TOTP, RFC 6238), and recovery codes
- `own_tokens`: the tokens that were issued in a person's name, as the person is shown them
- `provider_bearers`: access tokens of the identity provider on the API, beside those that are
  issued here
- `provider_sign_in`: signing in by the identity provider: a browser departs, comes back, and
  gets a session
- `provider_sign_out`: the identity provider says that a person has signed out there: their
  sessions end here too
- `second_factor_proofs`: proofs of a second factor: a code or the answer of a security key,
  tried and used up
- `second_factors`: second factors: enrolled, removed and reset
- `security_keys`: security keys (WebAuthn, level 2): registered, and their answers to a
  challenge
- `session_events`: the events of sessions: begin and end, by an id that follows from the row
  alone
- `sessions`: signing in and out at a browser
- `tokens`: tokens: issued, recognised, revoked
- `vouching`: two administrators who vouch for what opens an account whose role decides
"""
