"""What the five claims come to, in sentences worded by the numbers of this photo."""

from __future__ import annotations

from gradcam import SaliencyMap
from gradcam.regions import EVERYWHERE, region, same_place, spread
from gradcam.text import percent, rough_percent
from gradcam.types import Floats

from .chapter import plain
from .claimed import Answered, Covered

_SURE = 0.5  # a probability that sounds like a fact
_CLOSE = 0.8  # of a peak, above which another one looks the same
_UNLIKELY = 0.01  # a probability that is nothing to lose
_HARDLY = 0.2  # of a probability, by which it must fall to have mattered
_TIDY = 1.25  # times the area of another map, up to which one looks no wider


def tried(label: str, whole: float, hot: Covered, cold: Covered) -> str:
    """Say what covering came to: the hot part against the cold one."""
    fell, other = whole - hot.probability, whole - cold.probability
    then, beside = percent(hot.probability), percent(cold.probability)
    if whole < _UNLIKELY:
        return (
            f"On this photo the network hardly believes in *{label}* ({percent(whole)}), so there "
            f"is little to take away: {then} without the hot part, {beside} without the cold one. "
            "Choose a class that it believes in."
        )
    if max(fell, other) < _HARDLY * whole:
        what = "hardly changes it" if abs(fell) < _HARDLY * whole else "even raises it"
        return (
            f"Taking away what the map marks {what}: {percent(whole)} before, {then} after "
            f"({beside} without the cold part). For *{label}* the network did not need this place."
        )
    if other >= fell:
        return (
            f"And here the map misleads: without the hot part *{label}* goes from "
            f"{percent(whole)} to {then}, without the cold part to {beside}. The place that looks "
            "unimportant matters at least as much."
        )
    verdict = f"Here the map passes the test: without the hot part, *{label}* goes from"
    if other > fell / 2:
        verdict = f"Here it is close: without the hot part, *{label}* goes from"
    said = plain(hot.answer.label)
    now = "" if said == label else f" The network then says *{said}*."
    return (
        f"{verdict} {percent(whole)} to {then}, without the cold part to {beside}.{now} But it had "
        "to be tried: the map alone could not tell."
    )


def compared(m: SaliencyMap, other: SaliencyMap) -> str:
    """Say what becomes of two maps on one scale."""
    high, low = (m, other) if m.peak >= other.peak else (other, m)
    strong, weak = plain(high.prediction.label), plain(low.prediction.label)
    if not low.peak:
        return f"Nothing at this layer speaks for *{weak}*, so there is nothing to enlarge."
    ratio = low.peak / high.peak
    likelier = low if low.prediction.probability > high.prediction.probability else high
    more = (
        f" And a peak is no probability: *{weak}*, with the lower one, is the more probable."
        if likelier is low
        else ""
    )
    if ratio >= _CLOSE:
        return (
            f"Here the two peaks happen to be close: that of *{weak}* reaches "
            f"{rough_percent(ratio)} of that of *{strong}*, though their probabilities are "
            f"{percent(low.prediction.probability)} and {percent(high.prediction.probability)}. On "
            f"one scale little changes; what differs is how much there is in all.{more}"
        )
    return (
        f"On one scale, the strongest place for *{weak}* reaches {rough_percent(ratio)} of that "
        f"for *{strong}*. On its own scale it looks just as hot.{more}"
    )


def layers_compared(label: str, other: SaliencyMap, m: SaliencyMap) -> str:
    """Say whether the same class at two layers lies at the same place."""
    here, there = m.on_image(), other.on_image()
    empty = [one.layer for one, heat in ((other, there), (m, here)) if not heat.any()]
    if empty:
        return f"At {plain(empty[0])} nothing speaks for *{label}*, at the other layer something."
    named = f"For *{label}* the evidence at {plain(other.layer)} lies {_where(there)}"
    if same_place(here, there):
        return f"{named}, much as at {plain(m.layer)}. Here two layers agree; nothing made them."
    return f"{named}, at {plain(m.layer)} {_where(here)}. The same photo, class and network."


def _where(heat: Floats) -> str:
    words = region(heat)
    return "all over the photo" if words == EVERYWHERE else words


def against(label: str, m: SaliencyMap) -> str:
    """Say how much the usual picture leaves out."""
    negative = float((m.values < 0).mean())
    if not negative:
        return f"No cell of this map speaks against *{label}*."
    return (
        f"At {plain(m.layer)}, {rough_percent(negative)} of the cells speak *against* {label}; the "
        "usual picture draws them as nothing."
    )


def tidiness(wrong: Answered | None, right: Answered | None) -> str:
    """Say whether the wrong answer's map looks any different from the right one's."""
    if wrong is None or right is None:
        return "It is right about all of them." if right else "It is right about none of them."
    p, said = wrong.map.prediction.probability, plain(wrong.map.prediction.label)
    sure = "is sure" if p >= _SURE else "is not even sure"
    one, other = spread(wrong.map.on_image()), spread(right.map.on_image())
    areas = f"half of its heat lies on {rough_percent(one)} of the photo"
    rights = (
        f"for the right answer, *{plain(right.map.prediction.label)}*, on {rough_percent(other)}"
    )
    verdict = "The wrong map is as tidy as the right one" if one <= _TIDY * other else (
        "This time the wrong map is the wider one, but who would have called it wrong for that?"
    )  # fmt: skip
    end = "" if verdict.endswith("?") else "."
    return (
        f"It {sure} that “{wrong.sample.title}” shows *{said}* ({percent(p)}), where "
        f"*{wrong.sample.shows[0]}* would be right. Its map points somewhere all the same: "
        f"{areas}; {rights}. {verdict}{end}"
    )
