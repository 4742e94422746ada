"""Applications of the public: drafted, sent, followed, and shown to case officers.

- `documents`: documents of drafts, and of answers, checked and kept
- `drafting`: forms begun and saved, until they are sent or forgotten
- `finding`: an application by its reference and code
- `following`: an application as its applicant follows it, answers a question or withdraws
- `handing`: documents handed over to applicants by a case officer, fetched, and destroyed in time
- `showing`: the documents of an application, as case officers see them
- `submitting`: a form that is sent becomes a request of its kind
"""
