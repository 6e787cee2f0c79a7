"""Suspects: small, tight groups of photos whose heat lies at the same place or on the same thing.

A network that has learnt a mark gives itself away in the photos that carry it: their heat lies on
the mark, so what lies under it is nearly the same in all of them, and unlike the rest of the class.
Classes have honest groups as well, such as photos from above. Those blend into the rest, whereas
between photos with a mark and photos without there is a gulf, and that gulf is the score.

For a candidate, a cluster of the class, all photos are placed on the line from the mean of the rest
to the mean of the group. A member's own vector is left out of that mean, or any group would lie
apart by chance where there are as many numbers as photos. The unit is the rest's spread. First the
group becomes its core, the photos whose cosines with that line are largest, up to where sorted
cosines fall furthest; then all photos that are nearer to its mean than to that of the rest. Each is
done again until it changes nothing.

    gulf = (what 90 % of the members exceed) − (what 98 % of the rest stay below)
    score = gulf · tightness⁴ · m / (m + 8)

Tightness is the median cosine of the m members with the mean of the others, so that a score is for
being apart, alike, and more than a handful. `docs/find.md` says what honest classes reach, and how
`STRONG` was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcam.find.embedding import NOWHERE, Labels, Wide, candidates
from gradcam.regions import EVERYWHERE, SEVERAL, region
from gradcam.types import Floats

Kind = Literal["place", "texture", "both"]
Members = NDArray[np.bool_]

STRONG = 0.5  # 1 of 100 honest classes reached it: docs/find.md
WORTH = 0.03  # a score below which a group is not mentioned
_MOST = 3  # suspects of a class
_SMALLEST = 4  # photos of a suspect
_LARGEST = 0.5  # of the class
FEWEST = 12  # photos of a class, to tell a group from the rest
_HANDFUL = 8  # photos; so many halve a group's score
_TIGHT = 4  # power of the tightness: a mark looks nearly the same in every photo
_ROUNDS = 10
_TYPICAL, _UNLIKELY = 0.1, 0.98  # quantiles, of the members and of the rest
_SHARED = 0.5  # of the smaller of two suspects in the other, for both to be the same
_THERE = 1 / 3  # of a photo's heat in the core of the group's, to lie at the same place
_TOLD = 0.8  # of the members at the same place, to name it
_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True)
class Suspect:
    """A group of photos of one class that seem to be recognised by the same thing.

    index, label : the class whose maps they are.
    files : the photos, the most typical first.
    of : how many photos of the class were compared.
    score : how far apart from the rest they are, and how alike; `strong` from `STRONG` on.
    kind : what they have in common: the heat's "place", the "texture" there, or "both".
    place : where the heat lies in them, as "at the lower left"; "" if that differs.
    cluster : the cluster by density that most of them are in; -1 for none.
    sentence : why they are suspect.
    """

    index: int
    label: str
    files: tuple[str, ...]
    of: int
    score: float
    kind: Kind
    place: str
    cluster: int
    sentence: str

    @property
    def strong(self) -> bool:
        """Whether few honest classes reach its score; docs/find.md says how few."""
        return self.score >= STRONG


class Group(NamedTuple):
    """Members of a class that stand apart, their score, and how near every photo is to them."""

    members: Members
    score: float
    along: Wide


def groups(vectors: Wide) -> list[Group]:
    """Return the groups that stand apart most, at most `_MOST`, no two with the same photos.

    vectors : (n, d), a photo each, all different.
    """
    if len(vectors) < FEWEST:
        return []
    found = {}
    for members in candidates(vectors):
        if _SMALLEST <= members.sum() <= _LARGEST * len(vectors):
            group = _apart(vectors, members)
            if group is not None:
                found[group.members.tobytes()] = group
    return list(_different(sorted(found.values(), key=lambda group: -group.score)))


def suspects(
    label: str,
    index: int,
    files: Sequence[str],
    maps: Floats,
    clusters: Labels,
    described: Mapping[Kind, Wide],
) -> tuple[Suspect, ...]:
    """Return the suspects of a class, the strongest first.

    Parameters
    ----------
    files, maps, clusters : of the photos, in one order; maps (n, h, w) sum to one.
    described : their vectors (n, d), by what they describe.
    """
    found = [(kind, group) for kind, vectors in described.items() for group in groups(vectors)]
    found.sort(key=lambda one: -one[1].score)
    kept = {id(group) for group in _different([group for _, group in found])}
    return tuple(
        _suspect(label, index, files, maps, clusters, kind, group)
        for kind, group in found
        if id(group) in kept and group.score >= WORTH
    )


def _apart(vectors: Wide, members: Members) -> Group | None:
    """Return the group that a candidate becomes; None if it becomes too small or too large."""
    members = _core(vectors, members)
    for _ in range(_ROUNDS):
        along, _ = _line(vectors, members)
        nearer = along > along[members].mean() / 2
        if not _SMALLEST <= nearer.sum() <= _LARGEST * len(vectors):
            return None
        if (nearer == members).all():
            break
        members = nearer
    along, cosine = _line(vectors, members)
    gulf = np.quantile(along[members], _TYPICAL) - np.quantile(along[~members], _UNLIKELY)
    size = members.sum() / (members.sum() + _HANDFUL)
    tightness = np.median(cosine[members])
    return Group(members, float(gulf * tightness**_TIGHT * size), along)


def _core(vectors: Wide, members: Members) -> Members:
    """Return those of all photos that are most alike, up to where likeness falls furthest."""
    for _ in range(_ROUNDS):
        _, cosine = _line(vectors, members)
        order = np.argsort(-cosine, kind="stable")
        most = max(_SMALLEST, int(_LARGEST * len(vectors)))
        falls = -np.diff(cosine[order])[_SMALLEST - 1 : most]
        alike = np.zeros(len(vectors), np.bool_)
        alike[order[: _SMALLEST + int(np.argmax(falls))]] = True
        if (alike == members).all():
            break
        members = alike
    return members


def _line(vectors: Wide, members: Members) -> tuple[Wide, Wide]:
    """Place photos on the line from the mean of the rest, 0, to that of the members: (n,).

    Returns where they lie, in units of the rest's spread, and their cosines with the line.
    """
    seen = vectors - vectors[~members].mean(axis=0)
    total = seen[members].sum(axis=0)
    others = np.where(members[:, None], total - seen, total)
    along = (seen * others).sum(axis=1) / np.maximum(np.linalg.norm(others, axis=1), _TINY)
    spread = np.sqrt(np.square(along[~members]).mean())
    cosine = along / np.maximum(np.linalg.norm(seen, axis=1), _TINY)
    return along / max(spread, _TINY), cosine


def _different(ranked: Sequence[Group]) -> Iterator[Group]:
    """Yield the first `_MOST` groups, without those that share their photos with a better one."""
    kept: list[Group] = []
    for group in ranked:
        if len(kept) == _MOST:
            return
        if not any(_same(group.members, other.members) for other in kept):
            kept.append(group)
            yield group


def _same(one: Members, other: Members) -> bool:
    return bool((one & other).sum() > _SHARED * min(one.sum(), other.sum()))


def _suspect(
    label: str,
    index: int,
    files: Sequence[str],
    maps: Floats,
    clusters: Labels,
    kind: Kind,
    group: Group,
) -> Suspect:
    typical = np.argsort(-group.along, kind="stable")
    names = tuple(files[n] for n in typical if group.members[n])
    place, there = _place(maps[group.members])
    sentence = _sentence(label, len(names), len(files), place, there)
    cluster = _most_common(clusters[group.members])
    return Suspect(index, label, names, len(files), group.score, kind, place, cluster, sentence)


def _place(maps: Floats) -> tuple[str, int]:
    """Return where most of the heat lies if most photos agree, and how many of them do."""
    mean = maps.mean(axis=0)
    ranked = np.sort(mean, axis=None)[::-1]
    core = mean >= ranked[int(np.searchsorted(np.cumsum(ranked), ranked.sum() / 2))]
    there = int((maps[:, core].sum(axis=1) >= _THERE).sum())
    words = region(mean)
    named = there >= _TOLD * len(maps) and words not in ("", EVERYWHERE, SEVERAL)
    return (words, there) if named else ("", 0)


def _sentence(label: str, count: int, of: int, place: str, there: int) -> str:
    begin = f"{count} of {of} photos explained as {label}: the heat lies "
    which = "all of them" if there in (0, count) else f"{there} of them"
    return f"{begin}{place or 'on the same thing'} in {which}."


def _most_common(clusters: Labels) -> int:
    names, counts = np.unique(clusters, return_counts=True)
    best = int(names[counts.argmax()])
    return best if counts.max() * 2 > len(clusters) else NOWHERE
