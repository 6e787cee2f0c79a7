"""What is said about the watermark: sentences and figures, all of them this photo's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from gradcam.sentences import named
from gradcam.shortcuts import Reading, Readings, Standing
from gradcam.text import figures, ordinal, percent, rough_percent
from gradcam.types import Prediction

from .chapter import plain
from .watermark_rows import Row

_MATTERS = 1.25  # times as probable, or as improbable
_MOVES = 0.03  # of the map


def said(before: Readings, now: Readings, covered: float, classes: int) -> list[str]:
    """Say what the watermark does to the first of the classes, to its map, and to the answer.

    covered : the share of what the network sees that lies under it.
    classes : how many the network knows.
    """
    if covered == 0:
        return ["The text lies outside what the network sees, so it changes nothing."]
    one, other = before.classes[0], now.classes[0]
    return [
        _probability(one.standing, other.standing, classes),
        _map(one, other, covered),
        _answer(before, now),
    ]


def baseline(standing: Standing, classes: int) -> str:
    """Say how a class does on the photo as it is."""
    name, rank = name_of(standing.prediction), ordinal(standing.rank)
    return f"Without the text, {name} is {rank} of {classes:,} classes here: {odds(standing)}."


def of_all(rows: Sequence[Row]) -> str:
    """Sum up several photos, at least two of them."""
    factors = sorted((_factor(row.before, row.now), plain(row.title)) for row in rows)
    up = sum(row.now.rank < row.before.rank for row in rows)
    middle = median(factor for factor, _ in factors)
    (least, where_least), (most, where_most) = factors[0], factors[-1]
    name = name_of(rows[0].before.prediction)
    return (
        f"On {up} of these {len(rows)} photos {name} climbs. On the photo in the middle the text "
        f"makes it *{times(middle)} times* as probable: {times(most)} times on {where_most}, only "
        f"{times(least)} times on {where_least}."
    )


def reading(found: Reading) -> Mapping[str, object]:
    """Return a class's figures for the browser, as numbers and in words."""
    return {
        **place(found.standing),
        "label": found.standing.prediction.label,
        "onMark": found.on_mark,
        "onMarkSaid": rough_percent(found.on_mark),
        "empty": found.map.empty_reason,
    }


def place(standing: Standing) -> Mapping[str, object]:
    """Return where a class stands, as numbers and in words."""
    return {
        "probability": standing.prediction.probability,
        "rank": standing.rank,
        "odds": odds(standing),
        "ordinal": ordinal(standing.rank),
    }


def odds(standing: Standing) -> str:
    """Format a probability so that small ones can be compared.

    >>> from gradcam import Prediction
    >>> [odds(Standing(Prediction(0, "cup", p, 0.0), 1)) for p in (0.25, 8.28e-6)]
    ['25.0 %', '1 in 121,000']
    """
    share = standing.prediction.probability
    return percent(share) if share >= 0.01 or share == 0 else f"1 in {figures(1 / share)}"


def times(factor: float) -> str:
    """Format how many times as much something is.

    >>> times(103.4), times(3.94), times(0.082)
    ('103', '3.9', '0.082')
    """
    if factor >= 9.95:
        return f"{factor:,.0f}" if factor < 1e7 else figures(factor)
    return f"{factor:.1f}" if factor >= 0.95 else f"{factor:.2g}"


def factor(before: Standing, now: Standing) -> str:
    """Format how many times as probable a class is now."""
    return times(_factor(before, now))


def name_of(prediction: Prediction) -> str:
    """Return a class's label, which is untrusted text, as it stands in a sentence."""
    return plain(named(prediction))


def _factor(before: Standing, now: Standing) -> float:
    return now.prediction.probability / before.prediction.probability


def _probability(one: Standing, other: Standing, classes: int) -> str:
    name = name_of(one.prediction)
    factor = _factor(one, other)
    way = f"from {odds(one)} to {odds(other)}, and from {ordinal(one.rank)} to "
    way += f"{ordinal(other.rank)} of {classes:,} classes"
    if factor >= _MATTERS:
        return f"The text makes {name} *{times(factor)} times* as probable: {way}."
    if factor > 1 / _MATTERS:
        return f"Here the text hardly matters to {name}: {way}."
    return f"Here the text makes {name} *less* probable, {times(1 / factor)} times: {way}."


def _map(one: Reading, other: Reading, covered: float) -> str:
    name = name_of(one.standing.prediction)
    if other.map.empty_reason:
        return f"At this layer nothing speaks for {name}, so its map is empty."
    before, now = rough_percent(one.on_mark), rough_percent(other.on_mark)
    area = f"the text covers {rough_percent(covered)} of what the network sees"
    if other.on_mark - one.on_mark >= _MOVES:
        return f"{_capital(now)} of its map lies on the text, up from {before}; {area}."
    if other.on_mark - one.on_mark > -_MOVES:
        return f"Its map hardly moves: {now} of it lies on the text, {before} before; {area}."
    return f"Its map moves away from the text: {now} of it lies there, {before} before; {area}."


def _answer(before: Readings, now: Readings) -> str:
    one, other = before.answer, now.answer
    then, share = rough_percent(one.probability), rough_percent(other.probability)
    if one.index == other.index:
        return f"The answer is still {name_of(one)}, {share} now and {then} without the text."
    found = f"from {name_of(one)} ({then}) to {name_of(other)} ({share})"
    if other.index == now.classes[0].standing.prediction.index:
        return f"And now it is the network's *answer*: it changes {found}."
    return f"The answer changes too, {found}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
