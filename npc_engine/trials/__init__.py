"""Try characters out: play scenario files against the engine and judge what comes of them."""
