"""The nouns and their rules: values that cannot be wrong, and entities that change only by saying what happened."""
