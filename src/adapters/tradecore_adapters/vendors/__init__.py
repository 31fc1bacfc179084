"""What adapters of vendors share: paced requests, answers kept on disk, and one flight per question."""
