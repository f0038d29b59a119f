"""Measure other voice frameworks beside ours: the same questions, models and prompt, turn by turn in one run."""
