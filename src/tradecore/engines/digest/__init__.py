"""The news digest: from what sources say to a report that tells each user each thing once."""
