"""Exchange with other States: told what must be told, taken what is told, and checked.

- `arrivals`: what it means here that another State acknowledged a message
- `asking`: requests to other States and replies to theirs, as messages
- `checking`: what a message from another State must fulfil beyond its schema
- `collecting`: messages that gateways left in folders, taken and answered
- `desk`: this State, its key, its channels and the rules that it exchanges by
- `duties`: duties worked out from new versions of records, each with its message
- `exempting`: decisions that a State need not be told
- `partners`: other States registered, with their keys
- `receiving`: signed transmissions of other States, taken and answered
- `reconciling`: what had to be told held against what was
- `requests_in`: requests of other States, taken into the one mechanism of requests
- `sending`: messages handed over, with retries, and what came back
- `stating`: records as other States get them told
- `taking`: messages taken once, in any order, and what they change
"""
