"""Choose the sign: evidence for a class, for and against it, or regardless of sign."""

import gradcam

clf = gradcam.load_model("bundled/photos")
for sign, colormap in [("for", "inferno"), ("both", "coolwarm"), ("abs", "inferno")]:
    result = gradcam.explain(clf, "photo.jpg", top_k=1, sign=sign)
    heat = result.maps[0].heat()
    print(f"{sign}: {heat.min():.3f} to {heat.max():.3f}")
    gradcam.overlay(result.photo, result.maps[0], colormap=colormap).save(f"{sign}.png")
