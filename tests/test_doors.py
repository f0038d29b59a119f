"""Which way into the server a request takes."""

from __future__ import annotations

import json

import pytest

from npc_engine.doors import door
from npc_engine.neuro.tongue import NeuroTongue
from npc_engine.realtime.tongue import RealtimeTongue


@pytest.mark.parametrize("target", ["/v1", "/v1?model=ada", "/", "/elsewhere", "/neurotic"])
def test_other_paths_lead_nowhere_else(target: str) -> None:
    assert door(target) is None


def test_the_realtime_api_names_its_persona_as_a_model() -> None:
    entered = door("/v1/realtime?model=%E8%89%BE&x=1", "Bearer secret")
    assert entered
    assert isinstance(entered.tongue, RealtimeTongue)
    assert (entered.tongue.persona, entered.tokens) == ("艾", ("secret",))
    browser = door("/v1/realtime?model=ada", offered=["realtime", "openai-insecure-api-key.secret"])
    assert browser
    assert browser.tokens == ("", "secret")


@pytest.mark.parametrize(
    ("beta", "offered", "older"),
    [("", [], False), ("realtime=v1", [], True), ("", ["realtime", "openai-beta.realtime-v1"], True)],
)
def test_older_clients_are_known_by_a_header_or_a_subprotocol(beta: str, offered: list[str], older: bool) -> None:
    entered = door("/v1/realtime?model=ada", offered=offered, beta=beta)
    assert entered
    session = json.loads(entered.tongue.greet().frames[0])["session"]
    assert ("modalities" in session) == older


def test_a_game_names_its_persona_and_token_in_the_address() -> None:
    entered = door("/neuro/?persona=ada&token=secret")
    assert entered
    assert isinstance(entered.tongue, NeuroTongue)
    assert (entered.tongue.persona, entered.tokens) == ("ada", ("", "secret"))
    alone = door("/neuro", alone="ada")
    assert alone
    assert alone.tongue.persona == "ada"
    nobody = door("/neuro")
    assert nobody
    assert nobody.tongue.persona == ""
