"""Characters as data: who they are, what they know, what they want the player to do."""
