"""A heatmap does not prove…: five claims, each with a live example on the photo chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gradcam import SaliencyMap
from gradcam.sentences import short_name
from gradcam.text import percent, rough_percent, shape
from gradcam.types import Floats

from ..pictures import Picture
from ..viewer.payload import payload_id, photo_jpeg
from . import claimed
from .chapter import Chapter, Chosen, Step, plain
from .claims_words import against, compared, layers_compared, tidiness, tried
from .quick import instead

_CAUSE = (
    "Maps that mark what was not used: Draelos and Carin 2020, https://arxiv.org/abs/2011.08891. "
    "Covering as a test: Petsiuk et al. 2018, https://arxiv.org/abs/1806.07421"
)
_GRADCAM = "Selvaraju et al. 2017, sections 3 and 4, https://arxiv.org/abs/1610.02391"
_LAYERCAM = "Jiang et al. 2021, LayerCAM, https://doi.org/10.1109/TIP.2021.3089943"
_RUDIN = (
    "The same kind of map for a right answer and a wrong one: Rudin 2019, figure 2, "
    "https://arxiv.org/abs/1811.10154"
)


@dataclass(frozen=True)
class Plate:
    """One picture: a photo by its name, what lies over it, and what stands below it.

    map, cover : the name of an array, or "".
    bar : a probability to draw as a bar, or None.
    numbers : write the map's numbers instead of drawing it over the photo.
    """

    photo: str
    title: str
    detail: str
    map: str = ""
    cover: str = ""
    bar: float | None = None
    numbers: bool = False


@dataclass
class _Figures:
    """What the browser draws, filled claim by claim."""

    photos: dict[str, object] = field(default_factory=dict)
    plates: dict[str, list[Mapping[str, object]]] = field(default_factory=dict)
    arrays: dict[str, Floats | bytes] = field(default_factory=dict)

    def photo(self, name: str, picture: Picture, m: SaliencyMap) -> None:
        height, width = picture.opened.size
        window = [m.window.left, m.window.top, m.window.right, m.window.bottom]
        id = payload_id(picture.opened)
        self.photos[name] = {"id": id, "size": [width, height], "window": window}
        self.arrays[f"photo_{name}"] = photo_jpeg(picture.opened)

    def add(self, step: str, *plates: Plate) -> None:
        self.plates[step] = [vars(plate) for plate in plates]


def claims(chosen: Chosen) -> Chapter:
    """Build the chapter about what was chosen."""
    m = claimed.found(chosen)
    figures = _Figures()
    figures.photo("main", chosen.picture, m)
    figures.arrays["map"] = m.values
    steps = (
        _cause(chosen, m, figures),
        _resolution(chosen, m, figures),
        _scale(chosen, m, figures),
        _whole(chosen, m, figures),
        _right(chosen, figures),
    )
    data = {"photos": figures.photos, "plates": figures.plates}
    return Chapter("claims", steps, data, figures.arrays)


def _cause(chosen: Chosen, m: SaliencyMap, figures: _Figures) -> Step:
    label, whole = plain(chosen.label), m.prediction.probability

    def of(probability: float) -> str:
        return f"{chosen.label}: {percent(probability)}"

    text = [
        "A map is put together from one look at the photo; nothing was taken away. What *causes* "
        "a score is a question of what happens without it. So take it away.",
        *instead(chosen),
    ]
    plates = [Plate("main", "The whole photo", of(whole), "map", "", whole)]
    both = claimed.tested(chosen, m)
    if both is None:
        text.append(f"The map of *{label}* marks nothing here, so there is nothing to cover.")
    else:
        hot, cold = both
        figures.arrays["hot"] = hot.cover.mask.astype(np.float32)
        figures.arrays["cold"] = cold.cover.mask.astype(np.float32)
        for name, title, one in (("hot", "The hot part blurred", hot),
                                 ("cold", "As much of the cold part", cold)):  # fmt: skip
            plates.append(Plate("main", title, of(one.probability), "", name, one.probability))
        text += [
            "Blurred here is what is hotter than half of the peak, "
            f"{rough_percent(hot.cover.share)} of the photo, and next to it as much where the map "
            "is coldest.",
            tried(label, whole, hot, cold),
        ]
    figures.add("claim-cause", *plates)
    notes = (
        "Ask for a show of hands before you scroll: by how much will the score fall?",
        "A blurred photo is itself something the network was not trained on, so even this test is "
        "a strong hint and not a proof.",
    )
    title = "…that these pixels cause the score"
    return Step("claim-cause", title, text, notes, ("photo", "class", "method", "model"), _CAUSE)


def _resolution(chosen: Chosen, m: SaliencyMap, figures: _Figures) -> Step:
    rows, columns = m.values.shape
    across = (m.window.right - m.window.left) / columns
    down = (m.window.bottom - m.window.top) / rows
    height, width = m.photo_size
    text = (
        f"The layer {plain(chosen.layer.name)} gives {shape((rows, columns))} numbers, "
        f"{rows * columns:,} in all. The photo has {height * width:,} pixels, so each number is "
        f"stretched over {shape((round(across), round(down)))} of them.",
        "The soft slopes in between are drawn, not found. Where the smooth picture seems to follow "
        f"an outline, it can be off by half a cell: {round(across / 2)} pixels to either side.",
    )
    detail = f"{shape((rows, columns))} numbers on {shape((width, height))} pixels"
    figures.add(
        "claim-resolution",
        Plate("main", chosen.label, detail, "map"),
        Plate("main", "All there is", "In percent of the peak", "map", numbers=True),
    )
    notes = (
        "Switch between the two pictures a few times. Which one would you have trusted more? They "
        "hold the same numbers.",
    )
    return Step(
        "claim-resolution", "…more detail than the layer has", text, notes,
        ("photo", "class", "layer", "model"), _LAYERCAM,
    )  # fmt: skip


def _scale(chosen: Chosen, m: SaliencyMap, figures: _Figures) -> Step:
    other = claimed.found(chosen, index=claimed.rival(chosen).index)
    figures.arrays["rival"] = other.values
    figures.add("claim-scale", *(
        Plate(
            "main", one.prediction.label,
            f"{percent(one.prediction.probability)}; {_peak(one, m, other)}", name, "",
        )
        for name, one in (("map", m), ("rival", other))
    ))  # fmt: skip
    text = (
        "Each of these maps is usually coloured up to its own peak. So the brightest colour means "
        "“the most there is for this class”, however little that is.",
        compared(m, other),
    )
    notes = (
        "Show the two maps first and ask which class is more probable. Then share the scale.",
        "Two layers, methods or networks have no common unit at all: there even a shared scale "
        "compares nothing.",
    )
    title = "…that two classes have as much evidence"
    return Step("claim-scale", title, text, notes, ("photo", "class", "method", "model"), _GRADCAM)


def _peak(one: SaliencyMap, m: SaliencyMap, other: SaliencyMap) -> str:
    top = max(m.peak, other.peak)
    if one.peak == top:
        return "the higher peak" if top else "no evidence for it"
    return f"its peak is {rough_percent(one.peak / top)} of the other"


def _whole(chosen: Chosen, m: SaliencyMap, figures: _Figures) -> Step:
    other = claimed.found(chosen, layer=claimed.elsewhere(chosen))
    figures.arrays["other"] = other.values
    figures.add("claim-whole", *(
        Plate("main", one.layer, f"{shape(one.values.shape)} cells", name)
        for name, one in (("other", other), ("map", m))
    ))  # fmt: skip
    text = (
        "A map is taken at one layer. What the network has found up to there is in it; what the "
        "layers after make of it enters only as a slope, a number or so for each channel.",
        layers_compared(plain(chosen.label), other, m),
        against(plain(chosen.label), m),
    )
    notes = (
        "Ask: which of the two is “where the network looks”? Both are, and neither is the network.",
    )
    title = "…what the whole network does"
    choices = ("photo", "class", "layer", "method", "model")
    return Step("claim-whole", title, text, notes, choices, _GRADCAM)


def _right(chosen: Chosen, figures: _Figures) -> Step:
    clf = claimed.small(chosen.clf)
    wrong, right = claimed.surest(clf)
    shown = [(name, one) for name, one in (("wrong", wrong), ("right", right)) if one is not None]
    for name, one in shown:
        figures.photo(name, one.picture, one.map)
        figures.arrays[f"map_{name}"] = one.map.values
    figures.add("claim-right", *(
        Plate(
            name, f"{one.map.prediction.label}, {percent(one.map.prediction.probability)}",
            f"{one.sample.title}: {name}", f"map_{name}",
        )
        for name, one in shown
    ))  # fmt: skip
    text = (
        f"{plain(short_name(clf.title))}, the small network that comes with this page, was asked "
        "about all the sample photos. These are the wrong answer and the right one that it is "
        "surest of.",
        tidiness(wrong, right),
    )
    notes = (
        "Cover the words and ask which of the two maps belongs to the wrong answer.",
        "A map shows where the evidence for an answer was found. It says nothing about whether "
        "the answer is true.",
    )
    return Step("claim-right", "…that the model is right", text, notes, (), _RUDIN)
