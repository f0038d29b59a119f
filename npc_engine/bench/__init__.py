"""Benchmarks of the whole loop. Nothing here is a test: they measure, and say on what."""
