"""Against a real HTTP server on this machine that speaks server-sent events."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from npc_engine.engines.base import GenerationRequest, PromptMessage
from npc_engine.engines.openai_http import OpenAILanguageModel
from npc_engine.errors import EngineUnavailable, KeyMissing


class CompletionServer(ThreadingHTTPServer):
    """Answers every request with `status` and `events`, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 200
        self.content_type = "text/event-stream"
        self.events = [said("Well, "), said("howdy."), "[DONE]"]
        self.asked: dict[str, object] = {}
        self.unknown: str | None = None
        """A field that it refuses."""
        self.authorization: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Answer(BaseHTTPRequestHandler):
    server: CompletionServer

    def do_POST(self) -> None:
        self.server.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.authorization = self.headers.get("Authorization")
        if self.server.unknown in self.server.asked:
            self.send_error(400, f"Unrecognized request argument supplied: {self.server.unknown}")
            return
        self.send_response(self.server.status if self.path == "/v1/chat/completions" else 404)
        self.send_header("Content-Type", self.server.content_type)
        self.end_headers()
        for event in self.server.events:
            self.wfile.write(f"data: {event}\n\n".encode())

    def log_message(self, *_: object) -> None:
        pass


def said(text: str) -> str:
    return json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False)


@pytest.fixture
def server() -> Iterator[CompletionServer]:
    with CompletionServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def model(server: CompletionServer) -> Iterator[OpenAILanguageModel]:
    model = OpenAILanguageModel(server.url, "small", timeout=10)
    yield model
    model.close()


def asking(**changes: object) -> GenerationRequest:
    messages = (PromptMessage("system", "You are Ada."), PromptMessage("user", "Who's there?"))
    return GenerationRequest(**{"conversation": "c", "messages": messages, "shared": 1, "max_tokens": 9} | changes)


def never() -> bool:
    return False


def test_text_arrives_in_pieces(model):
    assert list(model.generate(asking(), never)) == ["Well, ", "howdy."]


def test_the_server_is_asked_for_what_the_request_says(model, server):
    list(model.generate(asking(temperature=0.3, top_p=0.5, seed=7, stop=("\n",)), never))
    assert server.asked == {
        "model": "small",
        "messages": [{"role": "system", "content": "You are Ada."}, {"role": "user", "content": "Who's there?"}],
        "max_tokens": 9,
        "temperature": 0.3,
        "top_p": 0.5,
        "seed": 7,
        "stop": ["\n"],
        "stream": True,
    }
    assert server.authorization is None


def test_a_grammar_is_sent_to_servers_that_take_it(model, server):
    list(model.generate(asking(grammar='root ::= "none"'), never))
    assert server.asked["grammar"] == 'root ::= "none"'


def test_a_server_that_refuses_grammars_is_asked_without_from_then_on(model, server):
    server.unknown = "grammar"
    for _ in range(2):
        assert list(model.generate(asking(grammar='root ::= "none"'), never)) == ["Well, ", "howdy."]
    server.unknown = None
    list(model.generate(asking(grammar='root ::= "none"'), never))
    assert "grammar" not in server.asked


def test_another_bad_request_with_a_grammar_is_told(model, server):
    server.unknown = "seed"
    with pytest.raises(EngineUnavailable, match="answered 400"):
        list(model.generate(asking(grammar='root ::= "none"'), never))


def test_the_key_is_sent_as_a_bearer_token(server):
    model = OpenAILanguageModel(server.url, "small", api_key="s3cret")
    list(model.generate(asking(), never))
    model.close()
    assert server.authorization == "Bearer s3cret"


def test_events_without_text_are_passed_over(model, server):
    role = json.dumps({"choices": [{"delta": {"role": "assistant", "content": None}}]})
    usage = json.dumps({"choices": [], "usage": {"total_tokens": 3}})
    server.events = [role, said("你好"), usage, "[DONE]"]
    assert list(model.generate(asking(), never)) == ["你好"]


def test_a_stop_string_ends_the_reply_even_if_the_server_ignores_it(model, server):
    server.events = [said("Howdy.\nPl"), said("ayer: hi"), said(" there"), "[DONE]"]
    assert "".join(model.generate(asking(stop=("\nPlayer:",)), never)) == "Howdy."


def test_cancellation_ends_the_reply_between_two_pieces(model):
    cancelled = iter([False, True])
    assert list(model.generate(asking(), lambda: next(cancelled))) == ["Well, "]


@pytest.mark.parametrize(
    ("status", "advice"), [(500, "log"), (404, "model's name"), (401, "API key"), (429, "try again later")]
)
def test_an_http_error_names_the_url_the_status_and_what_to_check(model, server, status, advice):
    server.status, server.events = status, ["no such thing"]
    with pytest.raises(EngineUnavailable, match=rf"{server.url}/chat/completions answered {status} .*{advice}"):
        list(model.generate(asking(), never))


def test_a_refused_connection_names_the_url():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    model = OpenAILanguageModel(url, "small")
    with pytest.raises(EngineUnavailable, match=rf"{url}.*check the URL"):
        list(model.generate(asking(), never))
    model.close()


def test_an_error_in_mid_stream_is_told(model, server):
    server.events = [said("Well"), json.dumps({"error": {"message": "out of memory"}})]
    with pytest.raises(EngineUnavailable, match="out of memory"):
        list(model.generate(asking(), never))


@pytest.mark.parametrize("events", [["{not json"], ['{"choices": "none"}']])
def test_a_stream_that_is_no_chat_completion_is_told(model, server, events):
    server.events = events
    with pytest.raises(EngineUnavailable, match="no chat completion"):
        list(model.generate(asking(), never))


def test_a_web_page_is_no_stream(model, server):
    server.content_type = "text/html"
    with pytest.raises(EngineUnavailable, match="check the URL"):
        list(model.generate(asking(), never))


@pytest.mark.parametrize("url", ["https://api.example.com/v1", "http://93.184.216.34/v1"])
def test_a_remote_url_needs_a_key(url):
    with pytest.raises(KeyMissing, match="no API key"):
        OpenAILanguageModel(url, "small")
    OpenAILanguageModel(url, "small", api_key="s3cret").close()


@pytest.mark.parametrize(
    "url", ["http://localhost:11434/v1", "http://[::1]:8080/v1", "http://192.168.0.7/v1", "http://gpu-box:8000/v1"]
)
def test_a_local_url_needs_no_key(url):
    OpenAILanguageModel(url, "small").close()


def test_preparing_and_forgetting_do_nothing(model, server):
    model.prepare(asking(), never)
    model.forget("c")
    assert server.asked == {}
