"""How much of an utterance was heard: the words that the character remembers."""

from __future__ import annotations

import pytest

from npc_engine.core.barge_in import LEAD
from npc_engine.core.events import SpokenCue
from npc_engine.core.loudness import SILENCE, WINDOW
from npc_engine.core.reply import REPORT_PATIENCE, Clause, Reply, wire_cues

RATE = 1000


def clause(text: str, *words: tuple[str, float]) -> Clause:
    """A clause of one second a word, or of one second without words."""
    cues = tuple(SpokenCue("word", word, start, 1.0) for word, start in words)
    return Clause(text, "en", work=1, ready=True, samples=max(1, len(words)) * RATE, rate=RATE, cues=cues)


def sent(*clauses: Clause, at: float = 0.0) -> Reply:
    """A reply of which everything was sent `at` once."""
    reply = Reply(utterance=1, rate=RATE, clauses=list(clauses), text_complete=True)
    while waiting := reply.next_ready():
        reply.mark_sent(waiting, at)
    return reply


HELLO = [("Well", 0.0), ("hello", 1.0), ("there", 2.0)]


def loud(*levels: float) -> Clause:
    """A clause with so many windows of loudness."""
    return Clause(
        "Well.", "en", work=1, ready=True, samples=round(len(levels) * WINDOW * RATE), rate=RATE, levels=levels
    )


def test_playback_is_as_loud_as_the_clause_that_it_has_reached() -> None:
    reply = sent(loud(-10.0, -20.0), loud(-30.0), at=1.0)
    heard = [reply.loudness(1.0 + (window + 0.5) * WINDOW) for window in range(-1, 4)]
    assert heard == [SILENCE, -10.0, -20.0, -30.0, SILENCE]


def test_nothing_is_heard_once_all_was_played_that_left_before_a_hold() -> None:
    reply = sent(loud(*[-10.0] * 50))
    reply.hold(0.5)
    assert reply.loudness(0.5 + LEAD - 0.01) == -10.0
    assert reply.loudness(0.5 + LEAD + 0.01) == SILENCE


def test_a_client_that_reports_to_be_late_is_heard_later() -> None:
    reply = sent(loud(*[-10.0] * 20, *[-20.0] * 20))
    reply.report(0.2, at=1.0)
    assert reply.loudness(1.0) == -10.0
    assert reply.loudness(0.2 + 20 * WINDOW + 0.81) == -20.0


@pytest.mark.parametrize(
    ("seconds", "heard"),
    [
        (0.0, ""),
        (0.9, ""),
        (1.0, "Well,"),
        (2.5, 'Well, "hello"'),
        (3.0, 'Well, "hello" there!'),
        (9.0, 'Well, "hello" there!'),
    ],
)
def test_a_word_is_heard_when_it_was_played_to_its_end_with_its_punctuation(seconds: float, heard: str) -> None:
    assert sent(clause('Well, "hello" there!', *HELLO)).heard_text(seconds) == heard


def test_clauses_play_one_behind_the_other() -> None:
    reply = sent(clause("One two.", ("One", 0.0), ("two", 1.0)), clause("Three four.", ("Three", 0.0), ("four", 1.0)))
    assert reply.heard_text(3.5) == "One two. Three"
    assert [(part.first_sample, part.starts_at) for part in reply.clauses] == [(0, 0.0), (2000, 2.0)]


def test_a_clause_that_comes_late_plays_when_it_comes() -> None:
    reply = sent(clause("One."))
    late = clause("Two.")
    reply.clauses.append(late)
    reply.mark_sent(late, 5.0)
    assert late.starts_at == 5.0
    assert reply.heard_by() == 6.0


def test_what_the_client_reports_counts_more_than_the_clock() -> None:
    reply = sent(clause("One two.", ("One", 0.0), ("two", 1.0)))
    reply.report(1.0, at=1.0)
    assert reply.heard_text(99.0) == "One"
    assert not reply.is_heard(2.0)
    assert reply.is_heard(2.0 + REPORT_PATIENCE), "a client that fell silent is not waited for for ever"
    reply.report(2.0, at=2.0)
    assert reply.is_heard(2.0)


def test_a_word_that_the_voice_spells_otherwise_is_skipped() -> None:
    reply = sent(clause("It is 5 now.", ("It", 0.0), ("is", 1.0), ("five", 2.0), ("now", 3.0)))
    assert reply.heard_text(3.2) == "It is"


def test_a_clause_without_word_times_is_heard_whole_or_not_at_all() -> None:
    reply = sent(clause("Hello there."))
    assert reply.heard_text(0.5) == ""
    assert reply.heard_text(1.0) == "Hello there."


def test_visemes_are_no_words() -> None:
    spoken = clause("aa bb", ("aa", 0.0), ("bb", 1.0))
    spoken.cues = (SpokenCue("viseme", "bb", 0.0, 0.5), *spoken.cues)
    assert sent(spoken).heard_text(1.1) == "aa"


def test_clauses_are_joined_as_their_script_is_written() -> None:
    assert sent(clause("Hello."), clause("How are you?")).text == "Hello. How are you?"
    assert sent(clause("你好。"), clause("你在小镇。")).text == "你好。你在小镇。"


def test_cues_lie_on_the_utterances_timeline_in_order_of_time() -> None:
    first, second = clause("One."), clause("Two.", ("Two", 0.0))
    second.cues = (*second.cues, SpokenCue("viseme", "DD", 0.0, 0.4), SpokenCue("viseme", "U", 0.4, 0.6))
    sent(first, second)
    assert [(cue.t_ms, cue.kind, cue.value, cue.duration_ms) for cue in wire_cues(second)] == [
        (1000, "word", "Two", 1000),
        (1000, "viseme", "DD", 400),
        (1400, "viseme", "U", 600),
    ]


def test_a_clause_without_audio_takes_no_time() -> None:
    silent = Clause("Hello.", "en", ready=True)
    reply = sent(silent, at=3.0)
    assert (silent.duration, reply.duration, reply.heard_text(3.0)) == (0.0, 0.0, "Hello.")
    assert wire_cues(silent) == []


def test_the_words_that_were_playing_in_a_stretch_of_time() -> None:
    reply = sent(clause("Well, hello there!", *HELLO), at=10.0)
    assert reply.heard_between(10.5, 11.5) == "Well hello"
    assert reply.heard_between(12.5, 99.0) == "there"
    assert reply.heard_between(0.0, 10.0) == ""


def test_words_whose_times_nobody_knows_may_all_have_been_playing() -> None:
    reply = sent(clause("Well!"), clause("Hello there!"), at=10.0)
    assert reply.heard_between(11.2, 11.5) == "Hello there!"


def test_playback_stands_still_once_it_has_played_what_the_client_has() -> None:
    reply = sent(clause("Well, hello there!", *HELLO), at=10.0)
    reply.hold(10.9)
    assert reply.heard_text(20.0) == "Well,", "0.3 s of speech were at the client"
    assert reply.heard_by() is None
    reply.release(20.0)
    assert reply.heard_text(20.8) == 'Well, "hello"'.replace('"', "")
    assert reply.heard_by() == pytest.approx(13.0 + 8.8)
    assert reply.runs_dry == pytest.approx(21.8)
    assert not reply.is_heard(21.7)
    assert reply.is_heard(21.9)


def test_a_short_hold_is_not_heard() -> None:
    reply = sent(clause("Well, hello there!", *HELLO), at=10.0)
    reply.hold(10.9)
    reply.release(11.1)
    assert reply.heard_by() == 13.0
