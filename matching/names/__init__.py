"""Names as compared: match form, sound and short forms.

`text` match forms of words · `parts` forename, surname and their pieces · `nicknames` short
forms · `phonetics` sounds of names.
"""
