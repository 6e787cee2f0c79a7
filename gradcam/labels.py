"""Class labels: the forms people keep them in, and finding a class by its label."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

from gradcam.errors import ClassError, ModelError, nearest
from gradcam.text import clip, one_line

Labels = Sequence[str] | Mapping[int, str] | Mapping[str, int] | str | os.PathLike[str]
_LONGEST = 40
_LONGEST_LABEL = 200
_DIGITS = 10


def as_labels(given: Labels | Iterable[Any] | None) -> tuple[str, ...]:
    """Return class labels in index order.

    Parameters
    ----------
    given : labels in index order (a list, tuple or array); a dictionary from index to label or, as
        a dataset's `class_to_idx`, from label to index; or the path of a text file with one label
        per line or of a JSON file with any of these, such as Keras' `imagenet_class_index.json`.
        None and () mean that there are none.

    Raises
    ------
    ModelError : it is none of these, or a dictionary leaves out an index.
    """
    if given is None:
        return ()
    if isinstance(given, (str, os.PathLike)):
        return _read(Path(given))
    if isinstance(given, Mapping):
        return _by_index(given)
    if isinstance(given, (bytes, set, frozenset)) or not isinstance(given, Iterable):
        raise ModelError(
            f"{type(given).__name__} is not a list of labels.",
            hint="Give one label per class, in index order.",
        )
    return tuple(_label(item) for item in given)


def cleaned(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels as they can be shown everywhere: each on one line, printable, of some length.

    They come from files, and a lone surrogate in one of a thousand would break the whole page.
    """
    return tuple(one_line(str(label), _LONGEST_LABEL) for label in labels)


def is_index(text: str) -> bool:
    """Return whether text is a whole number that can be the index of a class."""
    return text.isdecimal() and len(text) < _DIGITS  # Python refuses to read very long ones


def indices_of(name: str, labels: Mapping[int, str]) -> list[int]:
    """Return the indices of the classes called `name`: by exact label, or else in any capitals.

    Without capitals, an underscore is a space, as in the ImageNet labels of Keras.
    """
    (name,) = cleaned([name])
    exact = [index for index, label in labels.items() if label == name]
    return exact or [index for index, label in labels.items() if _folded(label) == _folded(name)]


def require_one(name: str, labels: Mapping[int, str], what: str) -> int:
    """Return the index of the only class called `name`; a number in digits is also an index.

    Raises ClassError if there is none, listing the nearest labels, or if there are several, listing
    their indices. `what` says in messages what has these classes.
    """
    found = indices_of(name, labels)
    if is_index(name) and int(name) in labels and int(name) not in found:
        found.append(int(name))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ClassError(
            f"{clip(name, _LONGEST)!r} is not a class of {what}.",
            hint=nearest(name, labels.values()),
        )
    listed = ", ".join(f"{index} {labels[index]!r}" for index in found)
    raise ClassError(
        f"{clip(name, _LONGEST)!r} fits several classes of {what}: {listed}.",
        hint="Name the class by its index.",
    )


def _folded(label: str) -> str:
    return label.casefold().replace("_", " ").strip()


def _label(item: Any) -> str:
    """Return one label; numbers are labels too, and Keras' JSON pairs each with a WordNet id."""
    if isinstance(item, (list, tuple)) and len(item) == 2 and all(isinstance(i, str) for i in item):
        return cleaned([item[1]])[0]
    if isinstance(item, str) or (isinstance(item, Integral) and not isinstance(item, bool)):
        return cleaned([str(item)])[0]
    raise ModelError(f"{item!r:.60} is not a label.", hint="Give labels as text.")


def _by_index(given: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the labels of {0: "cat", …}, {"0": "cat", …} (from JSON) or {"cat": 0, …}."""
    if all(isinstance(index, Integral) for index in given.values()) and all(
        isinstance(label, str) for label in given
    ):
        pairs = [(int(index), label) for label, index in given.items()]
    elif all(isinstance(key, Integral) or is_index(str(key)) for key in given):
        pairs = [(int(key), label) for key, label in given.items()]
    else:
        raise ModelError(
            "The labels are neither by index nor by label.",
            hint='Give {0: "cat", 1: "dog"} or {"cat": 0, "dog": 1}.',
        )
    if sorted(index for index, _ in pairs) != list(range(len(pairs))):
        raise ModelError(
            f"The {len(pairs)} labels are not those of the indices 0 to {len(pairs) - 1}.",
            hint="Give exactly one label per index, from 0.",
        )
    return tuple(_label(label) for _, label in sorted(pairs))


def _read(path: Path) -> tuple[str, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() != ".json":
            return cleaned(text.rstrip().split("\n") if text.strip() else ())
        found = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            f"{path} cannot be read as a list of labels.",
            hint="Give the labels in a list, or a text file with one label per line.",
        ) from error
    if not isinstance(found, (list, dict)):
        raise ModelError(f"{path} holds no labels.", hint="Give a list or a dictionary of labels.")
    return as_labels(found)
