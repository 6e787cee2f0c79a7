"""Text from outside on its way out: whatever a label or a name holds, what leaves is text.

One test for each way out, all from the same nasty texts: the page, its pictures' header, HTML, PDF,
slides, ZIP, the manifest and a PNG's, NPZ, CSV, a folder's files, the log, and the command line.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import re
import zipfile
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from components import errors
from components.evaluate.marked import Mark, as_csv
from components.viewer import Bar, Panel, Row
from components.viewer.payload import pack
from gradcam import files
from gradcam.backends.numpy import NumpyClassifier
from gradcam.cli import main
from gradcam.errors import GradcamError
from gradcam.evaluation.page import page
from gradcam.evaluation.results import gathered
from gradcam.expected import Names, read_list
from gradcam.files.read import load
from gradcam.files.write import npz_bytes
from gradcam.images import Opened
from gradcam.labels import as_labels, require_one
from gradcam.photos import collect, portable
from gradcam.report import Report, html, pdf, slides
from gradcam.sentences import answer
from gradcam.text import one_line
from tests.nasty import NASTY, nasty, unclosed, wrong

PHOTO = np.zeros((16, 24, 3), np.uint8)
PHOTO[:, :12, 0] = 200
EACH = 12  # maps of a photo


def explained(texts: list[str]) -> list[gradcam.Explanation]:
    """Return explanations whose classes are called like this, some at a time."""
    made = []
    for n in range(0, len(texts), EACH):
        labels = texts[n : n + EACH]
        clf = NumpyClassifier(np.eye(3), np.ones((len(labels), 3)), labels, size=4)
        made.append(gradcam.explain(clf, PHOTO, classes=list(range(len(labels)))))
    return made


def a_report(count: int) -> Report:
    texts = nasty(11, count)
    shown = tuple(explained(texts))
    # One title and one note, because each report has but one: all in a row.
    return Report(" ".join(texts), "\n\n".join(texts), shown, names=tuple(texts[: len(shown)]))


class Seen(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def checked(page: str) -> Seen:
    seen = Seen()
    seen.feed(page)
    assert not seen.attributes & {"onerror", "onload", "onclick", "href"}
    assert not seen.tags & {"iframe", "object", "textarea", "base"}
    assert not wrong(page, "\n\t")
    assert not any(unclosed(words) for words in seen.words)
    page.encode()
    return seen


def test_labels_come_in_clean_from_wherever() -> None:
    for text in nasty(10, 300):
        for given in ([text], {0: text}, {"0": text}):
            (label,) = as_labels(given)
            assert not wrong(label), ascii(text)
        assert require_one(text, {0: label}, "this") == 0


def test_a_file_of_labels_has_one_for_each_line(tmp_path: Path) -> None:
    lines = [re.sub("[\r\n]", " ", one) for one in nasty(10, 300)]
    lines = [f"{n} {one}" for n, one in enumerate(lines)]
    file = tmp_path / "labels.txt"
    file.write_bytes("\n".join(lines).encode(errors="replace"))
    assert len(as_labels(file)) == len(lines)
    file.with_suffix(".json").write_text(json.dumps(lines))
    assert len(as_labels(file.with_suffix(".json"))) == len(lines)
    file.write_text("\n \n")
    assert as_labels(file) == ()


def test_the_page_shows_markdown_as_text() -> None:
    for text in nasty(12, 1000):
        shown = errors.plain(text)
        assert not wrong(shown), ascii(text)
        assert not unclosed(shown)
        assert len(shown) <= 1300  # each of 400 characters behind a backslash, and word joiners
        assert not re.search(r"(?<!\\)[<\[*`$]", shown)
        error = errors.sentence(GradcamError(text, hint=text), text)
        assert not wrong(error, "\n"), ascii(text)


def test_the_browser_is_sent_json() -> None:
    for found in explained(nasty(13, 100)):
        panels = [Panel(m.prediction.label, "", m, about=m.layer) for m in found]
        bars = [Bar(0, p.label, 0.5, "", shown=True) for p in found.predictions]
        row = Row(Opened(PHOTO), "cup\ud800.jpg", panels, answer=answer(found), bars=bars)
        data = pack([row])
        length = int.from_bytes(data[:4], "little")
        header = json.loads(data[4 : 4 + length].decode())
        assert not wrong(data[4 : 4 + length].decode())
        said = header["rows"][0]["answer"]
        assert not wrong(said)
        assert not unclosed(said)


def test_a_web_page_has_no_tags_but_its_own() -> None:
    seen = checked(html(a_report(60)))
    assert not seen.tags & {"img-src", "i"}
    assert "".join(seen.words).count("alert(1)") > 2


def test_a_page_of_scores_has_no_tags_but_its_own() -> None:
    scores = {"layer": "last", "method": "gradcam", "why": "", "deletion": 0.5, "curves": []}
    rows = [
        {"file": text, "error": text, "class_index": 0, "scores": [{**scores, "layer": text}]}
        for text in map(str, as_labels(nasty(14, 20)))
    ]
    checked(page(gathered(rows, ("deletion",)), NASTY[8], [(NASTY[5], NASTY[26])]))


def test_a_pdf_is_drawn() -> None:
    data = pdf(a_report(0))
    assert data.startswith(b"%PDF")
    for never in (b"/JavaScript", b"/JS", b"/OpenAction", b"/Launch", b"/URI"):
        assert never not in data


def test_slides_are_xml() -> None:
    from pptx import Presentation

    deck = Presentation(io.BytesIO(slides(a_report(0))))
    words = [
        shape.text_frame.text
        for page in deck.slides
        for shape in page.shapes
        if shape.has_text_frame
    ]
    assert words
    assert not wrong("".join(words), "\n\x0b")  # python-pptx's own line break
    with zipfile.ZipFile(io.BytesIO(slides(a_report(0)))) as whole:
        assert not any("http://a.example" in whole.read(n).decode("utf-8", "replace")
                       for n in whole.namelist() if n.endswith(".rels"))  # fmt: skip


def test_names_in_a_zip_stay_in_their_folder_and_differ() -> None:
    texts = nasty(15, 30)
    one = explained(["cup"])[0]
    with zipfile.ZipFile(io.BytesIO(files.archive([one] * len(texts), texts))) as made:
        names = made.namelist()
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        folder, file = name.split("/")
        assert not wrong(name)
        assert folder not in ("", ".", "..")
        assert max(len(folder.encode()), len(file.encode())) < 255
        assert not set(name) & set('\\:*?"<>|')


def test_a_manifest_is_printable_and_says_the_same() -> None:
    for found in explained(nasty(16, 60)):
        raw = files.manifest_bytes(found).decode()
        assert not wrong(raw, "\n")
        assert json.loads(raw) == json.loads(json.dumps(files.manifest(found)))
        odd = replace(found.maps[0], layer="block\x1b[2J\ud800\u202e\x7f")
        raw = files.manifest_bytes(replace(found, maps=(odd,))).decode()
        assert not wrong(raw, "\n")
        assert json.loads(raw)["maps"][0]["layer"] == odd.layer


def test_a_picture_says_how_it_was_made() -> None:
    for found in explained(nasty(17, 12)):
        png = files.png_bytes(found, 0, "overlay")
        facts = files.read_facts(png)
        assert facts["map"]["class"]["label"] == found.maps[0].prediction.label
        with Image.open(io.BytesIO(png)) as image:
            assert not wrong("".join(image.text.values()), "\n")


def test_saved_maps_come_back_as_text() -> None:
    for found in explained(nasty(18, 24)):
        labels = nasty(19, EACH)[-EACH:]
        named = [
            replace(m, layer=f"l\x1b{label}", prediction=replace(m.prediction, label=label))
            for m, label in zip(found.maps, labels, strict=False)
        ]
        again = load(npz_bytes(replace(found, maps=tuple(named))), PHOTO)
        for m in again.maps:
            assert not wrong(m.prediction.label + m.layer)


def test_no_cell_of_a_table_is_a_formula() -> None:
    texts = nasty(20, 60)
    names = [portable(Path("x") / (one or "y")[:99].replace("\0", "")).name for one in texts]
    marks = [Mark("a", "b", one, 0, one, tuple(names)) for one in map(one_line, texts)]
    rows = list(csv.reader(io.StringIO(as_csv(marks).decode("utf-8-sig"))))
    assert len(rows) == 1 + len(texts) * len(names)
    for row in rows:
        for cell in row:
            assert cell.lstrip()[:1] not in set("=+-@"), ascii(cell)


def test_a_list_of_labels_finds_the_files_it_names() -> None:
    table = io.StringIO()
    csv.writer(table).writerows(
        [["file", "label"], ["=1+1.jpg", "cup"], ["'-a.jpg", "cup"], ["a\u202eb\0.jpg", "cup"]]
    )
    names = Names(["cup"], read_list(table.getvalue().encode()))
    for name in ("=1+1.jpg", "-a.jpg", "ab\ufffd.jpg"):
        assert names.of(name).said == "cup"


def test_folders_of_results_have_names_for_any_disk(tmp_path: Path) -> None:
    folder = odd_files(tmp_path)
    given = collect([folder])
    assert len({one.name.casefold() for one in given}) == len(given) >= len(NASTY) // 2
    for one in given:
        assert not wrong(one.name), ascii(one.name)
        assert not set(one.name) & set('\\:*?"<>|')
        assert not {"", ".", ".."} & set(one.name.split("/"))


def test_the_log_is_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "gradcam.explorer"):
        for text in nasty(21, 100):
            errors.logged(GradcamError(text, hint=text))
            errors.logged(ValueError(text))
    formatted = [caplog.handler.format(one) for one in caplog.records]
    assert formatted
    for text in formatted:
        assert not wrong(text, "\n\t"), ascii(text)


def odd_files(tmp_path: Path) -> Path:
    """Return a folder of files that are no photos, called by every nasty name that a disk takes."""
    folder = tmp_path / "in\x1b[31m"
    folder.mkdir()
    for n, text in enumerate(nasty(22, 20)):
        name = f"{n}{text}".encode("utf-8", "surrogatepass" if n % 2 else "replace")
        name = name.replace(b"/", b"_").replace(b"\0", b"")[:200] + b".png"
        (Path(os.fsdecode(bytes(folder))) / os.fsdecode(name)).write_bytes(b"no photo")
    (folder / os.fsdecode(b"latin \xe9\x9b31m.png")).write_bytes(b"no photo")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["explain", "IN", "--model", "bundled/photos", "--out", "OUT"],
        ["explain", "IN", "--model", "bundled/photos", "--out", "OUT", "--json"],
        ["report", "IN", "--model", "bundled/photos", "--out", "OUT/a\x1b[2J.html"],
        ["find", "IN", "--model", "bundled/photos", "--out", "OUT"],
        ["evaluate", "IN", "--model", "bundled/photos", "--out", "OUT"],
        ["layers", "\x1b[2Jno model"],
        ["layers", "IN/1.pth", "--architecture", "\x1b]0;owned\x07"],
        ["models", "\x1b[2J\x9b31m*"],
        ["explain", "IN", "--classes", "\x1b[2J", "--model", "bundled/photos", "--out", "OUT"],
        ["explain", "IN", "--labels", "OUT/\x1b[2J\ud800.txt", "--model", "bundled/photos"],
        ["explain", "IN", "--parameter", "a\x1b[2J=1", "--model", "bundled/photos"],
        ["explain", "--no-such\x1b[2J"],
        ["\x1b[2J"],
    ],
    ids=lambda command: command[0].encode("ascii", "backslashreplace").decode(),
)
def test_no_command_prints_what_a_terminal_obeys(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    places = {"IN": odd_files(tmp_path), "OUT": tmp_path / "out\x1b[2J"}
    words = [re.sub("^(IN|OUT)", lambda found: str(places[found[0]]), word) for word in command]
    with suppress(SystemExit):  # argparse's own
        main(words)
    printed = capfd.readouterr()
    assert printed.out + printed.err
    assert not wrong(printed.out, "\n"), ascii(printed.out)
    assert not wrong(printed.err, "\n\t\r"), ascii(printed.err)
    assert "Traceback" not in printed.err
