"""The OpenAI Realtime API as another way to a session: its events for clients that people already have.

`schema` says what is taken and sent, `translator` decides what answers what, `beta` speaks the older names.
"""
