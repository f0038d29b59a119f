"""What must survive: the stories of all players in one SQLite file. Knows no event loop, engine or socket."""
