"""Rate limiters: sliding windows in memory and in Redis."""
