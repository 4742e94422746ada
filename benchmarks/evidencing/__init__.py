"""The quality of evidence: the parts of `evidence`, `rehearsals` and `names`.

- `accuracy`: observed searches of known answer, and their strata
- `labelled`: names enquiries among people of files
- `laws`: other laws of templates
- `origins`: names enquiries by origin of the name
- `other_laws`: evidence under other laws
- `rehearsing`: the rule of rehearsals, on laws of strangers and on templates
- `report`: rows, plots and tables
- `service_speed`: scoring as the service calls it
- `stranger_laws`: laws that strangers may follow, computed and not drawn
- `watching`: the watch on the law
"""
