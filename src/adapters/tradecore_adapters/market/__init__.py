"""Markets: where daily prices come from."""
