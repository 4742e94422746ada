"""Exchange with other States: convictions told, messages received, and both reconciled.

- `arrivals`: effects of another State's acknowledgement of a message
- `asking`: requests to other States and replies to theirs, as messages
- `checking`: demands on a message from another State beyond its schema
- `collecting`: messages that gateways left in folders, taken and answered
- `desk`: this State, its key, its channels and the rules that it exchanges by
- `duties`: duties worked out from new versions of records, each with its message
- `erased`: deletions told to every State that was told of a person erased since
- `exempting`: decisions that a State need not be told
- `own_requests`: requests of our own officers to other States, and the replies to them
- `partners`: other States registered, with their keys
- `receiving`: signed transmissions of other States, taken and answered
- `reconciling`: duties to tell compared with messages sent
- `requests_in`: requests of other States, taken into the one mechanism of requests
- `sending`: messages handed over, with retries, and the answers
- `stating`: records as other States get them told
- `taking`: messages taken once, in any order, and their effects
"""
