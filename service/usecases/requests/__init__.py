"""Requests about a person: decided, and answered on record.

- `assessing`: convictions held of the person, their standing, and those that may be disclosed
- `clocks`: due days and pauses, computed from the log of a request and its kind's rule
- `counting`: the countable facts of a request, received or ended
- `deciding`: proposals, decisions and second readings, and the disclosure that follows
- `hidden_people`: whether a request may be about a person who is hidden: restricted, or about to
  be erased
- `identifying`: the identity of the person: searches, candidates and outcomes
- `kind`: a kind of request: data and three functions
- `kinds`: the kinds of requests, one module each
- `matters`: cautions, open proceedings and unread convictions of arrest reports
- `notices`: acknowledgements, and the news of later changes for recipients
- `opening`: requests received
- `own_answers`: answers to people about their own data: prepared by one person, released by
  another
- `own_data`: everything that is held of the person of a request, by field
- `own_document`: the document that a person gets about their own data
- `proving`: stated answers beside the documents that show them, ticked by officers
- `reading`: requests as case officers and auditors read them
- `referring`: referrals: a body outside the office answers before a certificate may be issued
- `spent`: whether convictions of the record are spent: their facts as the rules take them
- `stepping`: steps of the state machine, each an entry and an event
"""
