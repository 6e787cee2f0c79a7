"""A package, since a library the tests compare against installs one of this name too."""
