"""The command line as a user meets it: what is printed, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from npc_engine import __version__
from npc_engine.cli import app
from npc_engine.models import Store
from npc_engine.terminal.reference import cli_reference

ROOT = Path(__file__).parents[1]
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no signals of this kind")


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run `npc-engine` as a program of its own."""
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "npc_engine", *arguments],
        **{"capture_output": True, "text": True, "encoding": "utf-8", "stdin": subprocess.DEVNULL, **options},
    )


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    """A server with scripted engines that has said that it is ready."""
    with starting("serve", "--fake", "--port", "0", "--persona", "deadwood") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("npc-engine is ready at ws://127.0.0.1:")
        yield process


@contextmanager
def starting(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`npc-engine` in the background, in a process group of its own, as a terminal starts it; killed in the end."""
    # Tests that a shell runs in the background ignore Ctrl-C, and what they start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "npc_engine", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_the_reference_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == cli_reference(), "run: nox -s docs"


def test_the_version_is_shown() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"npc-engine {__version__}\n"


def test_help_loads_nothing_that_commands_need() -> None:
    script = "import sys, npc_engine.cli; print(sorted(m for m in sys.modules if m in sys.argv))"
    heavy = ("numpy", "pydantic", "websockets", "prompt_toolkit", "asyncio", "npc_engine.server", "rich.table")
    result = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_a_wrong_command_suggests_the_right_one() -> None:
    result = CliRunner().invoke(app, ["serv"])
    assert result.exit_code == 2
    assert "serve" in result.stderr


def test_a_mistake_of_the_user_is_one_line_without_a_traceback() -> None:
    result = command("personas", "check", "deadwod")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: there is no persona 'deadwod'; did you mean 'deadwood'?")
    assert result.stderr.count("\n") == 1


def test_the_shipped_personas_are_listed() -> None:
    result = CliRunner().invoke(app, ["personas", "list"])
    assert result.exit_code == 0
    assert "Ada Finch" in result.stdout


def test_a_new_persona_is_written_and_passes_the_check(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["personas", "new", "miner", "--in", str(tmp_path)])
    assert "personas check" in result.stdout
    checked = CliRunner().invoke(app, ["personas", "check", str(tmp_path / "miner")])
    assert checked.exit_code == 0
    assert "can be used" in checked.stdout


def test_a_persona_with_a_typo_names_file_and_line(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["personas", "new", "miner", "--in", str(tmp_path)])
    file = tmp_path / "miner" / "persona.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("\nname:", "\nnmae:"), encoding="utf-8")
    result = command("personas", "check", str(file))
    assert result.returncode == 1
    assert f"{file}:" in result.stderr
    assert "name" in result.stderr


def test_models_are_listed_with_their_size_and_licence() -> None:
    result = CliRunner().invoke(app, ["models", "list"])
    assert "qwen2.5-coder-0.5b = small" in result.stdout
    assert "491 MB" in result.stdout
    assert "Apache-2.0" in result.stdout


def test_the_models_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPC_ENGINE_MODELS", str(tmp_path))
    assert CliRunner().invoke(app, ["models", "path"]).stdout.strip() == str(tmp_path)
    assert "no model is installed" in CliRunner().invoke(app, ["models", "verify"]).stdout


def test_a_model_that_is_not_installed_comes_with_the_command_that_pulls_it(tmp_path: Path) -> None:
    result = command("models", "path", "small", env=os.environ | {"NPC_ENGINE_MODELS": str(tmp_path)})
    assert result.returncode == 1
    assert "npc-engine models pull" in result.stderr


@pytest.mark.models
def test_an_installed_model_is_found_and_whole() -> None:
    assert CliRunner().invoke(app, ["models", "path", "small"]).stdout.strip() == str(Store().path("small"))
    result = CliRunner().invoke(app, ["models", "verify", "en_US-joe-medium"])
    assert (result.exit_code, result.stdout) == (0, "en_US-joe-medium: whole\n")


def test_a_damaged_model_fails_verification_with_the_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "Llama-3.2-1B-Instruct-Q4_K_M.gguf").write_bytes(b"GGUF and more")
    name = next(
        model.name for model in store.catalogue.all() if set(model.files) == {path.name for path in origin.iterdir()}
    )
    monkeypatch.setenv("NPC_ENGINE_MODELS", str(store.folder))
    assert CliRunner().invoke(app, ["models", "pull", name, "--from", str(origin)]).exit_code == 0
    store.path(name).write_bytes(b"GGUF and mere")
    result = CliRunner().invoke(app, ["models", "verify", name])
    assert result.exit_code == 1
    assert "damaged" in result.stdout
    assert f"npc-engine models pull {name}" in result.stdout


def test_doctor_shows_what_it_looked_at() -> None:
    result = CliRunner().invoke(app, ["doctor"])
    assert all(check in result.stdout for check in ("Python", "cores", "memory", "models", "port"))


def test_a_pipe_gets_answers_alone_on_standard_output() -> None:
    result = command("chat", "deadwood", "--plain", "--fake", stdin=None, input="Where am I?\n")
    assert (result.returncode, result.stdout) == (0, "You are in the middle of the town of Deadwood.\n")
    assert "AI" in result.stderr


def test_a_pipe_in_which_a_line_failed_ends_with_an_error() -> None:
    result = command("chat", "deadwood", "--plain", "--fake", stdin=None, input="/nothing\nWhere am I?\n")
    assert result.returncode == 1
    assert "Deadwood" in result.stdout


def test_speech_of_a_chat_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    arguments = ("chat", "deadwood", "--plain", "--fake", "--voice", "--out", str(out))
    assert command(*arguments, stdin=None, input="Where am I?\n").returncode == 0
    assert out.stat().st_size > 1000


def test_an_output_file_without_a_voice_is_a_wrong_command_line() -> None:
    result = CliRunner().invoke(app, ["chat", "--out", "a.wav"])
    assert result.exit_code == 2
    assert "--voice" in result.stderr


def test_a_server_logs_json_lines(server: subprocess.Popen[str]) -> None:
    assert server.stderr is not None
    entry = json.loads(server.stderr.readline())
    assert entry["event"].startswith("loading")
    assert entry["level"] == "info"


def test_a_port_that_is_taken_is_an_error_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = command("serve", "--fake", "--persona", "deadwood", "--port", port)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert "--port" in result.stderr


def test_a_configuration_with_a_typo_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "server.yaml").write_text("host: 127.0.0.1\nprot: 80\n", encoding="utf-8")
    result = command("serve", "--fake", "--config", str(tmp_path / "server.yaml"))
    assert result.returncode == 1
    assert "server.yaml:2" in result.stderr


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_in_good_order_when_it_is_told_to(server: subprocess.Popen[str], number: int) -> None:
    server.send_signal(number)
    assert server.wait() == 0


@POSIX
@pytest.mark.models
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_server_that_is_interrupted_while_models_load_leaves_no_process_behind(number: int, code: int) -> None:
    with starting("serve", "--port", "0", "--persona", "deadwood", "--language", "en") as process:
        assert process.stderr is not None
        assert "loading" in process.stderr.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, number)
        rest = process.stderr.read()
        assert process.wait() == code
        assert "Traceback" not in rest
        assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("arguments", [("chat", "--language", "english"), ("serve", "--language", "zh_CN")])
def test_a_language_that_is_no_code_is_a_wrong_command_line(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*arguments, "--fake"])
    assert result.exit_code == 2
    assert f"'{arguments[-1]}' is no language code" in result.stderr


def test_a_persona_folder_whose_name_clients_could_not_write_is_refused(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["personas", "new", "miner", "--in", str(tmp_path)])
    (tmp_path / "miner").rename(tmp_path / "Old Miner")
    result = command("chat", str(tmp_path / "Old Miner"), "--fake")
    assert result.returncode == 1
    assert "'Old Miner' names the persona" in result.stderr


def test_a_demo_in_an_unrecorded_language_pulls_nothing(tmp_path: Path) -> None:
    result = command("demo", "--language", "fr", env=os.environ | {"NPC_ENGINE_MODELS": str(tmp_path)})
    assert (result.returncode, result.stdout) == (1, "")
    assert "there are: en, zh" in result.stderr
