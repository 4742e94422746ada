"""Exchange of convictions with other States: messages, duties and their standing, faults.

- `codec`: a message as canonical JSON, and back
- `codes`: the closed sets of a message: its kinds, reasons, outcomes and faults
- `contents`: the person, the conviction and the other contents of a message
- `duties`: duties to tell States, how each stands, and their figures
- `fan_out`: from two versions of a record to the duties that the later one makes
- `faults`: the refusals of a message, each with the code that its sender is told
- `identifiers`: ids of messages: sender, receiver, kind and number
- `messages`: the envelope, the nine kinds of content, and both together
- `partners`: the other State as this installation knows it: address, channel and keys
- `shapes`: values of messages as plain JSON values and back, checked field by field
- `stated_details`: a person as another State states them, as details that are compared
"""
