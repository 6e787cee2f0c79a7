"""Explain several layers with one forward pass, side by side and fused into one map."""

from PIL import Image

import gradcam

clf = gradcam.load_model("bundled/efficientnet-lite0")
stages = [layer.name for layer in clf.layers() if layer.stage]
result = gradcam.explain(clf, "photo.jpg", layer=stages, method="layercam", top_k=1)
merged = gradcam.explain(clf, "photo.jpg", layer=stages, method="layercam", top_k=1, fuse="max")

height, width, _ = result.photo.shape
maps = [*result.maps, *merged.maps]
sheet = Image.new("RGB", (width * len(maps), height))
for n, one in enumerate(maps):
    print(one.layer, one.values.shape)
    sheet.paste(gradcam.overlay(result.photo, one), (n * width, 0))
sheet.save("several_layers.png")
