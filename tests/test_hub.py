"""Pulling from a hub: a small server speaks the part of the hub's protocol that a download needs."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from npc_engine.errors import DownloadFailed
from npc_engine.models import Catalogue, Store

VOICE = b"weights of a voice " * 1000
FILES = {
    "/owner/voices/resolve/main/en/joe/joe.onnx": VOICE,
    "/owner/voices/resolve/main/en/joe/joe.onnx.json": b"{}",
}
COMMIT = "0123456789" * 4


class Hub(BaseHTTPRequestHandler):
    stated: str | None = None
    """What the hub says the sha256 of each large file is, if it is not the truth."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self.wfile.write(self._answer())

    def _answer(self) -> bytes:
        data = FILES.get(self.path.replace(COMMIT, "main"))
        self.send_response(404 if data is None else 200)
        if data is not None:
            self.send_header("ETag", f'"{self.stated or hashlib.sha256(data).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        return data or b""

    def log_message(self, *args: object) -> None:
        """Keep the tests quiet."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    class OneHub(Hub):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), OneHub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield OneHub
    server.shutdown()
    thread.join()
    server.server_close()


def store(folder: Path, remote: str = "en/joe") -> Store:
    model = {
        "kind": "voice",
        "summary": "A voice made by a test",
        "licence": "CC0-1.0",
        "size": len(VOICE) + 2,
        "languages": ["en"],
        "main": "joe.onnx",
        "files": {"joe.onnx": {}, "joe.onnx.json": {}},
        "sources": [{"hub": "owner/voices", "folder": remote}],
    }
    return Store(folder, Catalogue.model_validate({"default": ["joe"], "models": {"joe": model}}))


def test_a_voice_comes_from_its_folder_in_the_repository(tmp_path: Path, hub: type[Hub]):
    models = store(tmp_path)
    path = models.pull("joe").path
    assert path.read_bytes() == VOICE
    assert path.with_suffix(".onnx.json").read_bytes() == b"{}"
    assert [verdict.whole for verdict in models.verify()] == [True]
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["joe.onnx", "joe.onnx.json", "manifest.json"]


def test_bytes_that_differ_from_what_the_hub_states_are_thrown_away(tmp_path: Path, hub: type[Hub]):
    hub.stated = "0" * 64
    with pytest.raises(DownloadFailed, match=r"joe\.onnx holds other bytes"):
        store(tmp_path).pull("joe")


def test_a_file_that_the_hub_lacks_names_the_repository(tmp_path: Path, hub: type[Hub]):
    with pytest.raises(DownloadFailed, match="hub repository owner/voices: not delivered"):
        store(tmp_path, remote="en/jane").pull("joe")
