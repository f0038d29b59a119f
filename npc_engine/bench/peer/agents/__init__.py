"""Programs that run inside the peers' environments. They import the standard library, their framework and each other
by plain names, never `npc_engine`: it is not installed there.
"""
