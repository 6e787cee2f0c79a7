"""The live camera: the heatmap follows what somebody holds up."""

from .camera import camera, switch
from .shots import keep, shots

__all__ = ["camera", "keep", "shots", "switch"]
