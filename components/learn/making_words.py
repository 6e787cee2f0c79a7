"""What the chapter on making says, with this photo's numbers in it, for each of its methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gradcam import METHODS
from gradcam.saliency import SaliencyMap
from gradcam.text import figures, percent, shape
from gradcam.types import Prediction

from .chapter import Chosen, Step, plain
from .made import Made

PAPERS: Mapping[str, str] = {
    "gradcam": "Selvaraju et al. 2017, eq. 1 and 2, https://arxiv.org/abs/1610.02391",
    "hirescam": "Draelos and Carin 2020, eq. 5, https://arxiv.org/abs/2011.08891",
    "layercam": "Jiang et al. 2021, eq. 5 and 6, https://doi.org/10.1109/TIP.2021.3089943",
    "gradcam++": "Chattopadhay et al. 2018, eq. 5 and 19, https://arxiv.org/abs/1710.11063",
    "scorecam": "Wang et al. 2020, eq. 7 to 9, https://arxiv.org/abs/1910.01279",
}


@dataclass(frozen=True)
class Input:
    """What the network makes of the photo; `map` is of the chosen class, by whatever method."""

    chosen: Chosen
    predictions: tuple[Prediction, ...]
    map: SaliencyMap

    @property
    def label(self) -> str:
        """The class, as it may stand in a text."""
        return plain(self.chosen.label)


@dataclass(frozen=True)
class Facts:
    """What the sentences are about."""

    input: Input
    made: Made

    @property
    def label(self) -> str:
        """The class, as it may stand in a text."""
        return self.input.label

    @property
    def channels(self) -> int:
        """How many channels the layer has."""
        return len(self.made.order)

    @property
    def places(self) -> int:
        """How many positions each channel has."""
        return int(self.made.map.values.size)

    @property
    def grid(self) -> str:
        """The layer's resolution, "7 × 7"."""
        return shape(self.made.map.values.shape)

    @property
    def title(self) -> str:
        """The method's name."""
        return METHODS[self.made.map.method].title


def steps(facts: Facts) -> tuple[Step, ...]:
    """Return the five steps for the chosen method."""
    method = facts.made.map.method
    return (
        _photo(facts.input),
        _channels(facts),
        _WEIGHTS[method](facts),
        _sum(facts),
        _heatmap(facts),
    )


def waiting_steps(found: Input) -> tuple[Step, ...]:
    """Return the steps while a slow method computes: the first is complete, the others wait."""
    title = METHODS[found.chosen.method].title
    wait = f"{title} shows the network this photo again and again, so it takes a moment."
    headings = {
        "channels": "The photo becomes many small maps",
        "weights": "Each channel is tried on its own",
        "sum": "Weight times map, added up",
        "heatmap": "Keep what speaks for it, enlarge, colour",
    }
    later = (
        Step(id, heading, (wait,), choices=("photo", "class", "method"))
        for id, heading in headings.items()
    )
    return (_photo(found), *later)


def _photo(found: Input) -> Step:
    clf, asked, best = found.chosen.clf, found.map.prediction, found.predictions[0]
    height, width = clf.preprocessing.crop
    share = percent(asked.probability)
    scored = (
        f"{plain(clf.title)} sees {width} × {height} pixels of this photo and gives each of its "
        f"{len(clf.labels):,} classes a score. For *{found.label}* the score is "
        f"{figures(asked.logit)}, which makes a probability of {share}."
    )
    question = (
        "One number, and no word about why. A heatmap asks the network back: "
        "*which places in the photo made this score high?*"
    )
    if best.index != asked.index:
        question = (
            f"Its first guess is *{plain(best.label)}* ({percent(best.probability)}); the story "
            f"below is told for *{found.label}*. {question}"
        )
    return Step(
        "photo",
        "A photo goes in, a number comes out",
        (scored, question),
        (
            "Before you go on, ask the class: which place would you point at?",
            "The score before the softmax is called a logit. It has no unit, and only differences "
            "between classes mean something.",
            "The white frame is what the network sees. What lies outside cannot have mattered.",
        ),
        ("photo", "class", "model"),
    )


def _channels(facts: Facts) -> Step:
    layer = plain(facts.made.map.layer)
    return Step(
        "channels",
        f"The photo becomes {facts.channels:,} small maps",
        (
            f"On its way to the score, at the layer *{layer}*, the photo has become "
            f"{facts.channels:,} maps of {facts.grid} numbers. Each is called a channel, and each "
            "answers to a pattern of its own: an edge, a texture, a part of a thing.",
            f"Here are those that will matter most for *{facts.label}*. The stronger the tone, the "
            "stronger the answer at that place. Point at one to read its numbers.",
        ),
        (
            "Ask: can you guess from the place it lights up what a channel answers to?",
            "Nobody named these channels. The network found them in training.",
            "Choose an earlier layer: more places, fewer channels, simpler patterns.",
        ),
        ("photo", "class", "layer"),
        "Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901",
    )


def _gradcam(facts: Facts) -> Step:
    made = facts.made
    same = made.map.uniform_gradient
    return _weights(
        facts,
        "One weight for each channel",
        (
            "If a channel answered a little more strongly at one place, how much would the score "
            f"rise? That is its *gradient* there: {facts.places:,} numbers for each channel. "
            "Grad-CAM takes their average, and that is the channel's weight.",
            f"{_signs(facts)} More of the first kind means more *{facts.label}*, more of the "
            "second means less."
            + (
                " After this layer the network only averages, so all gradients of a channel are "
                "equal here and the average loses nothing."
                if same
                else ""
            ),
        ),
        "The average is the bold step: it forgets where the gradient was large. Choose HiResCAM to "
        "see what changes if it is kept.",
    )


def _hirescam(facts: Facts) -> Step:
    same = facts.made.map.uniform_gradient
    return _weights(
        facts,
        "One weight for each place",
        (
            "If a channel answered a little more strongly at one place, how much would the score "
            "rise? That is its *gradient* there. HiResCAM takes no average: each place of each "
            f"channel keeps its own as its weight, {facts.channels * facts.places:,} in all.",
            _signs(facts, "weights")
            + (
                " At this layer all places of a channel have the same one, so HiResCAM and "
                "Grad-CAM give the same map. Choose an earlier layer to see them differ."
                if same
                else " Where Grad-CAM blurs them into one number, HiResCAM does not."
            ),
        ),
        "HiResCAM can show only places that the score really used, as far as gradients tell.",
    )


def _layercam(facts: Facts) -> Step:
    return _weights(
        facts,
        "One weight for each place, if it helps",
        (
            "If a channel answered a little more strongly at one place, how much would the score "
            "rise? That is its *gradient* there. LayerCAM lets each place keep its own, but only "
            "where it is positive; the others get the weight zero.",
            _signs(facts, "weights"),
        ),
        "Because of the places' own weights, LayerCAM works in early layers, where Grad-CAM blurs.",
    )


def _plus_plus(facts: Facts) -> Step:
    return _weights(
        facts,
        "One weight, from what helps alone",
        (
            "The *gradient* says how much the score would rise if a channel answered more strongly "
            "at one place. Grad-CAM++ adds up the positive ones alone, and counts each of them "
            "less, the more the channel answers elsewhere in the photo.",
            f"{_signs(facts)} So a second, smaller thing of the same class is not outvoted by the "
            "large one.",
        ),
        "The formula comes from pretending that the score is an exponential, which makes higher "
        "derivatives cheap. Its authors say so.",
    )


def _scorecam(facts: Facts) -> Step:
    made = facts.made
    tried = int(made.map.parameters["channels"])
    energy = percent(float(made.map.parameters["energy"]))
    which = (
        f"All {tried:,} channels that answer at all were tried."
        if tried >= facts.channels or float(made.map.parameters["energy"]) >= 1
        else f"Tried were the {tried:,} strongest of {facts.channels:,} channels, as many as on "
        f"Explore; they hold {energy} of the layer's energy."
    )
    assert made.scores is not None
    best = float(np.nanmax(made.scores))
    whole = facts.input.map.prediction.logit
    return _weights(
        facts,
        "Each channel is tried on its own",
        (
            "Score-CAM does not ask for gradients. It lays each channel's map over the photo as a "
            "mask, which turns all other places grey, and lets the network score what is left.",
            f"{which} The whole photo scores {figures(whole)}, the best masked one "
            f"{figures(best)}. A softmax turns the scores into weights that add up to one, and the "
            f"largest is {figures(float(made.weights.max()))}.",
        ),
        "The softmax is steep: a few channels take nearly everything. No weight is negative.",
    )


_WEIGHTS: Mapping[str, Callable[[Facts], Step]] = {
    "gradcam": _gradcam,
    "hirescam": _hirescam,
    "layercam": _layercam,
    "gradcam++": _plus_plus,
    "scorecam": _scorecam,
}


def _weights(facts: Facts, title: str, text: tuple[str, str], note: str) -> Step:
    return Step(
        "weights",
        title,
        text,
        (
            "Ask: what does it mean that a weight is negative?",
            note,
            "Change the class and watch the weights change while the channels stay.",
        ),
        ("class", "layer", "method"),
        PAPERS[facts.made.map.method],
    )


def _signs(facts: Facts, what: str = "") -> str:
    """Return how many weights are positive, negative and zero."""
    made = facts.made
    count = facts.channels * (facts.places if what else 1)
    if made.positive == count:
        return f"All {count:,} {what or 'weights'} are positive."
    zero = count - made.positive - made.negative
    parts = [f"{made.positive:,} are positive"] + [
        f"{number:,} {word}"
        for number, word in ((made.negative, "negative"), (zero, "zero"))
        if number
    ]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Of the {count:,} {what or 'weights'}, {listed}."


def _sum(facts: Facts) -> Step:
    made = facts.made
    each = made.by_position is not None
    how = "its weights, place by place" if each else "its weight"
    settled = (
        f"After {made.settled:,} of {facts.channels:,} channels the map is nearly there: no place "
        "is further from where it ends than a tenth of the largest value."
        if made.settled < facts.channels
        else "Here even the last channels change the map by more than a tenth of its largest value."
    )
    if not made.map.values.any():
        settled = "All weights are zero here, so nothing grows."
    return Step(
        "sum",
        "Weight times map, added up",
        (
            f"Now each map is multiplied by {how}, and all of them are added, the strongest first. "
            "Move the slider, or press play, and watch the map grow.",
            settled,
        ),
        (
            "Press play and let it run once without a word.",
            "Ask: why does the map sometimes shrink? Because a channel with a negative weight "
            "takes away where it answers.",
            "The scale is fixed: what you see at the end is what it would be on Explore.",
        ),
        ("photo", "class", "method"),
        PAPERS[made.map.method],
    )


def _heatmap(facts: Facts) -> Step:
    values = facts.made.map.values
    negative = int((values < 0).sum())
    low, high = figures(float(values.min())), figures(float(values.max()))
    span = f"The sum has {facts.places:,} places, from {low} to {high}. "
    if facts.made.map.peak <= 0:
        span += (
            "None of them is above zero, so the ReLU leaves nothing and the heatmap is empty. "
            f"That is an answer too: at this layer nothing in the photo speaks for "
            f"*{facts.label}*, and no picture should pretend otherwise."
        )
    elif negative:
        span += (
            f"The ReLU sets the {negative:,} negative ones to zero: they speak against "
            f"*{facts.label}*, most often for another class."
        )
    else:
        span += "None is negative, so the ReLU, which would set those to zero, changes nothing."
    height, width = facts.input.chosen.clf.preprocessing.crop
    h, w = values.shape
    return Step(
        "heatmap",
        "Keep what speaks for it, enlarge, colour",
        (
            span,
            f"Then {facts.grid} numbers are stretched over the photo, one for every "
            f"{round(width / w)} × {round(height / h)} of the {height * width:,} pixels that the "
            "network sees, and coloured. The soft edges come from the stretching: "
            "*nothing finer was ever there.*",
        ),
        (
            "Point at a place and follow its number through all four pictures.",
            "This is the very picture that Explore shows: same values, same colours.",
            "Ask: what would we lose if we kept the negative places?",
        ),
        ("photo", "class", "layer", "method"),
        PAPERS[facts.made.map.method],
    )
