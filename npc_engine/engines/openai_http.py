"""A language model behind any HTTP server that speaks OpenAI's chat completions, local or remote.

llama.cpp's server, vLLM, Ollama and LM Studio do. What they keep of a conversation between requests is their affair.
Only llama.cpp's server follows a grammar; others pass over it, or refuse it and are asked without. So what comes of a
request with one must be checked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import EventSource, SSEError
from pydantic import BaseModel, Field, ValidationError

from npc_engine.engines.base import Cancelled, GenerationRequest
from npc_engine.engines.text_stream import TextStream
from npc_engine.errors import EngineUnavailable, KeyMissing

_MAX_STOPS = 4
"""OpenAI refuses more stop strings than this."""
_UNKNOWN_FIELD = (400, 422)
"""How servers answer a field that they don't know; they name it in the text."""
_ADVICE = {
    401: "check the API key",
    403: "check the API key and what it may use",
    404: "check that the URL ends like the server's API (usually /v1) and that the model's name is one the server has",
    429: "the server takes no more requests now; try again later or raise its limits",
}


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta = Field(default_factory=_Delta)


class _Chunk(BaseModel):
    """One event of the stream, as far as it matters here; the last one may have no choices."""

    choices: list[_Choice] = Field(default_factory=list)
    error: Any = None


class OpenAILanguageModel:
    """A `LanguageModel` over HTTP. Any number of threads may call it."""

    concurrency = 64

    def __init__(self, base_url: str, model: str, api_key: str | None = None, timeout: float = 60.0) -> None:
        """`base_url` is the part before `/chat/completions`, such as `http://127.0.0.1:11434/v1`.

        `timeout` is seconds to wait for a connection, or for the next piece of an answer. Without `api_key` only a
        server on this machine or in the local network is accepted; otherwise raises KeyMissing.
        """
        local = _is_local(httpx.URL(base_url).host)
        if api_key is None and not local:
            raise KeyMissing(f"{base_url} is a remote server and no API key is configured for it; set one")
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._model = model
        self._takes_grammars = True
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        limits = httpx.Limits(max_connections=self.concurrency)
        # a proxy from the environment can't reach servers on this machine
        self._client = httpx.Client(headers=headers, timeout=timeout, limits=limits, trust_env=not local)

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Yield pieces of text as they arrive. Raises EngineUnavailable."""
        try:
            with self._client.stream("POST", self._url, json=self._body(request)) as response:
                if not self._refuses_grammar(request, response):
                    self._check(response)
                    yield from self._stopping(self._pieces(response, cancelled), request.stop)
                    return
            yield from self.generate(request, cancelled)
        except httpx.TimeoutException as error:
            raise EngineUnavailable(f"{self._url} did not answer in time; check whether it is overloaded") from error
        except (httpx.HTTPError, httpx.InvalidURL, SSEError) as error:
            raise EngineUnavailable(f"{self._url} cannot be used ({error}); check the URL and that it runs") from error

    def prepare(self, request: GenerationRequest, cancelled: Cancelled) -> None:
        """Do nothing: the protocol has no way to say it."""

    def pace(self, conversation: str, deadline: float) -> None:
        """Do nothing, as for `prepare`."""

    def share(self, left: int) -> None:
        """Do nothing: it runs on cores of its own."""

    def forget(self, conversation: str) -> None:
        """Do nothing: the server keeps what it likes."""

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _body(self, request: GenerationRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "seed": request.seed,
            "stream": True,
        }
        if request.stop:
            body["stop"] = list(request.stop[:_MAX_STOPS])
        if request.grammar and self._takes_grammars:
            body["grammar"] = request.grammar
        return body

    def _refuses_grammar(self, request: GenerationRequest, response: httpx.Response) -> bool:
        """Whether the server doesn't know grammars; it isn't sent any more then."""
        if not (request.grammar and self._takes_grammars and response.status_code in _UNKNOWN_FIELD):
            return False
        response.read()
        self._takes_grammars = "grammar" not in response.text
        return not self._takes_grammars

    def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        response.read()
        advice = _ADVICE.get(response.status_code, "look at the server's own log")
        said = " ".join(response.text[:200].split())
        raise EngineUnavailable(f"{self._url} answered {response.status_code} ({said}); {advice}")

    def _pieces(self, response: httpx.Response, cancelled: Cancelled) -> Iterator[str]:
        for event in EventSource(response).iter_sse():
            if event.data == "[DONE]" or cancelled():
                return
            if text := self._text(event.data):
                yield text

    def _stopping(self, pieces: Iterator[str], stop: tuple[str, ...]) -> Iterator[str]:
        """The pieces up to the first stop string: not every server looks for them, or for all."""
        text = TextStream(stop)
        for piece in pieces:
            if certain := text.feed(piece.encode(errors="replace")):
                yield certain
            if text.stopped:
                return
        if rest := text.finish():
            yield rest

    def _text(self, data: str) -> str:
        try:
            chunk = _Chunk.model_validate_json(data)
        except ValidationError as error:
            raise EngineUnavailable(f"{self._url} sent an event that is no chat completion; check the URL") from error
        if chunk.error:
            raise EngineUnavailable(f"{self._url} broke off with an error: {chunk.error}; look at the server's own log")
        return "".join(choice.delta.content or "" for choice in chunk.choices[:1])


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local"))
    return address.is_private or address.is_loopback or address.is_link_local
