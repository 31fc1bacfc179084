"""Local servers that speak the wire formats of vendors, failures included."""
