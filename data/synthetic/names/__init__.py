"""Names of several origins.

`origin`, `origins` the origins and their names · `lists` the common names (Faker's lists and lists
of this project) · `tails` the composed rare names · `tables` drawing by rank · `variants`
nicknames and other spellings · `world`, `world_lists` names of further origins, as on record and
as given later, only for evaluation.
"""
