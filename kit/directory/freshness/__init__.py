"""Keeping the directory true: who checked what and when, places that are asked to confirm, words from outside."""
