"""What an evaluation says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from gradcam.evaluation.results import Evaluation, Setting, Standing
from gradcam.evaluation.summary import FEWEST, Interval
from gradcam.metrics import METRICS
from gradcam.text import count, listed

READING = (
    "A dot is the mean over the photos. The line through it is the 95 % bootstrap interval: where "
    "the mean would lie, 19 times of 20, had other photos of the same kind been taken. The shaded "
    "band is the random map's interval: a method that does not clear it says no more about the "
    "model than chance does.",
    "Two methods are compared photo by photo, because photos differ more than methods do. So two "
    "can be told apart although their intervals overlap. With many methods some pairs differ by "
    "chance: of twenty pairs that are alike, one will look different.",
    "No metric is the truth. Deletion and insertion show the model photos that it has never seen "
    "the like of; average drop and increase reward maps that cover much; the pointing games ask "
    "where a person's box lies, not what the model went by. Trust what several of them agree on.",
)


def number(value: float) -> str:
    """Format a score with three decimals.

    >>> number(0.12345), number(-0.0401), number(-0.0001)
    ('0.123', '−0.040', '0.000')
    """
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text.replace("-", "−")


def signed(value: float) -> str:
    """Format a difference with three decimals and its sign.

    >>> signed(0.12345), signed(-0.04), signed(0.0001)
    ('+0.123', '−0.040', '0.000')
    """
    text = number(value)
    return text if text == "0.000" or text.startswith("−") else f"+{text}"


def between(interval: Interval) -> str:
    """Format an interval's ends.

    >>> between(Interval(0.5, 0.41, 0.5903, 9))
    '0.410 to 0.590'
    """
    return f"{number(interval.low)} to {number(interval.high)}"


def name(setting: Setting, evaluation: Evaluation) -> str:
    """Return what to call a setting: its method, and its layer if there are several."""
    if len(evaluation.layers) == 1:
        return setting.title
    return f"{setting.title} at {setting.layer}"


def conclusion(metric: str, standings: Sequence[Standing], evaluation: Evaluation) -> str:
    """Say who comes first by a metric, and who cannot be told apart from it."""
    ranked = [one for one in standings if one.mean is not None]
    methods = [one for one in ranked if not one.setting.baseline]
    if not methods:
        return f"No method has a number by {_metric(metric)}."
    best, *others = methods
    assert best.mean is not None
    level = [name(one.setting, evaluation) for one in others if one.level]
    first = f"{name(best.setting, evaluation)} comes first by {_metric(metric)}"
    text = f"{first} ({number(best.mean.mean)})"
    if best.mean.photos < FEWEST:
        few = f"on {count(best.mean.photos, 'photo')}, which is too few to tell methods apart"
        return f"{text} {few}."
    if len(level) == len(others) and others:
        text += ", and no other method can be told apart from it"
    elif level:
        text += f"; {_some(level)} cannot be told apart from it"
    return f"{text}. {_blind(ranked, evaluation)}".rstrip()


def photos_of(evaluation: Evaluation) -> str:
    """Say how many photos there are, and how many failed."""
    text = count(len(evaluation.files), "photo")
    failed = len(evaluation.failed)
    return f"{text}, {failed} more could not be read or scored" if failed else text


def _blind(ranked: Sequence[Standing], evaluation: Evaluation) -> str:
    """Say which baseline does as well as the best method, as far as can be told, or better."""
    blind = [
        one
        for one in ranked
        if one.setting.baseline and one.behind and (one.level or _before(one, ranked))
    ]
    if not blind:
        return ""
    ahead = [one for one in blind if _before(one, ranked)]
    called = [name(one.setting, evaluation) for one in ahead or blind]
    names = listed([f"the {text[0].lower()}{text[1:]}" for text in called])
    if ahead:
        text = (
            f"{names} {'does' if len(ahead) == 1 else 'do'} at least as well, without having seen"
        )
        return f"{text[0].upper()}{text[1:]} the model."
    return f"Nor can {names} be told apart from it, without having seen the model."


def _before(one: Standing, ranked: Sequence[Standing]) -> bool:
    first = next(n for n, other in enumerate(ranked) if not other.setting.baseline)
    return ranked.index(one) < first


def _some(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _metric(metric: str) -> str:
    title = METRICS[metric].title
    return title if title.isupper() or title.split()[0].isupper() else title[0].lower() + title[1:]
