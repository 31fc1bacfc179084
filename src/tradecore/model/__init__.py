"""The model: values that are checked when made, and entities whose every change says what happened."""
