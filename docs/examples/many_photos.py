"""Explain a batch of photos in one call, save each result, and report on all of them."""

from pathlib import Path

import gradcam
from gradcam.report import Report, html, pdf, slides

clf = gradcam.load_model("bundled/efficientnet-lite0")
photos = sorted(Path("photos").glob("*.jpg"))
results = gradcam.explain_batch(clf, photos, top_k=2)
for photo, result in zip(photos, results, strict=True):
    best = result.predictions[0]
    print(f"{photo.stem}: {best.label} {best.probability:.0%}")
    result.save(Path("maps") / photo.stem)

names = tuple(photo.name for photo in photos)
report = Report("Where the model looks", "Photos from one morning.", results, names=names)
Path("report.html").write_text(html(report), encoding="utf-8")
Path("report.pdf").write_bytes(pdf(report))
Path("report.pptx").write_bytes(slides(report))
