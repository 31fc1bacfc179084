"""News sources: feeds over the network, files, lists of feeds, and the sample that ships with the package."""
