"""What `find` writes for people: the suspects' files as CSV, and a page with their photos."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from gradcam.drawing.render import overlay
from gradcam.files.write import atomic_write
from gradcam.find.classes import ClassFound
from gradcam.find.folder import Found
from gradcam.find.suspects import STRONG, Suspect
from gradcam.saliency import SaliencyMap
from gradcam.text import cells, count, figures, html
from gradcam.types import Prediction, Window

LIST, PAGE = "suspects.csv", "index.html"
_SHOWN = 12  # photos of a suspect on the page
_COLUMNS = ("suspect", "strong", "score", "class", "index", "kind", "place", "file")


def write(found: Found, folder: Path) -> None:
    """Write `suspects.csv` and `index.html` into a folder."""
    for name, text in ((LIST, listed(found.suspects())), (PAGE, page(found))):
        with atomic_write(folder / name) as file:
            file.write(text.encode())


def listed(suspects: Sequence[Suspect]) -> str:
    """Return the suspects' files as CSV, a line each; suspects are numbered from 1."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for n, one in enumerate(suspects, 1):
        first = (n, one.strong, f"{one.score:.3f}", one.label, one.index, one.kind, one.place)
        rows.writerows(cells([*first, name]) for name in one.files)
    return text.getvalue()


def page(found: Found) -> str:
    """Return a page that holds its pictures and loads nothing."""
    about, photos = found.about, count(found.rows.num_rows, "photo")
    whose = {"predicted": "the predicted class", "labelled": "the class of its label"}
    told = whose.get(about.explain, about.explain)
    suspects = found.suspects()
    strong = [one for one in suspects if one.strong]
    css = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What {html(about.title)} goes by</title>
<style>{css}</style>
</head>
<body>
<main>
<h1>What {html(about.title)} goes by</h1>
<p>{photos}, each explained for {html(told)} by {html(about.method)} at {html(about.layer)}.
{_counted(len(strong), len(suspects))}</p>
{"".join(_section(found, one) for one in suspects)}
</main>
</body>
</html>
"""


def _counted(strong: int, every: int) -> str:
    if not every:
        return "No group of photos stands apart from the rest of its class."
    weak = every - strong
    if not strong:
        return f"No group stands far apart; {count(weak, 'weak one')} may be chance."
    reached = f"{count(strong, 'group')} scored {figures(STRONG)} or more"
    told = f"{reached}, as groups of honest classes sometimes do."
    return told + (f" {count(weak, 'weaker one')} may be chance." if weak else "")


def _section(found: Found, suspect: Suspect) -> str:
    of_class = found.of_class(suspect.index)
    numbers = of_class.numbers(suspect.files[:_SHOWN])
    pictures = "".join(
        f'<img src="{_overlay(of_class, n)}" alt="{html(of_class.files[n])}" '
        f'title="{html(of_class.files[n])}">'
        for n in numbers.tolist()
    )
    more = len(suspect.files) - len(numbers)
    rest = f"<p>and {count(more, 'more photo')}, listed in {LIST}.</p>" if more else ""
    weak = "" if suspect.strong else ", weak"
    return f"""<section>
<h2>{html(suspect.sentence)}</h2>
<p>Score {figures(suspect.score)}{weak}. The heat, warm, lies over what the model saw.</p>
<div>{pictures}</div>{rest}
</section>
"""


def _overlay(of_class: ClassFound, n: int) -> str:
    with Image.open(io.BytesIO(of_class.thumbnails[n])) as image:
        photo = np.asarray(image.convert("RGB"))
    height, width = photo.shape[:2]
    told = Prediction(of_class.index, of_class.label, 0.0, 0.0)
    window = Window(0, 0, width, height)
    made = SaliencyMap(of_class.maps[n], told, "", "", window, (height, width))
    buffer = io.BytesIO()
    overlay(photo, made).save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
