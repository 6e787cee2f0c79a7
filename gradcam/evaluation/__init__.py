"""How faithful maps are over a folder: every photo, method and layer scored, and what they say."""
