"""Opens model files that somebody uploaded, in another process that may do next to nothing.

A file of a model can claim any size, and some formats can call any function. So it is not opened in
the process that serves everybody: a small child reads it, with limits on its memory, time and
output, without a network and, on Linux, without the rest of the disk. What comes back is a plain
safetensors file that the child wrote, and a description; or one sentence.

    with opened(Path("mine.pth")) as safe:
        safe.description["format"], safe.shapes["fc.weight"]  # 'PyTorch, zip', (10, 512)
"""

from gradcam.vault.budget import Budget
from gradcam.vault.opening import Safe, opened
from gradcam.vault.scratch import scratch, unwritable

__all__ = ["Budget", "Safe", "opened", "scratch", "unwritable"]
