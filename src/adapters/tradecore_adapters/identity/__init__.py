"""Identity: argon2id passwords and signed access tokens."""
