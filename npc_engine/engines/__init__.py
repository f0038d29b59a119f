"""Adapters to models, one file per library. Each implements a protocol of `base`; none imports another."""
