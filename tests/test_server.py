"""The server over real WebSockets: what clients may rely on, and what nobody can break for others."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from embedding import Awaited, Held
from serving import Client, personas, scripted_engines, serving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from npc_engine.config import Config, Limits
from npc_engine.errors import InvalidFile, PortInUse
from npc_engine.intents import IntentClassifier
from npc_engine.kinship import Kinship
from npc_engine.likeness import ByMeaning
from npc_engine.process import EngineSpec
from npc_engine.protocol import AI_LABEL
from npc_engine.server import Server
from npc_engine.spaces import Space
from npc_engine.vectors import Vectors

pytestmark = pytest.mark.anyio


async def test_a_session_opens_with_its_characters_voices_and_the_ai_label() -> None:
    async with serving() as running, running.client(subprotocols=["npc.v1"]) as client:
        opened = await client.open(id="first")
        assert client.socket.subprotocol == "npc.v1"
        assert (opened["type"], opened["ref"], opened["seq"]) == ("session.opened", "first", 1)
        assert opened["label"] == AI_LABEL["en"]
        assert opened["characters"][0]["actor_id"] == "ada"
        assert opened["audio"]["voices"][0]["language"] == "en"


async def test_a_chinese_player_reads_the_label_in_chinese() -> None:
    async with serving() as running, running.client() as client:
        assert (await client.open(player={"id": "p", "language": "zh"}))["label"] == AI_LABEL["zh"]


async def test_a_typed_line_is_answered_with_text_cues_and_audio_in_order() -> None:
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller. What brings you to our little town today?"})
    async with serving(engines=engines) as running, running.client() as client:
        await client.open()
        await client.send("input.text", text="Hello?")
        messages = await client.turn()
        kinds = [message["type"] for message in messages]
        assert kinds[:2] == ["turn.started", "utterance.started"]
        assert kinds[-2:] == ["utterance.completed", "turn.completed"]
        assert [message["seq"] for message in messages] == list(range(2, len(messages) + 2))
        assert messages[-2]["text"] == "Welcome, traveller. What brings you to our little town today?"
        assert_gapless(client.audio[1], messages[-2]["duration_ms"], messages[1]["rate"])


async def test_what_a_change_of_the_world_brings_is_compared_before_the_next_line_comes() -> None:
    embedder = Awaited("The key is in the bank.")
    space = Space(embedder)
    likeness = ByMeaning(space, space, Kinship(space, space), IntentClassifier((), ()))
    async with (
        serving(engines=replace(scripted_engines(), likeness=likeness)) as running,
        running.client() as client,
    ):
        await client.open()
        assert not embedder.seen.is_set()
        for place in ("saloon", "bank"):
            await client.send("world.set", values={"key.place": place})
        await embedder.seen.wait()


async def test_what_characters_know_is_read_once_and_what_comes_up_in_play_is_not_written_down(tmp_path: Path) -> None:
    came_up, file = "The key is in the bank.", tmp_path / "vectors.sqlite"
    first, second = Awaited(came_up), Awaited(came_up)
    for embedder in (first, second):
        space = Space(embedder, Vectors(embedder, file))
        embedder.asked.clear()
        likeness = ByMeaning(space, space, Kinship(space, space), IntentClassifier((), ()))
        engines = replace(scripted_engines(), likeness=likeness)
        async with serving(engines=engines) as running, running.client() as client:
            await client.open()
            for place in ("saloon", "bank"):
                await client.send("world.set", values={"key.place": place})
            await embedder.seen.wait()
    facts = {text for persona in personas().values() for entry in persona.lorebook for text in entry.text.values()}
    assert facts <= set(first.asked)
    assert facts.isdisjoint(second.asked)
    assert came_up in second.asked


@pytest.mark.parametrize("how", ["stopped", "cancelled"])
async def test_a_server_that_is_ended_while_it_reads_reads_no_further_and_is_never_ready(how: str) -> None:
    embedder, readies = Held(), list[int]()
    space = Space(embedder)
    engines = replace(
        scripted_engines(), likeness=ByMeaning(space, space, Kinship(space, space), IntentClassifier((), ()))
    )
    server = Server(Config(port=0), engines, personas())
    running = asyncio.create_task(server.run(lambda host, port: readies.append(port)))
    await asyncio.to_thread(embedder.begun.wait)
    if how == "stopped":
        server.stop()
    else:
        running.cancel()
        await asyncio.wait([running])
    embedder.let_go.set()
    await asyncio.wait([running])
    await asyncio.get_running_loop().shutdown_default_executor()
    assert (len(embedder.asked), readies) == (1, [])


@pytest.mark.parametrize("name", sorted(personas()))
async def test_the_first_line_of_a_story_waits_for_nothing_but_itself_to_be_read(name: str) -> None:
    embedder, line = Awaited(""), "Where is the key to the safe?"
    space = Space(embedder)
    engines = replace(
        scripted_engines(), likeness=ByMeaning(space, space, Kinship(space, space), IntentClassifier((), ()))
    )
    async with serving(engines=engines, cast={name: personas()[name]}) as running, running.client() as client:
        embedder.asked.clear()
        await client.open(name)
        await client.send("input.text", text=line)
        await client.turn()
    assert embedder.asked[:1] == [line]
    assert all(set(each.split()) <= set(line.strip("?").split()) for each in embedder.asked[1:]), "its telling words"


def assert_gapless(frames: list[tuple[int, bytes]], duration_ms: int, rate: int) -> None:
    """Each frame begins where the one before ended, and together they last as long as announced."""
    at = 0
    for first, pcm in frames:
        assert first == at
        at += len(pcm) // 2
    assert at == pytest.approx(duration_ms * rate / 1000, abs=rate / 1000)


async def test_a_spoken_line_is_heard_understood_and_answered() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        await client.speak()
        heard = await client.until("transcript.final")
        kinds = [message["type"] for message in heard if message["type"] != "transcript.partial"]
        assert kinds == ["input.speech_started", "input.speech_stopped", "transcript.final"]
        assert (heard[-1]["text"], heard[-1]["language"]) == ("Where am I?", "en")
        completed = (await client.turn())[-1]
        spans = {span["stage"]: span for span in completed["timeline"]}
        assert spans["speech"]["end_ms"] == 0
        assert spans["speaking"]["start_ms"] == spans["held"]["end_ms"] == completed["metrics"]["voice_to_voice_ms"]


@pytest.mark.parametrize("rate", [8000, 48000])
async def test_a_microphone_of_any_rate_is_heard(rate: int) -> None:
    async with serving() as running, running.client() as client:
        await client.open(audio={"input": {"rate": rate}})
        await client.speak(seconds=rate / 16000 * 1.0, silence=rate / 16000 * 1.5)
        assert (await client.until("transcript.final"))[-1]["audio_ms"] == pytest.approx(1000, abs=100)


async def test_push_to_talk_answers_what_was_said_between_commits() -> None:
    async with serving() as running, running.client() as client:
        await client.open(mode="push_to_talk")
        await client.speak(seconds=0.5, silence=0)
        await client.send("input.audio.commit")
        assert (await client.until("transcript.final"))[-1]["audio_ms"] == 500
        await client.turn()
        await client.send("input.audio.commit", id="again")
        assert (await client.receive())["code"] == "nothing_heard"


async def test_audio_comes_as_text_when_asked_for_base64() -> None:
    async with serving() as running, running.client() as client:
        await client.open(audio={"output": {"encoding": "base64", "rate": 8000}})
        await client.send("input.text", text="Hello?")
        messages = await client.turn()
        assert any(message["type"] == "utterance.audio" for message in messages)
        assert client.audio == {}
        assert next(message for message in messages if message["type"] == "utterance.started")["rate"] == 8000


async def test_no_audio_is_made_when_none_is_wanted() -> None:
    async with serving() as running, running.client() as client:
        await client.open(audio={"output": {"encoding": "none"}})
        await client.send("input.text", text="Hello?")
        messages = await client.turn()
        assert client.audio == {}
        assert "rate" not in messages[1]
        assert messages[-2]["text"] == messages[-2]["heard_text"]


async def test_cancelling_a_reply_stops_its_audio() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        await client.send("say", actor_id="ada", text="A very long story. " * 100)
        await client.until("utterance.text")
        await client.send("reply.cancel")
        completed = (await client.until("turn.completed"))[-2]
        assert (completed["type"], completed["reason"]) == ("utterance.completed", "cancelled")
        frames = len(client.audio.get(1, []))
        await client.send("ping", t=1)
        assert (await client.receive())["type"] == "pong"
        assert len(client.audio.get(1, [])) == frames


async def test_the_clients_id_comes_back_with_its_error() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        await client.send("input.txt", id="mine")
        assert (await client.receive())["ref"] == "mine"


async def test_a_mistake_before_the_session_can_be_mended() -> None:
    async with serving() as running, running.client() as client:
        unknown = await client.open("nobody_knows_me")
        assert unknown["code"] == "persona_not_found"
        assert "deadwood" in unknown["message"]
        assert (await client.open(resume={"token": "x", "last_seq": 1}))["code"] == "resume_failed"
        assert (await client.open())["type"] == "session.opened"


async def test_only_those_with_the_token_may_enter() -> None:
    async with serving(Config(port=0, token="open sesame")) as running:
        async with running.client() as client:
            assert (await client.open(token="guess"))["code"] == "unauthorised"
        async with running.client() as client:
            assert (await client.open(token="open sesame"))["type"] == "session.opened"
        async with running.client(additional_headers={"Authorization": "Bearer open sesame"}) as client:
            assert (await client.open())["type"] == "session.opened"


async def test_an_open_door_to_the_network_needs_a_token() -> None:
    with pytest.raises(InvalidFile, match="needs `token:`"):
        Server(Config(host="0.0.0.0"), scripted_engines(), personas())


async def test_foreign_web_pages_may_not_connect() -> None:
    async with serving(Config(port=0, origins=("https://game.example",))) as running:
        for origin in ("https://game.example", "http://localhost:3000"):
            async with running.client(origin=origin) as client:
                assert (await client.open())["type"] == "session.opened"
        with pytest.raises(InvalidStatus) as refused:
            async with running.client(origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403


async def test_a_server_takes_no_more_sessions_than_its_limit() -> None:
    async with serving(Config(port=0, limits=Limits(sessions=1))) as running, running.client() as first:
        await first.open()
        async with running.client() as second:
            refused = await second.open()
        assert (refused["code"], refused["retry_after_ms"]) == ("too_many_sessions", 3000)


async def test_a_client_that_never_opens_is_let_go() -> None:
    async with serving(Config(port=0, limits=Limits(open_seconds=0.05))) as running, running.client() as client:
        assert (await client.receive())["code"] == "idle"
        await client.socket.wait_closed()


async def test_a_client_that_goes_silent_is_let_go() -> None:
    async with serving(Config(port=0, limits=Limits(idle_seconds=0.05))) as running, running.client() as client:
        await client.open()
        assert (await client.until("error"))[-1]["code"] == "idle"
        await client.socket.wait_closed()


async def test_a_client_that_only_sends_rubbish_is_let_go() -> None:
    async with serving(Config(port=0, limits=Limits(violations=3))) as running, running.client() as client:
        await client.open()
        for _ in range(3):
            await client.socket.send("rubbish")
        await client.read_to_the_end()
        assert client.socket.close_code == 1008


async def test_a_client_that_does_not_read_is_let_go_and_others_go_on() -> None:
    config = Config(port=0, limits=Limits(audio_backlog_mib=1))
    async with serving(config) as running, running.client() as other:
        await other.open()
        async with connect(running.url, compression=None, max_queue=1) as slow:
            open_ = {
                "protocol": "npc.v1",
                "player": {"id": "p"},
                "scene": {"characters": [{"actor_id": "a", "persona": "nova"}]},
            }
            await slow.send(json.dumps({"type": "session.open", **open_}))
            await slow.send(json.dumps({"type": "say", "actor_id": "a", "text": "word " * 790}))
            client = Client(slow)
            await client.until("utterance.started")
            # it says that it has played more than it has read: then more is due to it
            await slow.send(
                json.dumps({"type": "playback.report", "utterance": 1, "samples": 2**31, "state": "playing"})
            )
            while "npc_sessions 1.0" not in (await running.get("/metrics"))[1]:
                await asyncio.sleep(0)
            await client.read_to_the_end()
        await other.send("input.text", text="Hello?")
        assert (await other.turn())[-1]["type"] == "turn.completed"


async def test_a_flood_of_audio_is_refused_and_the_session_lives() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        for _ in range(60):
            await client.socket.send(bytes(65536))
        codes = [(await client.receive())["code"]]
        await client.send("ping")
        while (message := await client.receive())["type"] != "pong":
            codes.append(message["code"])
        assert set(codes) == {"audio_backlog"}


async def test_a_client_that_vanishes_in_mid_sentence_leaves_nothing_behind() -> None:
    async with serving(Config(port=0, limits=Limits(resume_seconds=0))) as running:
        async with running.client() as client:
            await client.open()
            await client.speak(seconds=0.5, silence=0)
            await client.until("input.speech_started")
            client.socket.transport.abort()
        async with running.client() as other:
            await other.open()
            while "npc_sessions 1.0" not in (await running.get("/metrics"))[1]:
                await asyncio.sleep(0)
            await other.send("input.text", text="Hello?")
            assert (await other.turn())[-1]["type"] == "turn.completed"


async def test_a_crash_of_the_language_model_is_survived_by_its_turn_and_by_others(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    crashes.write_text("one\n")
    crashing = EngineSpec("language model", "unruly_engines:CrashingLanguageModel", {"path": crashes})
    async with serving(engines=scripted_engines(language_model=crashing)) as running:
        async with running.client() as client, running.client() as other:
            await client.open()
            await other.open()
            await client.send("input.text", text="Hello?")
            turn = await client.turn()
            assert [message for message in turn if message["type"] == "error"] == []
            assert turn[-2]["reason"] == "done"
            await other.send("input.text", text="Hello?")
            assert (await other.turn())[-2]["reason"] == "done"
        assert 'npc_engine_restarts{engine="language model"} 1.0' in (await running.get("/metrics"))[1]


async def test_a_language_model_that_crashes_twice_costs_one_answer(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    crashes.write_text("one\ntwo\n")
    crashing = EngineSpec("language model", "unruly_engines:CrashingLanguageModel", {"path": crashes})
    engines = scripted_engines(language_model=crashing)
    async with serving(engines=engines) as running, running.client() as client:
        await client.open()
        await client.send("input.text", text="Hello?")
        turn = await client.turn()
        assert [message["code"] for message in turn if message["type"] == "error"] == ["engine_failed"]
        assert turn[-2]["text"] in personas()["deadwood"].fallbacks.failed["en"]
        await client.send("input.text", text="Hello?")
        assert [message for message in await client.turn() if message["type"] == "error"] == []


async def test_health_readiness_and_metrics_are_plain_http() -> None:
    async with serving() as running:
        assert await running.get("/healthz") == (200, "alive\n")
        assert await running.get("/readyz") == (200, "ready\n")
        assert (await running.get("/elsewhere"))[0] == 404
        async with running.client() as client:
            await client.open()
            await client.send("input.text", text="Hello?")
            await client.turn()
        status, page = await running.get("/metrics")
        assert status == 200
        assert "npc_turns_total 1.0" in page
        assert 'npc_stage_seconds_count{stage="first_token"} 1.0' in page


async def test_a_port_in_use_is_named() -> None:
    async with serving() as running:
        with pytest.raises(PortInUse, match=f"127.0.0.1:{running.port}.*--port"):
            await Server(Config(port=running.port), scripted_engines(), personas()).run(lambda host, port: None)


async def test_a_stopping_server_tells_its_clients_and_lets_the_reply_end() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        await client.send("say", actor_id="ada", text="One moment, friend.")
        await client.until("utterance.text")
        running.server.stop()
        messages = await client.until("turn.completed")
        assert "session.closing" in [message["type"] for message in messages]
        assert messages[-2]["reason"] == "done"
        await client.socket.wait_closed()
        assert client.socket.close_code == 1001


async def test_a_closed_session_ends_the_connection_in_good_order() -> None:
    async with serving() as running, running.client() as client:
        await client.open()
        await client.send("session.close")
        await client.socket.wait_closed()
        assert client.socket.close_code == 1000
