"""The Neuro Game SDK's API as another way to a session: games that were made for Neuro play with our characters.

`schema` says what a game sends, `tongue` what it means.
"""
