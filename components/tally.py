"""What is known of many photos, in one line and as a table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence

from gradcam import Classifier
from gradcam.expected import Expected
from gradcam.text import cells, count

from .errors import plain
from .glimpsed import Glimpsed
from .pictures import Source

_LISTED = 5  # predictions of each photo in the table


def summary(photos: Sequence[Source], known: Glimpsed, expected: Mapping[str, Expected]) -> str:
    """Say what is known of the photos so far, in one line of markdown."""
    found = {photo.id: known.predictions.get(photo.id) for photo in photos}
    best = {id: predictions[0] for id, predictions in found.items() if predictions}
    labelled = {id: expected[id].index for id in best if expected[id].index is not None}
    right = sum(best[id].index == index for id, index in labelled.items())
    parts = []
    if labelled:
        every = len(labelled) == len(best)
        some = f"{right} of the {len(labelled)} labelled ones agree"
        parts.append(f"{right} as labelled" if every else some)
    if close := len(known.unsure & set(best)):
        parts.append(f"{close} unsure")
    labels = Counter(prediction.label for prediction in best.values())
    common = [(label, number) for label, number in labels.most_common(3) if number > 1]
    line = f"**{count(len(photos), 'photo')}**"
    if parts:
        line += f": {', '.join(parts)}"
    if common:
        line += "; most often " if parts else ": most often "
        line += ", ".join(f"{plain(label, 40)} ({number})" for label, number in common)
    return line


def table(
    clf: Classifier, photos: Sequence[Source], known: Glimpsed, expected: Mapping[str, Expected]
) -> bytes:
    """Return all predictions as CSV, a line for each photo; what failed says why."""
    file = io.StringIO()
    writer = csv.writer(file)
    numbers = range(1, _LISTED + 1)
    columns = [name for n in numbers for name in (f"prediction {n}", f"probability {n}")]
    writer.writerow(["file", "label", "as labelled", "unsure", *columns, "model", "problem"])
    for photo in photos:
        said = expected[photo.id]
        predictions = known.predictions.get(photo.id, ())
        agrees = "" if said.index is None or not predictions else predictions[0].index == said.index
        answers: list[object] = []
        for n in range(_LISTED):
            one = predictions[n] if n < len(predictions) else None
            answers += [one.label, f"{one.probability:.6f}"] if one else ["", ""]
        failed = known.failed.get(photo.id)
        problem = failed.message if failed else "" if predictions else "not explained yet"
        unsure = photo.id in known.unsure if predictions else ""
        label = said.said if not said.why else f"{said.said} ({said.why})"
        row = [photo.name, label, agrees, unsure, *answers, clf.title, problem]
        writer.writerow(cells(row))
    # The mark tells spreadsheets that it is UTF-8.
    return file.getvalue().encode("utf-8-sig")
