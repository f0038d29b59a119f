"""A text adventure with somebody in it: find the key, borrow a lamp from Ada, open the safe, ask her the way.

    npc-engine serve                      # in one terminal
    python demos/python/deadwood.py       # in another; --voice to hear her, --url, --token

What is true the game decides, and tells; what is said about it is hers.
"""

from __future__ import annotations

import argparse
import sys
from typing import Literal

from npc_engine.client import ActionRefused, Speaker
from npc_engine.client.blocking import Game, connect
from npc_engine.client.sound import CardSpeaker
from npc_engine.errors import NpcEngineError

WAYS = {"town": ["saloon", "bank"], "saloon": ["town"], "bank": ["town", "back_room"], "back_room": ["bank"]}
HELP = "go PLACE, take key, open safe, quit; everything else you say to Ada"


class Deadwood:
    """What is so in this game."""

    def __init__(self, game: Game) -> None:
        self.world = game.world
        self.pockets: set[str] = set()
        game.action(self.lend, asks=["Can I borrow a lamp?", "Could you lend me a light?"], done="Here is the {thing}.")

    def lend(self, thing: Literal["lamp", "umbrella"]) -> None:
        """Lend a thing to the player."""
        if thing in self.pockets:
            raise ActionRefused(f"The player has the {thing} already.")
        self.pockets.add(thing)
        print(f" [you have the {thing}]", end="", flush=True)

    def obey(self, line: str) -> str | None:
        """What becomes of a command; None for what is none."""
        here = str(self.world["place"])
        match line.lower().split():
            case ["go", place] if place in WAYS[here]:
                self.world["place"] = place
                return f"You are in the {place.replace('_', ' ')}."
            case ["go", *_]:
                return f"From here you get to: {', '.join(WAYS[here])}."
            case ["take", "key"] if here == "saloon" and "key" not in self.pockets:
                self.pockets.add("key")
                self.world.update({"key.owner": "player", "key.place": None, "quest.safe": "open_safe"})
                return "Behind the bar, under a hat: the key!"
            case ["open", _] if here == "back_room" and "lamp" not in self.pockets:
                return "It is too dark in here to see a keyhole. Somebody at the bank must have a lamp."
            case ["open", "safe"] if here == "back_room" and "key" in self.pockets:
                self.world.update({"safe.locked": False, "safe.open": True, "quest.safe": "done"})
                return "The key turns. You have won!"
            case ["take", _] | ["open", _]:
                return "That does not work here."
            case ["help"]:
                return HELP
            case _:
                return None


def play(url: str, token: str | None, speaker: Speaker | None) -> None:
    """Until the player leaves."""
    world = {"place": "town", "safe.open": False}
    game = connect(url, {"ada": "deadwood"}, token=token, world=world, speech=speaker is not None, speaker=speaker)
    deadwood = Deadwood(game)
    with game:
        print(f"{game.label}\n{HELP}")
        name = game.opened.characters[0].name
        while (line := input("> ").strip()) != "quit":
            if answer := deadwood.obey(line):
                print(answer)
            elif line:
                print(f"{name}:", end="", flush=True)
                for clause in game.say_to("ada", line).text():
                    print("", clause, end="", flush=True)
                print()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", default="ws://127.0.0.1:8765/v1")
    options.add_argument("--token")
    options.add_argument("--voice", action="store_true", help="hear her; needs npc-engine[audio]")
    chosen = options.parse_args()
    try:
        play(chosen.url, chosen.token, CardSpeaker() if chosen.voice else None)
    except (EOFError, KeyboardInterrupt):
        print()
    except NpcEngineError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
