"""Back record conversion: from the picture of an old record to a record that can be searched.

- `coding`: codes and the basis of retention of a settled form
- `deciding`: lots accepted, rejected or withdrawn, and their certificates
- `destroying`: frames that may no longer be kept
- `figures`: counts of a lot: states, disagreements, speed
- `keying`: two blind keyings of a frame
- `lots`: lots opened and listed
- `matching`: searches for the person of a frame, and the candidates that details name
- `proposing`: the record to which a frame belongs: proposed, read by another person, written
- `receiving`: frames received as pictures, once each, and shown
- `sampling`: samples drawn and read, seeded errors among them
- `settling`: differences of two keyings settled by a third person, and texts without a code
- `taking_back`: writings withdrawn from records, a whole lot of them
- `writing`: a decided frame written to its record, with itself as the source
"""
