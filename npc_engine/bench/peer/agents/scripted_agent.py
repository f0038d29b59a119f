"""A peer without models, for tests and `--fake`: says a tone when it has heard sound and then silence.

Counts samples and not seconds, so that it answers alike however fast the microphone runs.
"""

from __future__ import annotations

import array
import asyncio
import math

from wire import LISTENING_RATE, Assignment, Wire, WireBroken, connect

RATE = 22050
"""Samples per second of its voice."""
SILENCE = 0.7
"""Seconds of the microphone that end a question."""
_LOUD = 500
"""Of a 16-bit sample that counts as sound."""
QUIET_HEAD = 0.05
"""Seconds of silence before the tone, as synthesised speech has them."""


class Ear:
    """Finds the end of a question."""

    def __init__(self) -> None:
        self.hearing = False
        self._quiet = 0

    def take(self, pcm: bytes) -> str:
        """What a frame changes: `speech_started`, `speech_stopped` or nothing."""
        samples = array.array("h", pcm)
        if max(map(abs, samples), default=0) > _LOUD:
            began, self.hearing, self._quiet = not self.hearing, True, 0
            return "speech_started" if began else ""
        self._quiet += len(samples)
        if self.hearing and self._quiet >= SILENCE * LISTENING_RATE:
            self.hearing = False
            return "speech_stopped"
        return ""


def tone() -> bytes:
    """A fifth of a second, silent at first."""
    silent = [0] * round(QUIET_HEAD * RATE)
    loud = [round(8000 * math.sin(number * 0.1)) for number in range(RATE // 5)]
    return array.array("h", silent + loud).tobytes()


def reply(wire: Wire, number: int) -> None:
    """Everything that a framework says of one answer."""
    wire.tell("transcript", text=f"question {number}")
    wire.tell("stage", name="thinking", ms=number)
    wire.tell("reply_started")
    wire.send_audio(tone())
    wire.tell("answer", text=f"tone {number}")
    wire.tell("reply_done")
    # some frameworks fill pauses with silence
    wire.send_audio(bytes(RATE))


async def main() -> None:
    """Answer until the benchmark has gone."""
    wire = await connect(Assignment.read())
    wire.tell("ready", rate=RATE)
    ear, number = Ear(), 0
    try:
        while True:
            received = await wire.receive()
            change = ear.take(received) if isinstance(received, bytes) else ""
            if change:
                wire.tell(change)
            if change == "speech_stopped":
                number += 1
                reply(wire, number)
    except WireBroken:
        return


if __name__ == "__main__":
    asyncio.run(main())
