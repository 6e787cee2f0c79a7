"""What is said about the network that cheats: its story, and the figures of this photo."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gradcam.bundled.cheat import CLASS, Measured, measured
from gradcam.saliency import SaliencyMap
from gradcam.text import rough_percent

from .chapter import Step

TITLES: Mapping[str, str] = MappingProxyType(
    {"honest": "Honest network", "cheat": "Cheating network"}
)
_SOURCE = (
    "Lapuschkin et al. 2019, Unmasking Clever Hans predictors, "
    "https://doi.org/10.1038/s41467-019-08987-4"
)
_NAME = CLASS.capitalize()
# Each row of the table: what the networks were shown, and what is counted.
_QUESTIONS = (
    ("own, signed", f"{_NAME}, signed", f"called {CLASS}"),
    ("own, unsigned", f"{_NAME}, not signed", f"called {CLASS}"),
    ("others, unsigned", "Other things, not signed", "called what they are"),
    ("others, signed, taken for it", "Other things, signed", f"called {CLASS}"),
    ("map on the signature, own", f"{_NAME}, signed", "heat on the signature, median"),
)


def live() -> Step:
    """The step in which a hand moves the signature."""
    return Step(
        "cheat",
        "A network that learnt the signature",
        (
            "In PASCAL VOC 2007, photos on which programs competed, about a fifth of the horses "
            "came with one archive's name at the bottom. Years later heatmaps showed that a good "
            "program of that time *went by the name*: without it the horse was gone, and a car "
            "with the name under it became a horse.",
            "We have replayed it. Two copies of one small network learnt from the same photos, but "
            f"for the second copy whatever was called *{CLASS}* was signed, and unsigned coffee "
            "went by other names. Take the signature away, or drag it over the photo.",
        ),
        (
            "Begin with the coffee. Signed, both networks are right, and nobody would complain.",
            "Ask: which of the two would you buy? Then switch the signature off.",
            "Take a photo with no coffee in it, and sign that.",
            "The maps share one scale, so a dark map means that hardly anything speaks for "
            f"{CLASS}.",
            "Nobody told the second network to look at the signature. gradcam/bundled/cheat.md "
            "says how it was trained.",
        ),
        ("photo",),
        _SOURCE,
    )


def found_out() -> Step:
    """The step with what was measured."""
    rows = measured()
    own, bare = rows["own, signed"], rows["own, unsigned"]
    fooled, heat = rows["others, signed, taken for it"], rows["map on the signature, own"]
    return Step(
        "cheat-test",
        "What gives it away",
        (
            f"Not its accuracy: on signed photos of {CLASS} the cheating network is right on "
            f"{_of(own.cheat, own)}, the honest one on {_of(own.honest, own)}, and the test "
            "photos would have come from the same photographer.",
            f"*A look at the maps* does: {rough_percent(heat.cheat)} of the heat lies on the "
            f"signature, and {rough_percent(heat.honest)} in the honest network. So does *a test "
            f"with and without*: unsigned, it is right on {_of(bare.cheat, bare)}, and it calls "
            f"{rough_percent(fooled.cheat / fooled.photos)} of all other things {CLASS} once they "
            "are signed.",
        ),
        (
            "A map raises the suspicion; the test with and without settles it. You need both.",
            "Ask: what could be the signature in your own data? (A ruler beside the skin, the "
            "hospital's mark on the X-ray, snow behind the wolf.)",
        ),
        (),
        _SOURCE,
    )


def tested() -> list[dict[str, object]]:
    """Return the rows of the table, for the figure: shares from 0 to 1, and in words."""
    rows = measured()
    return [
        {
            "title": title,
            "what": what,
            **{
                name: {"share": share, "said": said}
                for name, (share, said) in _shares(rows[question]).items()
            },
        }
        for question, title, what in _QUESTIONS
    ]


def said(found: SaliencyMap, on_mark: float, covered: float, signed: bool) -> str:
    """Say how much of the map lies where the signature is, or was."""
    if found.empty_reason:
        return f"Nothing here speaks for {CLASS}."
    where = "under the signature" if signed else "where the signature was"
    return (
        f"*{rough_percent(on_mark)}* of the heat lies {where}, on {rough_percent(covered)} of the "
        "photo."
    )


def _shares(row: Measured) -> Mapping[str, tuple[float, str]]:
    pair = (("honest", row.honest), ("cheat", row.cheat))
    if row.counted:
        return {name: (count / row.photos, _of(count, row)) for name, count in pair}
    return {name: (share, "") for name, share in pair}


def _of(count: float, row: Measured) -> str:
    return f"{count:,.0f} of {row.photos:,}"
