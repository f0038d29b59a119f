"""Decides. No I/O, no clock, no models: events in, commands out."""
