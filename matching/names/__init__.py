"""What a name is to a comparison: its match form, its sound, its short forms.

`text` match forms of words · `parts` forename, surname and their pieces · `nicknames` short
forms · `phonetics` how a name sounds.
"""
