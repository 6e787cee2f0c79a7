"""One line for each word of the trade that the page cannot do without, for tooltips."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "activation": "What a layer passes on: a stack of small pictures, one for each channel.",
        "against": "Evidence against a class: places that lowered its score.",
        "backward pass": "Working back from a score to what changed it; costs about as much as "
        "asking the model once.",
        "channel": "One of the small pictures that a layer makes; each responds to its own kind "
        "of pattern.",
        "checkpoint": "A file with the numbers a model has learnt.",
        "class": "One of the answers the model can give, such as “espresso”.",
        "class-agnostic": "The same map for every class: it shows what stands out, not what "
        "speaks for one class.",
        "colour scale": "Which colour stands for which value; each map can have its own, or all "
        "can share one.",
        "crop": "The model sees the middle of the photo, cut to a square; the rest plays no part.",
        "evidence": "How much one place in the photo raised or lowered the score of a class.",
        "finer-cam": "A map of what speaks for one class rather than another.",
        "forward pass": "Asking the model once: a photo goes in, scores come out.",
        "gradient": "How much a score would change if a value inside the network changed a little.",
        "grid": "The cells of a map before it is enlarged: no detail is finer than one of them.",
        "heatmap": "A picture of where the evidence lies: strong colours mark the most of it.",
        "layer": "One step of the network. Early ones see edges and colours, late ones see parts "
        "of things.",
        "logit": "The raw score of a class. Probabilities come from comparing the scores of all "
        "classes.",
        "map": "A picture of where the evidence lies: strong colours mark the most of it.",
        "method": "A recipe for turning the inside of a network into a map.",
        "multi-label": "A model that judges each class on its own, so its percentages need not "
        "add up to 100.",
        "npz": "A file of numbers that NumPy reads.",
        "opacity": "How strongly the map covers the photo.",
        "pad": "The whole photo is shown to the model, with bars filling up the square.",
        "parameters": "The numbers a network has learnt; more of them make a larger model.",
        "peak": "The strongest evidence at any single place of this map. Compare it only within "
        "one layer and method.",
        "preprocessing": "How a photo is resized and coloured before the model sees it.",
        "probability": "How sure the model is of a class, in its own opinion; it can be sure and "
        "wrong.",
        "score": "The raw score of a class. Probabilities come from comparing the scores of all "
        "classes.",
        "shared scale": "One colour scale for all maps: the same colour means the same value.",
        "sigmoid": "Turns one score into a probability, whatever the other classes score.",
        "softmax": "Turns the scores of all classes into probabilities that add up to 100 %.",
        "squash": "The whole photo is shown to the model, stretched to a square.",
        "stage": "The layers of the network that work at one size of picture; the layer shown is "
        "the last of them.",
        "state dict": "A PyTorch file that holds what a network has learnt, but not the network "
        "itself.",
        "threshold": "Values below this share of the scale are not drawn.",
        "token": "A patch of the photo, as a transformer sees it.",
        "top-1": "How often the model’s first guess is right, on photos kept for testing.",
        "top-5": "How often the right class is among the model’s first five guesses.",
        "transformer": "A network that compares patches of the photo with each other, instead of "
        "looking through small windows.",
        "weights": "The numbers a network has learnt.",
        "window": "The part of the photo that the model saw.",
    }
)
