"""The dashboard's parts, one concern a file: they ask or show, they never compute."""
