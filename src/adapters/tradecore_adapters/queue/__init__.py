"""Job queues: they wake idle workers."""
