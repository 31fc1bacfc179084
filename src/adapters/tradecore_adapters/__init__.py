"""The adapters: one folder per port, plus the doors through which callers come in."""
