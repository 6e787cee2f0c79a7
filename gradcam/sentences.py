"""The sentences that say what a model answered and what its maps show, for page and report alike.

They say what a map shows and no more. A map marks where the evidence for a class was, not what is
there, and not that the model needed it: hence "going by what it sees at the right", and neither
"because of" nor the name of a thing that nobody has looked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from gradcam.certainty import judged_alone, unsure
from gradcam.clauses import class_agnostic, clause, comparable, compared, going_by, places
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.text import clip, isolated, listed, one_line, rough_percent
from gradcam.types import Prediction

_LONGEST_LABEL, _LONGEST_NAME = 48, 40
_PLAIN_LABEL = re.compile(r"[^\W\d_][\w’'.-]*( [\w’'.-]+){0,3}")
# "PhotoNet (100 everyday things)", "resnet.pth", and timm's "resnet50.a1_in1k".
_NAMES_TAIL = re.compile(r" \([^()]*\)$|\.(pth|pt|safetensors|keras|h5|hdf5|\w*in\d+k\w*)$")
_CLOSE, _DISTANT = 0.8, 0.25  # second probabilities, as shares of the first
_WORTH_A_PLACE = 0.05  # a second probability whose map is worth a word
_LIKELY = 0.5  # where each class is judged on its own
_HIGH, _LOW = 0.75, 0.25  # peaks, as shares of the answer's
_RARE, _FREQUENT = 0.25, 0.5  # probabilities, as shares of the answer's


def answer(explanation: Record, model: str = "") -> str:
    """Say what the model answered, how sure it is, going by what place, and what came second.

    Parameters
    ----------
    explanation : its place is where the map of the most probable class lies (of several layers the
        last); without one, a second sentence describes the first map.
    model : the model's title, shortened as by `short_name`; "" makes it "It".

    Returns
    -------
    Plain text on one line: "EfficientNet-Lite0 says espresso (63 %), going by what it sees at the
    right; coffee mug is a distant second (6 %)."
    """
    predictions = explanation.predictions
    of_best = [m for m in explanation.maps if m.prediction.index == predictions[0].index]
    seen = going_by(of_best[-1]) if of_best else ""
    if len({m.layer for m in of_best}) > 1:
        seen += f" (at {clip(one_line(of_best[-1].layer), _LONGEST_NAME)})"
    if judged_alone(predictions):
        said = _found(predictions, seen)
    else:
        said = _says(explanation, of_best, seen)
    return f"{short_name(model) or 'It'} {said}.{'' if of_best else _of_another(explanation)}"


def why_not(difference: SaliencyMap, a: Prediction, b: Prediction) -> str:
    """Say where the difference between two classes lies, and by how much their scores differ.

    difference : the Finer-CAM map of class `a` against `b`.
    """
    one, other = named(a), named(b)
    found = places(difference)[0]
    gap = _points(abs(a.logit - b.logit))
    way = "higher" if a.logit > b.logit else "lower"
    scores = f"{gap} points {way}" if gap != _points(0) else "the same"
    shares = f"({rough_percent(a.probability)} against {rough_percent(b.probability)})"
    where = f"is {found}" if found else "cannot be seen at this layer"
    return f"What speaks for {one} rather than {other} {where}; its score is {scores} {shares}."


def covered(now: Prediction, before: Prediction, model: str = "") -> str:
    """Say what the model answers with part of the photo covered, and what it answered before.

    now, before : the most probable class of the covered photo, and of the whole one.
    model : as for `answer`.
    """
    who, then = short_name(model) or "it", rough_percent(before.probability)
    if now.index == before.index:
        return f"Covered like this, {who} still says {_with_share(now)}; before, it was {then}."
    return (
        f"Covered like this, {who} says {_with_share(now)}; before, it said {_with_share(before)}."
    )


def peak_word(m: SaliencyMap, maps: Sequence[SaliencyMap]) -> str:
    """Explain in a few words why a map's peak and its class's probability seem to disagree.

    A peak is the evidence at one place, while a class's score (its logit) counts all of them; and a
    probability depends on the other scores, e times less for each point that is missing. So a peak
    may be nearly as high as the answer's with a small fraction of its probability.

    m, maps : the map, and those shown with it. Only maps of other classes by the same method at the
        same layer are compared, because peaks have no common unit otherwise.

    Returns
    -------
    One short line without a full stop, or "" if there is nothing to explain.
    """
    alike = [o for o in maps if comparable(m, o)]
    if not alike or m.sign != "for" or class_agnostic(m):
        return ""
    first = max(alike, key=lambda o: o.prediction.probability)
    if m.prediction.probability > first.prediction.probability:
        highest = max(alike, key=lambda o: o.peak)
        lower = m.peak < _HIGH * highest.peak and m.values.sum() > highest.values.sum()
        return "Not the highest peak, but the most evidence in all" if lower else ""
    if not m.peak or not first.peak:
        return ""
    peak, share = m.peak / first.peak, m.prediction.probability / first.prediction.probability
    gap = _points(first.prediction.logit - m.prediction.logit)
    if peak >= _HIGH and share <= _RARE:
        return f"High peak, low probability: in all it scores {gap} points less"
    if peak <= _LOW and share >= _FREQUENT:
        return f"Low peak, yet likely: in all it scores only {gap} points less"
    return ""


def short_name(title: str) -> str:
    """Return a model's title without what is in parentheses at its end, and without file endings.

    >>> short_name("PhotoNet (100 everyday things)"), short_name("resnet50.a1_in1k")
    ('PhotoNet', 'resnet50')
    """
    whole = one_line(title)
    return isolated(clip(_NAMES_TAIL.sub("", whole) or whole, _LONGEST_NAME))


def named(prediction: Prediction) -> str:
    """Return a class's label as it stands in a sentence: in quotes unless it reads like a noun.

    >>> named(Prediction(17, "coffee mug", 0.5, 1.0)), named(Prediction(3, "3", 0.5, 1.0))
    ('coffee mug', '“3”')
    """
    label = clip(one_line(prediction.label), _LONGEST_LABEL) or f"class {prediction.index}"
    return isolated(label if _PLAIN_LABEL.fullmatch(label) else f"“{label}”")


def _points(gap: float) -> str:
    return f"{gap:.1f}"


def _with_share(prediction: Prediction) -> str:
    return f"{named(prediction)} ({rough_percent(prediction.probability)})"


def _says(explanation: Record, of_best: Sequence[SaliencyMap], seen: str) -> str:
    """Say which class came first where the probabilities of all add up to 1."""
    best, *others = explanation.predictions
    opening = "is unsure: it says" if unsure(explanation.predictions) else "says"
    said = f"{opening} {_with_share(best)}"
    if not others:
        return f"{said}{seen}"
    second = others[0]
    if len(others) == 1 and math.isclose(best.probability + second.probability, 1, abs_tol=1e-3):
        return f"{said} rather than {_with_share(second)}{seen}"
    if second.probability < 0.01:
        return f"{said}{seen}; nothing else reaches 1 %"
    worth_it = second.probability >= _WORTH_A_PLACE
    of_second = [m for m in explanation.maps if worth_it and m.prediction.index == second.index]
    also = compared(of_best[-1], of_second[-1]) if of_best and of_second else ""
    if second.probability >= _CLOSE * best.probability:
        also = f"; for {named(second)} it goes by {also}" if also else ""
        return f"{said}, just ahead of {_with_share(second)}{seen}{also}"
    far = "a distant second" if second.probability <= _DISTANT * best.probability else "second"
    also = f", going by {also}" if also else ""
    return f"{said}{seen}; {named(second)} is {far} ({rough_percent(second.probability)}){also}"


def _found(predictions: Sequence[Prediction], seen: str) -> str:
    """Say which classes are likely where each is judged on its own."""
    best, *others = predictions
    if best.probability < _LIKELY:
        return f"finds nothing likely: {_with_share(best)} comes closest{seen}"
    said = f"{'is unsure: it finds' if unsure(predictions) else 'finds'} {_with_share(best)}{seen}"
    also = [_with_share(p) for p in others if p.probability >= _LIKELY]
    if not also:
        return said + "; nothing else is likely" * bool(others)
    return f"{said}; also {listed(also if len(also) <= 3 else [*also[:2], 'others'])}"


def _of_another(explanation: Record) -> str:
    """Describe the first map in a sentence of its own; "" without maps."""
    if not explanation.maps:
        return ""
    m = explanation.maps[0]
    which = "The map" if len(explanation.maps) == 1 else "The first map"
    return f" {which} is of {_with_share(m.prediction)}: {clause(m)}."
