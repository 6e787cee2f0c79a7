"""A film for Chromium's fake camera, made of a photo."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from gradcam.types import Photo

SIZE = (640, 480)


def film(path: Path, photo: Photo, frames: int = 1, pan: int = 0) -> Image.Image:
    """Write a film (.mjpeg) that fills 640 × 480 pixels with the photo; return its first frame.

    frames, pan : how many different frames, and how many pixels the photo moves from one to the
        next and back again, so that no two in a row are the same.
    """
    whole = Image.fromarray(photo)
    reach = pan * (frames - 1)
    scale = max((SIZE[0] + reach) / whole.width, SIZE[1] / whole.height)
    whole = whole.resize((round(whole.width * scale), round(whole.height * scale)))
    left, top = (whole.width - reach - SIZE[0]) // 2, (whole.height - SIZE[1]) // 2
    steps = [*range(frames), *range(frames - 2, 0, -1)]
    shots = [
        whole.crop((left + n * pan, top, left + n * pan + SIZE[0], top + SIZE[1])) for n in steps
    ]
    with path.open("wb") as file:
        for shot in shots * (2 if len(shots) == 1 else 1):
            shot.save(file, "JPEG", quality=95, subsampling=0)
    return shots[0]


def camera_arguments(path: Path) -> list[str]:
    """Return Chromium's arguments for a camera that shows the film and is always allowed."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]
