"""Tables of the services of the office: to the public, and to agencies.

- `agencies`: agencies: agreements in versions, the accounts that speak for them, and ASNs
- `applications`: applications of the public: drafts, sent applications, answers, documents
- `certificate_standing`: certificates that no longer hold, read from the rows that they stood on
- `certificates`: certificates, the rows that each stood on, and revocations
- `handovers`: documents handed over to applicants, and each time that one was fetched
- `referrals`: referrals of requests to a body outside the office, and its answers
"""
