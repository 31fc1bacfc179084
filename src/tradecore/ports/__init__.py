"""The promises the core needs kept by the outside world; each docstring is the contract its suite tests."""
