"""Names in the forms that are compared: match form, words, sound and short forms.

`alignment` the words of one name against those of another · `bigrams` words by their bigrams ·
`grading` the bits of a word · `likeness` how alike two words are · `nicknames` short forms ·
`parts` forename, surname and their pieces · `text` match forms of texts, sounds, one spelling for
many romanisations · `vocabulary` distinct words, and words alike · `words` the words of a name,
whichever field they are in.
"""
