"""The Learn page: a story in chapters, told about one photo, one class and one network."""
