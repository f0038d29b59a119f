from npc_engine.engines.text_stream import TextStream


def fed(stream: TextStream, *pieces: bytes) -> list[str]:
    return [stream.feed(piece) for piece in pieces]


def test_text_passes_at_once():
    assert fed(TextStream(), b"Well", b", howdy") == ["Well", ", howdy"]


def test_a_character_spread_over_tokens_waits_until_it_is_whole():
    data = "钥匙".encode()
    assert fed(TextStream(), data[:2], data[2:4], data[4:]) == ["", "钥", "匙"]


def test_an_incomplete_character_at_the_end_is_dropped():
    stream = TextStream()
    assert fed(stream, b"ok" + "钥".encode()[:1]) == ["ok"]
    assert stream.finish() == ""


def test_bytes_that_are_no_text_are_replaced():
    assert fed(TextStream(), b"a\xffb") == ["a\ufffdb"]


def test_a_stop_string_and_what_follows_is_never_returned():
    stream = TextStream(["\nPlayer:"])
    assert fed(stream, b"Howdy.\nPlayer: hello", b" more") == ["Howdy.", ""]
    assert stream.stopped
    assert stream.finish() == ""


def test_a_stop_string_over_several_tokens_does_not_leak_its_beginning():
    stream = TextStream(["\nPlayer:"])
    assert fed(stream, b"Howdy.\n", b"Play", b"er", b": hi") == ["Howdy.", "", "", ""]
    assert stream.stopped


def test_what_only_looked_like_a_stop_string_is_returned():
    stream = TextStream(["\nPlayer:"])
    assert fed(stream, b"Howdy.\nPl", b"ease") == ["Howdy.", "\nPlease"]
    assert fed(stream, b"\nPlay") == [""]
    assert stream.finish() == "\nPlay"


def test_the_earliest_of_several_stop_strings_counts():
    assert fed(TextStream(["b", "c"]), b"acb") == ["a"]


def test_empty_stop_strings_are_ignored():
    stream = TextStream([""])
    assert fed(stream, b"Howdy") == ["Howdy"]
    assert not stream.stopped
