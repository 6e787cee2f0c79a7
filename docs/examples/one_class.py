"""Explain one class at one layer, with a model from a file.

model.keras and labels.txt are your own. For a PyTorch model, use
load_model("model.pth", architecture="resnet18", labels=labels).
"""

from pathlib import Path

import gradcam

labels = Path("labels.txt").read_text(encoding="utf-8").splitlines()
preprocessing = gradcam.Preprocessing(resize=80, crop=(80, 80))  # as in training
clf = gradcam.load_model("model.keras", labels=labels, preprocessing=preprocessing)
result = gradcam.explain(clf, "photo.jpg", layer="layer3", classes=["espresso"])
gradcam.overlay(result.photo, result.maps[0], colormap="jet", alpha=0.5).save("one_class.png")
