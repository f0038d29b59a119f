"""Stories, saves and going on through the protocol, with a real server and a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from serving import Client, scripted_engines, serving

from npc_engine.core.journal import Spoken
from npc_engine.store import stories
from npc_engine.store.stories import Stories

pytestmark = pytest.mark.anyio

TEXT = {"output": {"encoding": "none"}}
STORY = "Once upon a time there was a town by a river. " * 5


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stories.sqlite"


async def said(client: Client, line: str) -> None:
    await client.send("input.text", text=line)
    await client.until("turn.completed")


async def save(client: Client) -> str:
    await client.send("save.create", label="here", id="save")
    created = (await client.until("save.created"))[-1]
    assert created["ref"] == "save"
    return str(created["save_id"])


def lines(file: Path, player: str = "p") -> list[str]:
    """What the player has said on the branch that was written last."""
    kept = Stories.open(file)
    try:
        point = kept.latest(player, ["Deadwood"])
        assert point
        return [entry.text for entry in kept.entries(point) if isinstance(entry, Spoken) and entry.actor_id is None]
    finally:
        kept.close()


async def test_loading_a_save_goes_back_and_the_story_forks(file: Path) -> None:
    async with serving(stories=file) as running, running.client() as client:
        await client.open(audio=TEXT)
        await said(client, "One.")
        save_id = await save(client)
        await said(client, "Two.")
        await client.send("save.load", save_id=save_id.upper(), id="load")
        loaded = (await client.until("save.loaded"))[-1]
        assert (loaded["save_id"], loaded["ref"]) == (save_id, "load")
        await said(client, "Three.")
        assert lines(file) == ["One.", "Three."]


async def test_a_save_is_loaded_in_a_later_session_of_the_same_player_only(file: Path) -> None:
    async with serving(stories=file) as running:
        async with running.client() as client:
            await client.open(audio=TEXT)
            await said(client, "One.")
            save_id = await save(client)
        async with running.client() as client:
            await client.open(audio=TEXT)
            await client.send("save.load", save_id=save_id)
            await client.until("save.loaded")
            await said(client, "Two.")
            assert lines(file) == ["One.", "Two."]
        async with running.client() as client:
            await client.open(audio=TEXT, player={"id": "kim"})
            await client.send("save.load", save_id=save_id, id="mine")
            error = (await client.until("error"))[-1]
            assert (error["code"], error["ref"]) == ("save_not_found", "mine")
            assert "of the player 'p'" in error["message"]
        async with running.client() as client:
            await client.open("nova", audio=TEXT)
            await client.send("save.load", save_id=save_id)
            assert "of the world" in (await client.until("error"))[-1]["message"]


async def test_a_mistyped_save_names_the_right_one_and_changes_nothing(file: Path) -> None:
    async with serving(stories=file) as running, running.client() as client:
        await client.open(audio=TEXT)
        await said(client, "One.")
        save_id = await save(client)
        await client.send("save.load", save_id="zz" + save_id[2:])
        error = (await client.until("error"))[-1]
        assert error["code"] == "save_not_found"
        assert f"did you mean {save_id}" in error["message"]
        await said(client, "Two.")
        assert lines(file) == ["One.", "Two."]


async def test_a_reply_ends_as_cancelled_when_a_save_is_loaded(file: Path) -> None:
    async with serving(stories=file) as running, running.client() as client:
        await client.open()
        save_id = await save(client)
        await client.send("say", actor_id="ada", text=STORY)
        await client.until("utterance.text")
        await client.send("save.load", save_id=save_id)
        completed, loaded = (await client.until("utterance.completed"))[-1], (await client.until("save.loaded"))[-1]
        assert completed["reason"] == "cancelled"
        assert loaded["save_id"] == save_id


async def test_a_story_goes_on_in_another_session_and_after_a_restart(file: Path) -> None:
    async with serving(stories=file) as running, running.client() as client:
        assert (await client.open(audio=TEXT, story="continue"))["continued"] is False
        await said(client, "One.")
    async with serving(stories=file) as running:
        async with running.client() as client:
            assert (await client.open(audio=TEXT, story="continue"))["continued"] is True
            await said(client, "Two.")
        async with running.client() as client:
            assert (await client.open(audio=TEXT))["continued"] is False
            await said(client, "Elsewhere.")
            assert lines(file) == ["Elsewhere."]


async def test_what_the_client_is_told_is_in_the_file_by_then(file: Path) -> None:
    async with serving(stories=file) as running, running.client() as client:
        await client.open(audio=TEXT)
        for number in range(20):
            await client.send("input.text", text=f"Line {number}.", id=f"m{number}")
            await client.until("turn.started")
            assert lines(file)[-1] == f"Line {number}."


async def test_a_store_that_fails_ends_no_conversation(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "PATIENCE", 0.0)
    async with serving(stories=file) as running, running.client() as client:
        await client.open(audio=TEXT)
        await said(client, "One.")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await client.send("input.text", text="Two.")
        told = await client.until("turn.completed")
        await client.send("input.text", text="Three.")
        told += await client.until("turn.completed")
        errors = [message for message in told if message["type"] == "error"]
        assert [(error["code"], error["fatal"]) for error in errors] == [("store_failed", False)]
        assert "locked by another program" in errors[0]["message"]
        await client.send("save.create", id="now")
        assert (await client.until("error"))[-1]["ref"] == "now"
        other.execute("ROLLBACK")
        other.close()
        await said(client, "Four.")
        await save(client)
        assert lines(file) == ["One.", "Two.", "Three.", "Four."]


async def test_a_server_without_a_file_says_so() -> None:
    async with serving() as running, running.client() as client:
        await client.open(audio=TEXT)
        await client.send("save.create")
        error = await client.receive()
        assert error["code"] == "store_failed"
        assert "keeps no stories" in error["message"]
        async with running.client() as other:
            opened = await other.open(story="continue")
            assert (opened["type"], opened["continued"]) == ("session.opened", False), "there is none to go on with"


async def test_what_was_heard_of_a_reply_is_kept_when_its_player_never_comes_back(file: Path) -> None:
    engines = scripted_engines()
    async with serving(stories=file, engines=engines) as running, running.client() as client:
        await client.open()
        await client.send("say", actor_id="ada", text=STORY)
        await client.until("utterance.text")
        await client.send("playback.report", utterance=1, samples=16000, state="playing")
        await client.send("ping")
        await client.until("pong")
        client.drop()
    kept = Stories.open(file)
    point = kept.latest("p", ["Deadwood"])
    assert point
    (heard,) = [entry for entry in kept.entries(point) if isinstance(entry, Spoken)]
    kept.close()
    assert heard.actor_id == "ada"
    assert STORY.startswith(heard.text)
