"""The class that a photo's file name, its folder or a list of labels says it shows.

A name is only a hint, so what was read is always kept to be shown. Words are compared whole: "cat"
is not found in "catalogue.jpg". What fits two classes, or none, is no label.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcam import catalogue
from gradcam.errors import GradcamError
from gradcam.labels import is_index
from gradcam.text import cell, file_name, one_line

Words = tuple[str, ...]
# At the borders of words that are written together: tabby12, goldenRetriever.
_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])")
_WORD = re.compile(r"[^\W_]+")
_WORDNET = re.compile(r"(?<![A-Za-z0-9])n\d{8}(?!\d)")
# "Screen Shot 2026-11-21.png" shows no screen.
_NO_LABEL = re.compile(r"screen[ _-]?shot", re.IGNORECASE)
_FILE_COLUMNS = ("file", "filename", "file name", "image", "photo", "path", "name")
_LABEL_COLUMNS = ("label", "class", "category", "target", "truth")
_USE = "Use two columns: the photo's file name, and its label."


@dataclass(frozen=True)
class Expected:
    """What a photo is said to show.

    index : the model's class; None if no label was found, or none that is clear.
    said : the class's label, or what was read in its place; "" if nothing was.
    why : why there is no class although something was read; "" otherwise.
    """

    index: int | None = None
    said: str = ""
    why: str = ""


class Names:
    """Reads the classes that names mention.

    Parameters
    ----------
    labels : the model's, in index order; "tabby, tabby cat" is called either.
    given : labels from a list by file name, as `read_list` returns them; they come first.
    """

    def __init__(self, labels: Sequence[str], given: Mapping[str, str] | None = None) -> None:
        self._labels = labels
        self._given = {_key(name): label for name, label in (given or {}).items()}
        self._classes: dict[Words, set[int]] = {}
        for index, label in enumerate(labels):
            for name in (label, *label.split(",")):
                if words := _words(name):
                    self._classes.setdefault(words, set()).add(index)
        # Numbers in a file's name count photos: 7.png need not show class "7".
        self._phrases = {words for words in self._classes if not "".join(words).isdecimal()}
        self._longest = max(map(len, self._phrases), default=0)
        self._wordnet = self._by_wordnet_id()

    def of(self, path: str) -> Expected:
        """Return what a photo is said to show: by the list, its innermost folder, or its name.

        >>> Names(["tabby, tabby cat", "tiger cat"]).of("photos/tabby-001.jpg").said
        'tabby, tabby cat'
        """
        *folders, name = path.replace("\\", "/").split("/")
        for key in (_key(path), _key(name)):
            if key in self._given:
                return self._named(self._given[key])
        for folder in reversed(folders):
            if index := self._classes.get(_words(folder)):
                return self._one_of(index)
            if index := self._mentioned(folder):
                return self._one_of(index)
        return self._one_of(self._mentioned(name.rpartition(".")[0] or name))

    def _named(self, label: str) -> Expected:
        """Return the class that a list calls `label`, which may also be its index."""
        found = self._classes.get(_words(label)) or self._by_id(label)
        if not found and is_index(label.strip()) and int(label) < len(self._labels):
            found = {int(label)}
        return self._one_of(found) if found else Expected(None, label, "not a class of this model")

    def _one_of(self, classes: set[int]) -> Expected:
        if not classes:
            return Expected()
        found = sorted(classes)
        if len(found) == 1:
            return Expected(found[0], self._labels[found[0]])
        return Expected(None, " or ".join(self._labels[index] for index in found[:3]), "unclear")

    def _mentioned(self, name: str) -> set[int]:
        """Return the classes whose names occur in `name`; "tiger cat" is not also a "tiger"."""
        name = _NO_LABEL.sub(" ", name)
        words, found, end = _words(name), self._by_id(name), 0
        for start in range(len(words)):
            longest = min(self._longest, len(words) - start)
            for stop in range(start + longest, max(start, end), -1):
                if words[start:stop] in self._phrases:
                    found, end = found | self._classes[words[start:stop]], stop
                    break
        return found

    def _by_id(self, name: str) -> set[int]:
        return {self._wordnet[id] for id in _WORDNET.findall(name) if id in self._wordnet}

    def _by_wordnet_id(self) -> Mapping[str, int]:
        """Return the classes by WordNet id: ImageNet's by their order, of other models by label."""
        ids = zip(catalogue.wordnet_ids(), catalogue.labels("imagenet"), strict=True)
        known = [(id, self._classes.get(_words(label), set())) for id, label in ids]
        in_order = sum(n in classes for n, (_, classes) in enumerate(known))
        if len(self._labels) == len(known) and in_order > 0.8 * len(known):
            return {id: n for n, (id, _) in enumerate(known)}
        return {id: next(iter(classes)) for id, classes in known if len(classes) == 1}


def read_list(data: bytes) -> dict[str, str]:
    """Read a list of labels, CSV with a column of file names and one of labels.

    Of more than two columns, those called "file" and "label" (or the like) are read. A file listed
    twice keeps its last label.

    Raises GradcamError if there are no such columns.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    rows = [row for row in _rows(text) if any(cell.strip() for cell in row)]
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    file = next((header.index(name) for name in _FILE_COLUMNS if name in header), None)
    label = next((header.index(name) for name in _LABEL_COLUMNS if name in header), None)
    if file is not None and label is not None:
        rows = rows[1:]
    elif header and len(header) == 2:
        file, label = 0, 1
    else:
        raise GradcamError("This is not a list of labels.", hint=_USE)
    least = max(file, label)
    found = [(_named(row[file]), one_line(row[label])) for row in rows if len(row) > least]
    return {name: said for name, said in found if name and said}


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise GradcamError("The list of labels is damaged.", hint=_USE) from error


def _named(file: str) -> str:
    """Return a file's name as that of an upload is cleaned, so that the two agree."""
    if file.startswith("'") and cell(file[1:]) == file:  # our own tables write it like this
        file = file[1:]
    return file_name(file) if file.strip() else ""


def _key(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").casefold()


def _words(text: str) -> Words:
    plain = unicodedata.normalize("NFKD", _BORDER.sub(" ", text))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(_WORD.findall(kept.casefold().replace("'", "").replace("’", "")))
