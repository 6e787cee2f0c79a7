"""Wrap a Keras model you have in memory; the logits before its softmax are found for you."""

import keras

import gradcam

model = keras.Sequential(
    [
        keras.Input((96, 96, 3)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(16, 3, activation="relu", name="early"),
        keras.layers.MaxPooling2D(4),
        keras.layers.Conv2D(32, 3, activation="relu", name="late"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(2, activation="softmax"),
    ]
)  # your own, trained
clf = gradcam.wrap(model, labels=["cat", "dog"])
result = gradcam.explain(clf, "photo.jpg", layer=["early", "late"], classes=["dog"])
for one in result.maps:
    print(one.layer, one.prediction.label, one.empty_reason or f"up to {one.peak:.2g}")
    gradcam.overlay(result.photo, one).save(f"{one.layer}.png")
