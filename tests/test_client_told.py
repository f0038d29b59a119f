"""What a game has told: what leaves, what leaves once more, and what a new session is told. Pure."""

from __future__ import annotations

import pytest

from npc_engine.client.arrived import Arrived
from npc_engine.client.connection import ReceivedAudio, Sent
from npc_engine.client.opening import opening
from npc_engine.client.told import Told
from npc_engine.protocol import (
    ActionResult,
    CharacterClaim,
    CharacterJoin,
    CharacterLeave,
    CharacterRelease,
    InputText,
    Ping,
    PlaybackReport,
    Pong,
    ReplyCancel,
    Resume,
    SessionOpened,
    WorldSet,
)

HELLO = InputText(text="Hello?")
REPORT = PlaybackReport(utterance=1, samples=10, state="playing")


def begun(**more: object) -> Told:
    """A game whose session stands."""
    told = Told(opening({"ada": "deadwood"}, **more))  # type: ignore[arg-type]
    told.begin(continued=False)
    return told


def leaving(told: Told) -> list[Sent]:
    """All that leaves now."""
    found = []
    while (frame := told.next()) is not None:
        found.append(frame)
    return found


def said(told: Told) -> list[str]:
    return [frame.text for frame in leaving(told) if isinstance(frame, InputText)]


def line(text: str, id: str) -> InputText:
    return InputText(text=text, id=id)


def test_messages_and_audio_leave_in_the_order_in_which_they_were_told() -> None:
    told = begun()
    told.speak(b"ab")
    key = told.tell(HELLO)
    told.speak(b"cd")
    assert leaving(told) == [b"ab", HELLO.model_copy(update={"id": key}), b"cd"]


def test_a_resumed_session_gets_again_what_its_server_has_not_had() -> None:
    told = begun()
    for name in "abc":
        told.tell(line(name, name))
    assert said(told) == ["a", "b", "c"]
    told.tell(line("d", "d"))
    told.go_on(received="b")
    assert said(told) == ["c", "d"]


def test_a_server_that_has_had_nothing_gets_everything() -> None:
    told = begun()
    told.tell(line("a", "a"))
    leaving(told)
    told.go_on(received=None)
    assert said(told) == ["a"]


def test_what_was_answered_has_arrived_and_so_has_all_before_it() -> None:
    told = begun()
    for name in "abc":
        told.tell(line(name, name))
    leaving(told)
    told.arrived("b")
    told.arrived("unknown")
    told.go_on(received=None)
    assert said(told) == ["c"]


def test_reports_of_playback_leave_once_at_most() -> None:
    told = begun()
    told.tell(REPORT)
    assert leaving(told) == [REPORT]
    told.tell(REPORT)
    told.go_on(received=None)
    assert leaving(told) == []


def test_audio_that_nobody_takes_is_kept_for_some_seconds_only() -> None:
    told = begun()
    for _ in range(1000):
        told.speak(bytes(640))
    assert len(leaving(told)) == 5 / 0.02
    told.speak(bytes(640))
    assert len(leaving(told)) == 1


def test_a_server_that_never_answers_is_asked_now_and_then() -> None:
    told = begun()
    for number in range(40):
        told.tell(WorldSet(values={"n": number}))
    frames = leaving(told)
    assert [type(frame) for frame in frames].count(Ping) == 1
    assert isinstance(frames[-1], Ping)
    told.arrived(frames[-1].id)
    told.go_on(received=None)
    assert leaving(told) == []


def test_a_new_session_knows_the_world_as_it_is_now() -> None:
    told = begun(world={"a": 1, "b": 2, "quest.safe": "find_key"})
    told.tell(WorldSet(values={"b": 3, "a": None, "c": 4}))
    leaving(told)
    anew = told.session_open(None)
    assert anew.scene.world == {"a": None, "b": 3, "c": 4}
    assert (anew.story, anew.resume) == ("continue", None)
    told.begin(continued=True)
    assert leaving(told) == []


def test_quests_are_as_the_story_has_them_and_as_the_game_does_if_there_is_none() -> None:
    told = begun(world={"quest.safe": "find_key"})
    assert told.session_open(None).scene.world == {}
    told.begin(continued=False)
    assert [frame.values for frame in leaving(told) if isinstance(frame, WorldSet)] == [{"quest.safe": "find_key"}]


def test_the_first_session_begins_as_the_game_says() -> None:
    told = Told(opening({"ada": "deadwood"}, world={"quest.safe": "find_key"}, story="continue"))
    first = told.session_open(None)
    assert (first.story, first.scene.world) == ("continue", {"quest.safe": "find_key"})


def test_whoever_came_and_went_comes_and_goes_in_a_new_session_too() -> None:
    told = begun()
    for message in (
        CharacterJoin(actor_id="bob", persona="nova"),
        CharacterJoin(actor_id="eve", persona="willow"),
        CharacterClaim(actor_id="eve"),
        CharacterClaim(actor_id="bob"),
        CharacterLeave(actor_id="bob"),
        CharacterClaim(actor_id="ada"),
        CharacterRelease(actor_id="ada"),
        CharacterLeave(actor_id="ada"),
    ):
        told.tell(message)
    leaving(told)
    told.begin(continued=True)
    assert [(frame.type, frame.actor_id) for frame in leaving(told)] == [  # type: ignore[union-attr]
        ("character.leave", "ada"),
        ("character.join", "eve"),
        ("character.claim", "eve"),
    ]


def test_whoever_left_and_came_back_never_left() -> None:
    told = begun()
    told.tell(CharacterLeave(actor_id="ada"))
    told.tell(CharacterJoin(actor_id="ada", persona="deadwood"))
    leaving(told)
    told.begin(continued=True)
    assert leaving(told) == []


def test_a_new_session_does_not_hear_twice_what_may_have_been_heard() -> None:
    told = begun()
    told.tell(line("a", "a"))
    leaving(told)
    told.tell(line("b", "b"))
    told.tell(WorldSet(values={"a": 1}, id="c"))
    told.tell(ActionResult(action_id="x", status="done"))
    told.tell(ReplyCancel())
    told.begin(continued=True)
    assert [told.is_kept(key) for key in "abc"] == [False, True, True]
    assert leaving(told) == [line("b", "b")]


def test_nothing_that_arrived_is_taken_twice() -> None:
    arrived = Arrived()
    assert arrived.resume() is None
    opened = SessionOpened.model_construct(type="session.opened", seq=1, resume_token="t", resumed=False)
    assert arrived.take(opened) is opened
    assert arrived.take(Pong(seq=2)) == Pong(seq=2)
    assert arrived.take(Pong(seq=2)) is None
    assert arrived.take(Pong()) == Pong()
    assert arrived.resume() == Resume(token="t", last_seq=2)


@pytest.mark.parametrize(
    ("first", "pcm", "new"),
    [(0, b"aabbcc", None), (1, b"bbccdd", (3, b"dd")), (3, b"ddee", (3, b"ddee")), (5, b"ff", (5, b"ff"))],
)
def test_of_audio_only_what_is_new_is_taken(first: int, pcm: bytes, new: tuple[int, bytes] | None) -> None:
    arrived = Arrived()
    arrived.take(SessionOpened.model_construct(type="session.opened", seq=1, resume_token="t", resumed=False))
    arrived.take(ReceivedAudio(7, 0, b"aabbcc"))
    assert arrived.take(ReceivedAudio(7, first, pcm)) == (new and ReceivedAudio(7, *new))
    resume = arrived.resume()
    assert resume
    assert (resume.utterance, resume.samples) == (7, 3 if new is None else new[0] + len(new[1]) // 2)
