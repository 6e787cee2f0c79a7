"""How a heatmap is made: the photo that goes in, and what the network says of it."""

from __future__ import annotations

from gradcam.request import Request
from gradcam.text import percent

from .. import engine
from ..viewer.payload import photo_jpeg
from .chapter import Chapter, Chosen, Step, plain


def making(chosen: Chosen) -> Chapter:
    """Build the chapter about what was chosen."""
    request = Request((chosen.layer.name,), chosen.clf.usual_method, classes=(chosen.index,))
    found = engine.explain(chosen.clf, chosen.picture, request).result.maps[0]
    probability = found.prediction.probability
    height, width = chosen.picture.opened.pixels.shape[:2]
    photo = Step(
        "photo",
        "A photo goes in, and a number comes out",
        (
            f"The network looks at this photo and gives *{plain(chosen.label)}* a probability "
            f"of {percent(probability)}.",
        ),
        ("Ask: what in the photo would you point at to explain that number?",),
        ("photo", "class", "model"),
    )
    data = {"label": chosen.label, "probability": probability, "size": [width, height]}
    return Chapter("making", (photo,), data, {"photo": photo_jpeg(chosen.picture.opened)})
