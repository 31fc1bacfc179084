"""Job queues: the wake-up calls of workers."""
