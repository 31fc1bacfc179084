"""The trading desk: from what was known on a day to a validated decision, one step at a time."""
