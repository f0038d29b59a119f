"""The voice and mind of game characters: listens, thinks and speaks in real time, on the user's own machine."""

__version__ = "0.1.0"
