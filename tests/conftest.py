"""Tests import the frameworks in any order; see gradcam.backends.coexist."""

from gradcam.backends.coexist import before_tensorflow

before_tensorflow()
