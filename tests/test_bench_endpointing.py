"""The endpointing benchmark: its material, its replays, its report, and one small run."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npc_engine.audio import RATE
from npc_engine.bench import corpora_fake
from npc_engine.bench.endpointing import SILENCE, Plan, is_for_tuning, measure, report, silent
from npc_engine.bench.endpointing_material import LEAD, PAUSE_MEDIAN, TAIL, SpokenTurn, pause_length, turns
from npc_engine.bench.endpointing_replay import Place, replay, score
from npc_engine.bench.endpointing_report import findings
from npc_engine.bench.endpointing_trace import WINDOW, Engines, Heard, Judged, Trace, Transcribed, trace
from npc_engine.bench.endpointing_words import Word, line
from npc_engine.bench.findings import as_json, as_markdown
from npc_engine.bench.recognition import started
from npc_engine.compose import ears_for
from npc_engine.config import Config
from npc_engine.core.endpointing import EndpointingSettings

SETTINGS = EndpointingSettings()
SILENT = replace(SETTINGS, waits=silent(SILENCE))
(LINE,) = corpora_fake.lines(1)


def quiet(turn: SpokenTurn) -> float:
    """Seconds of a turn in which there is only noise."""
    samples = np.frombuffer(turn.pcm, "<i2").astype(np.float64)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return float((np.sqrt((frames**2).mean(axis=1)) < 500).sum() * 0.01)


def spoken(*stretches: tuple[bool, float], faded: float = 0.0, text: str = "") -> Trace:
    """A turn of stretches with and without voice, whose pauses all begin as softly and are all understood alike."""
    voices = [voice for voice, seconds in stretches for _ in range(round(seconds / WINDOW))]
    ends = [number for number in range(1, len(voices)) if voices[number - 1] and not voices[number]]
    soft = {number - back for number in ends for back in range(1, 7)}
    levels = [-60.0 if not voice else -20.0 - faded * (number in soft) for number, voice in enumerate(voices)]
    judgements = [Judged(end * WINDOW + 0.096, 0.9) for end in ends]
    transcripts = [Transcribed(end * WINDOW, text) for end in ends if text]
    heard = Heard([0.9 if voice else 0.0 for voice in voices], levels, judgements, transcripts)
    return Trace("tones", "a", "recorded", heard, ends[-1] * WINDOW, len(ends) - 1, ())


def test_pauses_inside_sentences_and_the_ends_of_sentences_are_told_apart() -> None:
    words = [Word("Hey!", 0, 0.5), Word("Where", 0.9, 1.2), Word("is", 1.2, 1.4), Word("it?", 1.5, 2.0)]
    found = line(LINE.recording, words)
    assert found.gaps == pytest.approx((1.2, 1.45))
    assert found.sentence_ends == (0.5,)


def test_a_turn_comes_as_recorded_with_a_pause_lengthened_and_with_pauses_cut_in() -> None:
    found = {turn.kind: turn for turn in turns(LINE)}
    assert list(found) == ["recorded", "lengthened", "cut in"]
    assert [turn.pauses for turn in found.values()] == [0, 1, 1]


def test_pauses_make_a_turn_longer_by_so_much_silence() -> None:
    recorded, _, longer = turns(LINE)
    added = longer.end - recorded.end
    assert added >= 0.2
    assert quiet(longer) - quiet(recorded) == pytest.approx(added, abs=0.05)


def test_the_truth_about_a_turn_s_end_is_where_its_sound_ends() -> None:
    for turn in turns(LINE):
        seconds = len(turn.pcm) / 2 / RATE
        assert seconds == pytest.approx(turn.end + TAIL, abs=0.01)
        assert turn.end > LEAD


def test_the_end_of_a_sentence_moves_with_the_pauses_before_it() -> None:
    recorded, _, longer = turns(replace(LINE, sentence_ends=(1.9,)))
    assert longer.sentence_ends[0] - recorded.sentence_ends[0] == pytest.approx(longer.end - recorded.end)


def test_the_same_seed_makes_the_same_turns() -> None:
    assert turns(LINE, seed=3) == turns(LINE, seed=3)
    assert turns(LINE, seed=3) != turns(LINE, seed=4)


def test_half_of_the_pauses_are_longer_than_the_median() -> None:
    from random import Random

    random = Random(1)
    lengths = [pause_length(random) for _ in range(2000)]
    assert np.median(lengths) == pytest.approx(PAUSE_MEDIAN, rel=0.1)
    assert min(lengths) >= 0.2


def test_silence_alone_waits_for_everybody_alike() -> None:
    for faded in (0.0, 15.0):
        (outcome,) = replay([spoken((True, 1.0), (False, 4.0), faded=faded, text="Where am I?")], SILENT, judge=False)
        assert outcome.wait == pytest.approx(SILENCE, abs=WINDOW)
        assert outcome.cut_off == frozenset()


def test_words_and_a_voice_that_fades_shorten_the_wait() -> None:
    waits = [
        replay([spoken((True, 1.0), (False, 4.0), faded=faded, text=text)], SETTINGS)[0].wait
        for faded, text in ((0.0, "Where am"), (0.0, "Where am I?"), (10.0, "Where am I?"))
    ]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[1] > waits[2]


def test_the_end_of_turn_model_counts_where_it_is_trusted() -> None:
    trace = spoken((True, 1.0), (False, 4.0), text="Where am I?")
    trusting = replace(SETTINGS, evidence=replace(SETTINGS.evidence, trust=1.0))
    assert replay([trace], trusting)[0].wait < replay([trace], SETTINGS)[0].wait


@pytest.mark.parametrize(("sentence_ends", "place"), [((), "inside"), ((1.1,), "between")])
def test_a_turn_that_ends_in_a_pause_is_cut_off(sentence_ends: tuple[float, ...], place: Place) -> None:
    trace = replace(spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0)), sentence_ends=sentence_ends)
    (outcome,) = replay([trace], SILENT)
    assert outcome.cut_off == {place}
    assert outcome.wait == pytest.approx(SILENCE, abs=WINDOW)


def test_who_is_cut_off_is_waited_for_longer_afterwards() -> None:
    first = spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0), faded=15.0, text="Where am I?")
    second = spoken((True, 1.0), (False, 4.0), text="Where am I?")
    waited_for = replay([first, second], SETTINGS)[1].wait
    assert waited_for > replay([second], SETTINGS)[0].wait


def test_a_score_sums_up_outcomes() -> None:
    clean = spoken((True, 1.0), (False, 4.0))
    broken = spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0))
    found = score(replay([clean, clean, clean, broken], SILENT))
    assert (found.turns, found.inside, found.between) == (4, 0.25, 0)


def test_the_longer_the_silence_the_fewer_cut_offs() -> None:
    traces = [spoken((True, 1.0), (False, pause), (True, 1.0), (False, 4.0)) for pause in (0.3, 0.5, 0.9)]
    found = report(traces, traces)
    shares = [point.recorded.inside for point in found.curves if point.policy == "silence"]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert shares[-1] == 0
    assert found.parts[0].policy == "silence"


def test_lines_belong_to_a_half_for_good() -> None:
    recordings = corpora_fake.recordings(40)
    halves = [is_for_tuning(recording) for recording in recordings]
    assert halves == [is_for_tuning(recording) for recording in recordings]
    assert 5 < sum(halves) < 35


@pytest.mark.anyio
async def test_a_small_run_hears_turns_and_reports_them() -> None:
    notes: list[str] = []
    found = await measure(Plan(fake=True), ears_for(Config(), fake=True), notes.append)
    assert set(found.default) >= {"tones, recorded", "all, cut in", "all"}
    shown = findings(found, {"recognition": "scripted"})
    assert "cut off inside a sentence" in as_markdown(shown)
    assert '"curves"' in as_json(shown)


@pytest.mark.anyio
async def test_what_was_heard_once_is_read_from_the_cache(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ears = ears_for(Config(), fake=True)
        workers = [await started(spec, stack) for spec in (ears.voice_activity, ears.recogniser, ears.turn_judge)]
        first = await trace(turns(LINE)[0], Engines(*workers), tmp_path)
    assert first.heard.judgements
    assert await trace(turns(LINE)[0], Engines(*workers), tmp_path) == first, "by workers that have stopped"
