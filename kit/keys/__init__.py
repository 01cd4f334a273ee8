"""Sealing, signing, wrapping and unlocking; the only room that touches cryptography (libsodium, by PyNaCl)."""
