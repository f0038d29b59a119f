"""The prose of `docs/protocol.md` about saves, and about connections that break."""

from __future__ import annotations

from npc_engine.config import Limits
from npc_engine.frames import REMEMBERED

_SECONDS = Limits().resume_seconds

SAVES = """
## Saves, and going on

- **Stories are kept** by the server, unless its `store` is `off`. What you have been told is on its disk by then: after
  a crash nothing of it is missing. Only the reply that was being spoken may be.
- **`save.create`** gives a `save_id` such as `k7f2-9mqx` for your own savefile, however long the story is. Capitals,
  blanks instead of the dash, and `O` for `0` do no harm. Saves are never deleted, and hold for good. The
  characters' files may change meanwhile: `warning` in `save.loaded`, and in `session.opened` of a story that goes on,
  says what the story speaks of and its world lacks by now, such as a beat that was taken out.
- **`save.load`** goes back to that moment. What has happened since stays on a branch of its own, which its saves still
  reach. A save belongs to the `player.id` and the worlds of the characters with which its session was opened; one of
  another, or a mistyped id, is `save_not_found`, and nothing changes. Give all characters of a game one world.
- **`story: "continue"`** in `session.open` goes on where this player last was in these worlds, also after a crash;
  `continued` in `session.opened` says whether there was such a story: a server that keeps none begins a new one. Who is
  in earshot, and all values under `world`, are as this `session.open` says; an action that the game had not answered
  counts as `failed`, and of a reply that a crash cut, what had left of it counts as heard.
- **A full disk or a locked file** ends no conversation: one `store_failed` without `ref` says that what happens is not
  kept; once it can be, all of it is.
"""

RESUME = f"""
## When the connection breaks

The session waits for {_SECONDS:g} s. Time stands still in it: nobody speaks, no deadline passes, and nothing that the
player should have heard is lost. Connect again and send the same `session.open` with
`resume: {{"token": RESUME_TOKEN, "last_seq": SEQ}}`, where `SEQ` is the highest `seq` that you have had.

- The answer is `session.opened` with `resumed: true` and without a `seq`. Behind it comes every text frame after
  `last_seq`, with the `seq` that it had: nothing is missing, nothing comes twice.
- Speech goes on where it was cut. Say in `utterance` and `samples` how much audio of the last utterance has arrived,
  and the next frame is the one behind it; without them, what was sent since `last_seq` comes again, and `first_sample`
  tells you which of it you have.
- The token stays the same. A connection that resumes takes the session from one that still seems to live; that one is
  closed with code 1008 and the reason `taken over`.
- What you had sent may have been lost as well: `received` in `session.opened` is the `id` of your last message that
  arrived. Send again those that you sent behind it, and nothing of yours is missing or comes twice either.
- `resume_failed` says that the session is gone, or that too much was missed (more than {REMEMBERED:g} s, or half of
  `limits.audio_backlog_mib`). It is not fatal: send a `session.open` without `resume` on the same connection, with
  `story: "continue"` to go on with the story. So do after a restart of the server.
- Closing with code 1000, or `session.close`, ends the session at once. A browser that leaves a page closes with 1001,
  and may come back.
- A game that loads a level and reads nothing for half a minute keeps its connection: pings may stay
  unanswered for 60 s.
"""
