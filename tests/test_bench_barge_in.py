"""The barge-in benchmark: its sounds, its room, its report, and one small run through a real server."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from npc_engine.audio import RATE
from npc_engine.bench.barge_in import Plan, measure
from npc_engine.bench.barge_in_cases import HARMLESS, WORDS, Case, Counts, cases
from npc_engine.bench.barge_in_report import BargeInReport, Outcome, as_json, as_markdown, as_tables, facts
from npc_engine.bench.barge_in_room import Loudspeaker, Room
from npc_engine.bench.barge_in_sounds import EchoPath, cough, hum, spoken_by_another
from npc_engine.bench.machine import Machine
from npc_engine.microphone import FRAME
from npc_engine.wav import Sound

TONE = Sound((np.sin(np.arange(RATE) * 0.1) * 8000).astype("<i2").tobytes(), RATE)
SIZE = round(RATE * FRAME)
OUTCOME = Outcome(
    kind="speech",
    name="Stop!",
    moment=1.5,
    reports=False,
    echo_db=None,
    echo_delay=None,
    interrupted=True,
    too_early=False,
    answered=True,
    transcript="Stop!",
    heard_text="The bank",
    last_audio_ms=60,
    completed_ms=700,
    silent_ms=380,
    paused_ms=320,
    late_frames=0,
)
REPORT = BargeInReport(
    version="1.0",
    machine=Machine("A processor", 2, 16.0, "Linux", "3.11"),
    seed=1,
    load_before=0.1,
    load_after=1.5,
    live=[OUTCOME, replace(OUTCOME, last_audio_ms=80), replace(OUTCOME, reports=True)],
    outcomes=[
        OUTCOME,
        replace(OUTCOME, kind="speech over echo", interrupted=False, completed_ms=None),
        replace(OUTCOME, kind="cough", interrupted=False, answered=False, last_audio_ms=None),
        replace(OUTCOME, kind="cough", last_audio_ms=10),
        replace(OUTCOME, kind="echo", interrupted=False, last_audio_ms=None),
    ],
)


async def speak(text: str, speed: float) -> Sound:
    return Sound(TONE.pcm[: round(len(text) / speed) * 600], RATE)


@pytest.mark.anyio
async def test_the_same_seed_makes_the_same_cases() -> None:
    once, again, other = [await cases(Counts(9, 4), seed, speak) for seed in (3, 3, 4)]
    assert [described(case) for case in once] == [described(case) for case in again]
    assert [described(case) for case in once] != [described(case) for case in other]
    assert sum(case.kind in HARMLESS for case in once) == 9
    assert {case.kind for case in once} == {*HARMLESS, *WORDS}


@pytest.mark.anyio
async def test_what_chooses_settings_and_what_reports_share_no_words() -> None:
    people = [(f"person {number}", TONE) for number in range(6)]
    odd, even = [await cases(Counts(60, 60), seed, speak, people) for seed in (1, 2)]
    assert not {case.reply for case in odd} & {case.reply for case in even}
    assert not {case.name for case in odd if case.kind in WORDS} & {case.name for case in even if case.kind in WORDS}
    assert any(case.name.startswith("person") for case in odd)


def described(case: Case) -> tuple[object, ...]:
    return (case.kind, case.name, case.sound, case.moment, case.path and case.path.delay, case.reports)


def test_echoes_are_heard_as_far_as_their_reply_and_no_further() -> None:
    random = np.random.default_rng(5)
    for path in (EchoPath.random(random) for _ in range(20)):
        assert -20 <= path.decibels <= -6
        played = np.frombuffer(TONE.pcm, "<i2").astype(np.float64)
        arrived = path(played)
        assert len(arrived) == len(played)
        assert not arrived[: round(path.delay * RATE)].any()
        assert np.sqrt((arrived[-4000:] ** 2).mean()) < np.sqrt((played**2).mean())


def test_coughs_and_hums_are_as_long_as_people_make_them() -> None:
    random = np.random.default_rng(5)
    assert all(0.2 < cough(random).duration < 2.5 for _ in range(50))
    assert all(0.3 < hum(random).duration < 0.7 for _ in range(50))


def test_a_higher_voice_is_quicker() -> None:
    assert spoken_by_another(TONE, 1.25).duration == pytest.approx(0.8, abs=0.01)


def test_a_loudspeaker_waits_for_what_has_not_come() -> None:
    loudspeaker = Loudspeaker()
    assert not loudspeaker.next(1.0).any()
    assert (loudspeaker.waited, loudspeaker.silent_at) == (0.0, None)
    loudspeaker.add(TONE.pcm[: SIZE * 3], RATE)
    assert loudspeaker.next(2.0).any()
    loudspeaker.next(2.02)
    assert loudspeaker.played == pytest.approx(FRAME * 1.5)
    assert loudspeaker.silent_at == pytest.approx(2.01)
    assert loudspeaker.waited == 0.0
    loudspeaker.add(TONE.pcm, RATE)
    assert loudspeaker.waited == pytest.approx(FRAME / 2)


def test_a_stopped_loudspeaker_is_silent() -> None:
    loudspeaker = Loudspeaker()
    loudspeaker.add(TONE.pcm, RATE)
    loudspeaker.next(1.0)
    loudspeaker.stop(1.01)
    assert not loudspeaker.next(1.02).any()
    assert loudspeaker.silent_at == 1.01


@pytest.mark.anyio
async def test_the_microphone_hears_the_player_and_the_echo() -> None:
    sent: list[bytes] = []

    async def send(pcm: bytes) -> None:
        sent.append(pcm)

    async def tick(at: float) -> bool:
        return len(sent) == 6

    loudspeaker = Loudspeaker()
    loudspeaker.add(TONE.pcm, RATE)
    path = EchoPath(gain=0.5, delay=2 * FRAME, response=np.ones(1))
    room = Room(loudspeaker, send, path, noise=-200.0)
    room.play(Sound(bytes(SIZE * 2) + TONE.pcm[: SIZE * 2], RATE))
    await room.run(tick)
    frames = [np.frombuffer(pcm, "<i2").astype(int) for pcm in sent]
    tone = np.frombuffer(TONE.pcm, "<i2").astype(int)
    assert not frames[0].any()
    assert np.abs(frames[1] - tone[:SIZE]).max() <= 1
    assert np.abs(frames[2] - tone[:SIZE] / 2).max() <= 1
    assert np.abs(frames[5] - tone[3 * SIZE : 4 * SIZE] / 2).max() <= 1
    assert room.onset is not None
    assert room.quiet_since == pytest.approx(room.onset + FRAME)


def test_false_stops_are_what_no_words_of_the_player_caused() -> None:
    assert REPORT.false_stops == (2, 3)
    assert REPORT.unheard == (1, 5)
    assert any("false stops: 2 of 3; players who were not heard: 1 of 5" in fact for fact in facts(REPORT))


def test_the_report_tells_times_and_stops() -> None:
    text = as_markdown(REPORT)
    assert (
        "| first audible sample of the player → last audio received (client without reports) | 2 | 70 | 79 | 80 |"
        in text
    )
    assert "| cough | 2 | 1 | 0 | 320 | 320 |" in text
    assert [table.title for table in as_tables(REPORT)] == [
        "What stopped a reply",
        "A player speaks over a reply, in real time, ms",
        "The same in audio time, until utterance.completed",
    ]
    data = json.loads(as_json(REPORT))
    assert data["false_stops"] == 2
    assert data["outcomes"][0]["last_audio_ms"] == 60


@pytest.mark.anyio
async def test_a_small_run_tries_words_and_sounds_against_replies() -> None:
    notes: list[str] = []
    plan = Plan(Counts(harmless=2, words=2), live=1, server=("--fake", "--language", "en"), fake=True)
    report = await measure(plan, notes.append)
    assert sorted(outcome.kind for outcome in report.outcomes) == ["cough", "echo", "speech", "speech over echo"]
    (tried,), (lived,) = report.of("speech"), report.live
    for spoken in (tried, lived):
        assert spoken.interrupted
        assert spoken.last_audio_ms is not None
        assert spoken.heard_text
    assert not any(outcome.late_frames for outcome in report.outcomes)
    assert len(notes) >= 5


@pytest.mark.anyio
async def test_in_audio_time_the_same_case_has_the_same_outcome() -> None:
    plan = Plan(Counts(harmless=1, words=1), live=0, fake=True)
    first, second = [(await measure(plan, lambda note: None)).outcomes for _ in range(2)]
    assert first == second
