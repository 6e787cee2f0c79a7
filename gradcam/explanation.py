"""What `explain` returns, and what can be done with it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from gradcam import files
from gradcam.drawing.render import Look
from gradcam.images import ImageSource
from gradcam.record import Record


class Explanation(Record):
    """The maps of one photo with all that made them; `gradcam.record.Record` names its fields."""

    def save(
        self, folder: str | Path, look: Look | None = None, *, pictures: bool = True
    ) -> list[Path]:
        """Write pictures, numbers and manifest.json; their paths.

        folder, look, pictures : as for `gradcam.files.save`.
        """
        return files.save(self, folder, look, pictures=pictures)

    def to_zip(self, look: Look | None = None) -> bytes:
        """What `save` writes, as one ZIP: its bytes.

        look : as for `gradcam.files.archive`.
        """
        return files.archive([self], look=look)


def load_explanation(source: str | Path | bytes, photo: ImageSource) -> Explanation:
    """What `Explanation.save` wrote, with the very numbers it had.

    Parameters
    ----------
    source : the folder, its `maps.npz` alone, or that file's bytes.
    photo : the one that was explained, as for `gradcam.read_image`. It is not kept in the files.

    Returns
    -------
    The Explanation that was saved.

    Raises
    ------
    ImageError : another photo (told by its pixels), or none.
    GradcamError : the files are missing, damaged, incomplete, too large, or not ours.
    """
    record = files.load(source, photo)
    return Explanation(**{field.name: getattr(record, field.name) for field in fields(record)})
