"""The dashboard: widgets and views around the `gradcam` engine. Nothing here computes a map."""
