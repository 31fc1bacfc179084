"""Engines that run outside of this process, and the room that holds their processes."""
