"""What becomes of the sign: only what speaks for a class, for and against, or both as one."""

import gradcam

clf = gradcam.load_model("bundled/photos")
for activation, colormap in [("relu", "turbo"), ("none", "coolwarm"), ("abs", "turbo")]:
    result = gradcam.explain(clf, "photo.jpg", top_k=1, activation=activation)
    heat = result.maps[0].heat()
    print(f"{activation}: {heat.min():.3f} to {heat.max():.3f}")
    gradcam.overlay(result.photo, result.maps[0], colormap=colormap).save(f"{activation}.png")
