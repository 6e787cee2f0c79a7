"""The result of `explain`, and how to save and reload it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from gradcam import files
from gradcam.drawing import figure
from gradcam.drawing.render import Look
from gradcam.files.read import load
from gradcam.images import ImageSource
from gradcam.record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Explanation(Record):
    __doc__ = Record.__doc__

    def show(self, look: Look | None = None) -> Figure:
        """Draw the photo and its maps side by side in one matplotlib figure, and show it.

        Parameters
        ----------
        look : how the maps are drawn; by default `Look()`, in a diverging colormap for maps that
            keep both signs.

        Returns
        -------
        The figure, so that it can be changed or saved. In a script a window opens until it is
        closed; without a display nothing is shown.

        Raises
        ------
        Nothing of its own.
        """
        return figure.show(self, look)

    def _repr_png_(self) -> bytes:
        """Return the figure that a notebook shows for a result."""
        return figure.png(self)

    def save(
        self, folder: str | Path, look: Look | None = None, *, pictures: bool = True
    ) -> list[Path]:
        """Write pictures, numbers and manifest.json, and return their paths.

        folder, look, pictures : as for `gradcam.files.save`.
        """
        return files.save(self, folder, look, pictures=pictures)

    def to_zip(self, look: Look | None = None) -> bytes:
        """Return everything `save` writes as the bytes of one ZIP.

        look : as for `gradcam.files.archive`.
        """
        return files.archive([self], look=look)


def load_explanation(source: str | Path | bytes, photo: ImageSource) -> Explanation:
    """Load what `Explanation.save` wrote, with bit-identical maps.

    Parameters
    ----------
    source : the folder, the `maps.npz` in it, or that file's bytes.
    photo : the photo that was explained, as for `gradcam.read_image`; the files do not contain it.

    Returns
    -------
    The Explanation that was saved.

    Raises
    ------
    ImageError : `photo` is not an image, or its pixels are not the ones that were explained.
    GradcamError : the files are missing, damaged, incomplete, too large, or in another format.
    """
    record = load(source, photo)
    return Explanation(**{field.name: getattr(record, field.name) for field in fields(record)})
