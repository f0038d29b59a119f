"""`npc-engine bench truth`: questions, pressure, attacks and probes, and judges that share nothing with the engine."""
