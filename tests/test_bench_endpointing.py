"""The endpointing benchmark: its material, its replays, its report, and one small run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npc_engine.audio import RATE
from npc_engine.bench import corpora_fake
from npc_engine.bench.endpointing import Plan, is_for_tuning, measure, report
from npc_engine.bench.endpointing_material import LEAD, PAUSE_MEDIAN, TAIL, SpokenTurn, pause_length, turns
from npc_engine.bench.endpointing_replay import Place, replay, score
from npc_engine.bench.endpointing_report import findings
from npc_engine.bench.endpointing_trace import WINDOW, Observed, Trace
from npc_engine.bench.endpointing_words import Word, line
from npc_engine.bench.findings import as_json, as_markdown
from npc_engine.compose import ears_for
from npc_engine.config import Config
from npc_engine.core.endpointing import EndpointingSettings

SETTINGS = EndpointingSettings()
(LINE,) = corpora_fake.lines(1)


def quiet(turn: SpokenTurn) -> float:
    """Seconds of a turn in which there is only noise."""
    samples = np.frombuffer(turn.pcm, "<i2").astype(np.float64)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return float((np.sqrt((frames**2).mean(axis=1)) < 500).sum() * 0.01)


def spoken(*stretches: tuple[bool, float], judged: float | None = None, text: str = "") -> Trace:
    """A turn of stretches with and without voice, all of whose pauses are judged and understood alike."""
    scores = [0.9 if voice else 0.0 for voice, seconds in stretches for _ in range(round(seconds / WINDOW))]
    ends = [number for number in range(1, len(scores)) if scores[number - 1] and not scores[number]]
    judgements = [Observed(end * WINDOW + 0.16, judged) for end in ends if judged is not None]
    transcripts = [Observed(end * WINDOW + 0.1, text) for end in ends if text]
    return Trace("tones", "a", "recorded", scores, judgements, transcripts, ends[-1] * WINDOW, len(ends) - 1, ())


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


def test_without_a_judge_silence_alone_decides() -> None:
    (outcome,) = replay([spoken((True, 1.0), (False, 4.0))], SETTINGS)
    assert outcome.wait == pytest.approx(SETTINGS.min_silence, abs=WINDOW)
    assert outcome.cut_off == frozenset()


def test_a_judgement_that_is_not_used_changes_nothing() -> None:
    trace = spoken((True, 1.0), (False, 4.0), judged=0.99, text="Where am I?")
    alone, together = (replay([trace], SETTINGS, judge)[0].wait for judge in (False, True))
    assert together < alone == pytest.approx(SETTINGS.min_silence, abs=WINDOW)


@pytest.mark.parametrize(("sentence_ends", "place"), [((), "inside"), ((1.1,), "between")])
def test_a_turn_that_ends_in_a_pause_is_cut_off(sentence_ends: tuple[float, ...], place: Place) -> None:
    trace = replace(spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0)), sentence_ends=sentence_ends)
    (outcome,) = replay([trace], SETTINGS)
    assert outcome.cut_off == {place}
    assert outcome.wait == pytest.approx(SETTINGS.min_silence, abs=WINDOW)


def test_who_is_cut_off_is_waited_for_longer_afterwards() -> None:
    first = spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0), judged=0.9)
    second = spoken((True, 1.0), (False, 4.0), judged=0.5)
    waited_for = replay([first, second], SETTINGS)[1].wait
    assert waited_for > replay([second], SETTINGS)[0].wait


def test_a_score_sums_up_outcomes() -> None:
    clean = spoken((True, 1.0), (False, 4.0))
    broken = spoken((True, 1.0), (False, 0.8), (True, 1.0), (False, 4.0))
    found = score(replay([clean, clean, clean, broken], SETTINGS))
    assert (found.turns, found.inside, found.between) == (4, 0.25, 0)


def test_the_longer_the_silence_the_fewer_cut_offs() -> None:
    traces = [spoken((True, 1.0), (False, pause), (True, 1.0), (False, 4.0)) for pause in (0.3, 0.5, 0.9)]
    found = report(traces, traces)
    shares = [point.recorded.inside for point in found.curves if point.policy == "silence"]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert shares[-1] == 0


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
