"""What a model goes by over a folder of photos, and which of it is suspect."""

from gradcam.find.classes import ClassFound
from gradcam.find.embedding import Embedding
from gradcam.find.folder import Class, Confusion, Found, find
from gradcam.find.suspects import STRONG, Suspect

__all__ = ["STRONG", "Class", "ClassFound", "Confusion", "Embedding", "Found", "Suspect", "find"]
