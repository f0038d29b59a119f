"""What of a session has arrived, so that nothing is taken twice and the rest can be asked for. No I/O, no clock."""

from __future__ import annotations

from dataclasses import replace

from npc_engine.client.connection import Received, ReceivedAudio
from npc_engine.protocol import Resume, SessionOpened


class Arrived:
    """How far one session has come at this client, over whatever connections."""

    def __init__(self) -> None:
        self.last_seq = 0
        """Highest `seq` that came."""
        self._token: str | None = None
        self._utterance: int | None = None
        self._samples: dict[int, int] = {}

    def take(self, item: Received) -> Received | None:
        """What of it is new; None for what came before."""
        if isinstance(item, ReceivedAudio):
            return self._take_audio(item)
        if isinstance(item, SessionOpened):
            self._token = item.resume_token
        if item.seq is None:
            return item
        if item.seq <= self.last_seq:
            return None
        self.last_seq = item.seq
        return item

    def resume(self) -> Resume | None:
        """What to ask for on a new connection; None if there is no session to take up."""
        if self._token is None:
            return None
        samples = 0 if self._utterance is None else self._samples[self._utterance]
        return Resume(token=self._token, last_seq=self.last_seq, utterance=self._utterance, samples=samples)

    def _take_audio(self, audio: ReceivedAudio) -> ReceivedAudio | None:
        had = self._samples.get(audio.utterance, 0)
        if audio.end <= had:
            return None
        self._utterance, self._samples[audio.utterance] = audio.utterance, audio.end
        if audio.first_sample >= had:
            return audio
        return replace(audio, first_sample=had, pcm=audio.pcm[2 * (had - audio.first_sample) :])
