"""Wrap a PyTorch model you have in memory."""

import torchvision

import gradcam

model = torchvision.models.resnet18(num_classes=2)  # your own, trained
clf = gradcam.wrap(model, labels=["cat", "dog"])
result = gradcam.explain(clf, "photo.jpg", layer=["layer3", "layer4"], classes=["dog"])
for one in result.maps:
    print(one.layer, one.prediction.label, one.empty_reason or f"up to {one.peak:.2g}")
    gradcam.overlay(result.photo, one).save(f"{one.layer}.png")
