"""Agencies: agreements kept, requests asked and followed, ASNs issued and followed.

- `agreements`: agreements made in versions, and the accounts that speak for an agency
- `asking`: an agency asks, follows its requests and answers questions
- `asns`: Arrest Summons Numbers issued, and the results of courts
- `attaching`: a result of a court attached to the record of its person, as an amendment with its
  source
- `elsewhere`: an answer that the record is on microfiche, which makes a request to convert it
- `lapsing`: questions that an agency did not answer in time
"""
