"""Names of several origins.

`origins` the origins and their names · `lists` the common names (Faker's lists and lists
of this project) · `tails` the composed rare names · `tables` drawing by rank · `variants`
nicknames and other spellings · `world` names of further origins, as on record and as given later,
only for evaluation · `written` reads the tables, which are JSON.
"""
