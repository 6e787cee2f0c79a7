"""Whether a folder already holds the result that is asked for.

A manifest is written last, so where there is one the result is whole.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from gradcam.backends import Classifier
from gradcam.cli.request import Request
from gradcam.files.write import MANIFEST
from gradcam.images import digest
from gradcam.merging import JOINED, rectified
from gradcam.methods import find_method
from gradcam.types import Photo

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Resume:
    """What a result must agree with; may be asked from any thread once `prepare` has returned."""

    clf: Classifier
    request: Request
    look: Mapping[str, Any] | None

    def finished(self, folder: Path, photo: Photo) -> Manifest | None:
        """The manifest in `folder`, if its result is what would be made of `photo` now."""
        manifest = _read(folder / MANIFEST)
        if manifest is None:
            return None
        try:
            same = self._same_model(manifest) and self._same_maps(manifest)
            same = same and self._same_files(manifest, folder)
            return manifest if same and manifest["photo"]["sha256"] == digest(photo) else None
        except (KeyError, TypeError, IndexError, AttributeError):  # of another version, or edited
            return None

    def prepare(self) -> Resume:
        """Ask the model what threads will need, so that none of them has to."""
        _ = self._model, self._layers, self._options, self.clf.labels
        return self

    @cached_property
    def _model(self) -> Manifest:
        how = dataclasses.asdict(self.clf.preprocessing)
        model = {"id": self.clf.id, "sha256": self.clf.digest}
        expected = {"model": model, "fit": self.request.fit, "preprocessing": how}
        decoded: Manifest = json.loads(json.dumps(expected))
        return decoded

    @cached_property
    def _options(self) -> Manifest:
        complete = find_method(self.request.method).with_options(self.request.parameters)
        decoded: Manifest = json.loads(json.dumps(complete))
        return decoded

    @cached_property
    def _layers(self) -> Sequence[str]:
        asked, known = self.request.layer, self.clf.layers()
        names = asked or [layer.name for layer in known if layer.recommended]
        once = tuple(dict.fromkeys(names))
        return (JOINED.join(once),) if self.request.fuse else once

    def _same_model(self, manifest: Manifest) -> bool:
        return all(manifest[key] == value for key, value in self._model.items())

    def _same_maps(self, manifest: Manifest) -> bool:
        maps = manifest["maps"]
        shown = [m["class"] for m in maps[: len(maps) // max(len(self._layers), 1)]]
        made = [(m["layer"], m["class"]["index"]) for m in maps]
        wanted = [(layer, c["index"]) for layer in self._layers for c in shown]
        return (
            made == wanted
            and all(map(self._same_way, maps))
            and all(self.clf.labels[c["index"]] == c["label"] for c in shown)
            and self._same_classes(shown, manifest["predictions"])
        )

    def _same_way(self, made: Manifest) -> bool:
        said, asked = made["parameters"], self.request
        # What the method settled itself is there as it was asked, too.
        found = {**said, **said.get("asked", {})}
        return (
            made["method"] == asked.method
            and self._same_sign(made)
            and all(found[name] == value for name, value in self._options.items())
            and bool(found.get("augment")) == asked.augment
            and found.get("fusion") == asked.fuse
        )

    def _same_sign(self, made: Manifest) -> bool:
        if self.request.fuse is None:
            return bool(made["activation"] == self.request.activation)
        return bool(made["parameters"]["rectified"] == rectified(self.request.activation))

    def _same_classes(self, shown: Sequence[Manifest], best: Sequence[Manifest]) -> bool:
        asked = self.request.classes
        if asked is None:
            count = min(self.request.top_k, len(self.clf.labels))
            # Beyond the predictions that a manifest holds, the order tells.
            falling = all(a["logit"] >= b["logit"] for a, b in pairwise(shown))
            known = list(zip(shown, best, strict=False))
            return len(shown) == count and falling and all(a == b for a, b in known)
        names = list(dict.fromkeys(asked))
        return len(shown) == len(names) and all(map(_is_class, names, shown))

    def _same_files(self, manifest: Manifest, folder: Path) -> bool:
        # Numbers without pictures say that their look is null.
        same_look = self.look is None or manifest["look"] == self.look
        return same_look and all((folder / name).is_file() for name in manifest["files"])


def _is_class(name: int | str, found: Manifest) -> bool:
    if isinstance(name, str):
        return name.casefold() == str(found["label"]).casefold()
    return bool(name == found["index"])


def _read(file: Path) -> Manifest | None:
    try:
        decoded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return decoded if isinstance(decoded, dict) else None
