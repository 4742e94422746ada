"""Applications of the public: forms declared as data, the answers in them, and their state.

- `answers`: an applicant's answers on a page, read and checked
- `countries`: the countries that a form offers, by their codes
- `declarations`: a form as data: pages of questions, and the documents to send
- `faults`: why an uploaded document is not taken
- `references`: the reference and the secret code of an application
- `states`: applications, their documents, and their states for their applicants
"""
