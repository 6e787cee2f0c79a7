"""The log: a line an event whatever it tells, and no names of files unless they were asked for."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from components.serving import logs
from components.serving.logs import HIDDEN, Lines, Objects, hide
from gradcam.errors import GradcamError, ImageError

NASTY = "a\x1b[31m\r\nb\u202egnp.exe\ud800\x00\u2028c\x9b"


@pytest.fixture
def quiet() -> Iterator[None]:
    """Afterwards, the logs are as they were."""
    from streamlit import logger as streamlit_log

    root, hook = logging.getLogger(), logs.threading.excepthook
    loggers = [logging.getLogger(name) for name in list(root.manager.loggerDict)]
    kept = [(one, one.handlers[:], one.propagate, one.level) for one in (root, *loggers)]
    set_up = streamlit_log.setup_formatter
    yield
    for one, handlers, propagate, level in kept:
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)
    streamlit_log.setup_formatter = set_up
    logging.captureWarnings(False)
    logs.threading.excepthook = hook


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    names = set[str]()
    monkeypatch.setattr(logs, "uploaded_names", lambda: names)
    return names


def record(message: str, error: BaseException | None = None, **said: Any) -> logging.LogRecord:
    found = None
    if error is not None:
        try:
            raise error
        except BaseException:
            found = sys.exc_info()
    made = logging.LogRecord("gradcam.explorer", logging.WARNING, "", 1, message, (), found)
    made.said = said
    return made


@pytest.mark.usefixtures("uploads")
def test_an_event_is_one_json_object_on_one_line() -> None:
    error = ImageError(f"{NASTY} cannot be read.")
    line = Objects(names=True).format(record(NASTY, error, method="gradcam"))
    assert len(line.splitlines()) == 1
    line.encode("utf-8")
    said = json.loads(line)
    assert (said["level"], said["from"], said["method"]) == (
        "warning", "gradcam.explorer", "gradcam",
    )  # fmt: skip
    assert said["error"] == "ImageError"
    assert said["time"].endswith("Z")
    assert not set("\x1b\r\x00\u202e\u2028\x9b") & set(said["message"] + said["traceback"])


@pytest.mark.usefixtures("uploads")
def test_a_text_event_cannot_pass_for_two() -> None:
    line = Lines(names=True).format(record(f"{NASTY}\n2026-11-22 root: all is well"))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert "\\u001b[31m" in line


@pytest.mark.usefixtures("uploads")
def test_a_traceback_follows_indented() -> None:
    first, *rest = Lines().format(record("unexpected", ValueError("x\ny"))).split("\n")
    assert first.endswith("WARNING gradcam.explorer: unexpected")
    assert rest
    assert all(line.startswith("    ") for line in rest)


@pytest.mark.parametrize(
    "text",
    ["holiday in Rome.png is not a photo.", "'holiday in Rome.png': not a photo",
     "file/holiday in Rome failed", "Score-CAM for holiday in Rome.png failed."],
)  # fmt: skip
def test_names_of_uploads_are_left_out(text: str, uploads: set[str]) -> None:
    uploads.add("holiday in Rome.png")
    error = ImageError(text)
    for form in (Lines(), Objects()):
        assert "Rome" not in form.format(record(text, error))
        assert HIDDEN in form.format(record(text, error))


@pytest.mark.parametrize(
    "name", ["x-ray_Miller.PNG", "scan.tiff", "Müller.pth", "my.model.keras", "a" * 250 + ".jpg"]
)
def test_so_is_what_ends_like_one_when_its_session_is_gone(name: str) -> None:
    assert hide(f"{name} failed", ()) == f"{HIDDEN} failed"
    assert hide(f"'{name}': failed", ()) == f"{HIDDEN}: failed"


def test_the_servers_own_files_stay() -> None:
    text = 'File "/srv/gradcam/components/engine.py", line 3, in load'
    assert hide(text, ()) == text


def test_they_are_told_if_asked(uploads: set[str]) -> None:
    uploads.add("holiday.png")
    assert "holiday.png" in Lines(names=True).format(record("holiday.png failed"))


@pytest.mark.usefixtures("uploads")
def test_a_traceback_is_not_endless() -> None:
    line = Objects().format(record("x", ValueError("y" * 1_000_000)))
    assert len(line) < 25_000


@pytest.mark.usefixtures("quiet", "uploads")
def test_every_logger_goes_through_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.logger import get_logger

    monkeypatch.setenv(logs.VARIABLE, "json")
    lines = list[str]()
    get_logger("streamlit.before")
    logs.set_up(lines.append)
    get_logger("streamlit.before").warning("one")
    get_logger("streamlit.after").warning("two")
    logging.getLogger("gradcam.explorer").warning("three")
    logging.getLogger("gradcam.explorer").info("not told")
    logs.event("map", method="gradcam", seconds=0.25)
    said = [json.loads(line) for line in lines]
    assert [one["message"] for one in said] == ["one", "two", "three", "map"]
    assert said[-1]["seconds"] == 0.25


@pytest.mark.usefixtures("quiet", "uploads")
def test_text_tells_of_no_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(logs.VARIABLE, raising=False)
    lines = list[str]()
    logs.set_up(lines.append)
    logs.event("map", method="gradcam")
    logging.getLogger("gradcam.explorer").warning("x")
    assert [line.rpartition(": ")[2] for line in lines] == ["x"]


@pytest.mark.usefixtures("quiet")
def test_a_line_that_cannot_be_written_is_told_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> set[str]:
        raise RuntimeError("secret")

    monkeypatch.setattr(logs, "uploaded_names", broken)
    lines = list[str]()
    logs.set_up(lines.append)
    logging.getLogger("gradcam.explorer").warning("secret")
    assert lines == ["A line of the log could not be written: RuntimeError."]


def test_another_format_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.VARIABLE, "xml")
    with pytest.raises(GradcamError, match="GRADCAM_LOG is 'xml'"):
        logs.set_up()
