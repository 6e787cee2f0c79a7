"""What a sanity check's curve says: does a method notice that the network has forgotten?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gradcam.text import count, listed

Verdict = Literal["notices", "notices late", "does not notice", "unclear", "nothing to compare"]
HALF = 0.5  # a mean correlation above it is nearer to an unchanged map than to an unrelated one
# Student's t, 95 %, two-sided, by degrees of freedom from 1.
_T = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)


@dataclass(frozen=True)
class Point:
    """What several runs gave at one depth.

    mean : over the runs that gave a number; None if none did.
    error : half the width of the mean's 95 % confidence interval; infinite for a single run.
    values : the number of each run, in order; None where there was nothing to compare.
    """

    mean: float | None
    error: float
    values: tuple[float | None, ...]

    @property
    def dead(self) -> int:
        """How many runs had nothing to compare."""
        return sum(value is None for value in self.values)


def point(values: Sequence[float | None]) -> Point:
    """Return mean and 95 % confidence interval (Student's t) of the runs that gave a number.

    >>> point([0.1, None, 0.3])
    Point(mean=0.2, error=1.271, values=(0.1, None, 0.3))
    """
    found = [value for value in values if value is not None]
    if not found:
        return Point(None, math.inf, tuple(values))
    mean = math.fsum(found) / len(found)
    free = len(found) - 1
    if not free:
        return Point(mean, math.inf, tuple(values))
    variance = math.fsum((value - mean) ** 2 for value in found) / free
    t = _T[free - 1] if free <= len(_T) else 2.0
    return Point(round(mean, 12), round(t * math.sqrt(variance / len(found)), 12), tuple(values))


def verdict(curve: Sequence[Point]) -> Verdict:
    """Return what follows from the mean rank correlations at depths 0, 1, … up to all blocks.

    With every block random, the interval lies below a half (it notices), above (it does not), or
    on both sides (unclear). It notices late if the mean is still above a half when only the first
    block is random, which is the one that tells classes apart.
    """
    last = curve[-1]
    if last.mean is None:
        return "nothing to compare"
    if last.mean - last.error > HALF:
        return "does not notice"
    if last.mean + last.error >= HALF:
        return "unclear"
    return "notices late" if falls_at(curve) > 1 else "notices"


def falls_at(curve: Sequence[Point]) -> int:
    """Return the depth from which on the mean stays below a half; one more than all if none."""
    depth = len(curve)
    for point in reversed(curve):
        if point.mean is not None and point.mean >= HALF:
            break
        depth -= 1
    return depth


def sentence(title: str, curve: Sequence[Point], blocks: Sequence[str]) -> str:
    """Return what follows for one method, with the numbers it follows from.

    Parameters
    ----------
    title : the method's name for people.
    curve : its mean rank correlations by depth.
    blocks : names of the blocks from the output down, one fewer than the curve has points.
    """
    found, last, total = verdict(curve), curve[-1], len(blocks)
    whole = f"all {total} blocks" if total > 1 else f"“{blocks[0]}”"
    end, first = number(last.mean), number(curve[1].mean)
    spread = f", give or take {number(last.error)}," if last.error > 0.005 else ""
    spread = spread if math.isfinite(last.error) else " in a single run"
    begins = f"to {first} with only “{blocks[0]}” random, and " if total > 1 else ""
    said = {
        "notices": f"{title} notices: the rank correlation falls from 1 {begins}to {end} with "
        f"{whole} random.",
        "notices late": f"{title} notices late: with {_late(curve, blocks)} random the rank "
        f"correlation is still {number(curve[falls_at(curve) - 1].mean)}; it falls to {end} with "
        f"{whole} random.",
        "does not notice": f"{title} does not notice: the rank correlation is still {end}{spread} "
        f"with {whole} random.",
        "unclear": f"It is unclear whether {title} notices: the rank correlation is {end}{spread} "
        f"with {whole} random.",
        "nothing to compare": f"Whether {title} notices cannot be told: with {whole} random its "
        "map shows nothing.",
    }[found]
    dead = sum(point.dead for point in curve)
    if dead:
        of = count(sum(len(point.values) for point in curve), "map")
        said += f" {dead} of {of} had nothing to compare."
    return f"{said[0].upper()}{said[1:]}"


def together(curves: Mapping[str, Sequence[Point]]) -> str:
    """Return one sentence about several methods, given by title."""
    found = {title: verdict(curve) for title, curve in curves.items()}
    said = []
    for kind in Counter(found.values()):
        titles = listed([title for title, of in found.items() if of == kind])
        many = sum(of == kind for of in found.values()) > 1
        said.append(_clause(kind, titles, many))
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def number(value: float | None) -> str:
    """Format a correlation with two decimals.

    >>> number(-0.004), number(0.436), number(None)
    ('0.00', '0.44', 'not defined')
    """
    if value is None:
        return "not defined"
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _late(curve: Sequence[Point], blocks: Sequence[str]) -> str:
    depth = falls_at(curve) - 1
    return f"only “{blocks[0]}”" if depth == 1 else f"{depth} of {len(blocks)} blocks"


def _clause(kind: Verdict, titles: str, many: bool) -> str:
    verb = {
        "notices": "notice" if many else "notices",
        "notices late": "notice late" if many else "notices late",
        "does not notice": "do not notice" if many else "does not notice",
    }.get(kind)
    if verb:
        return f"{titles} {verb}"
    return f"for {titles} it is unclear" if kind == "unclear" else f"of {titles} no map was left"
