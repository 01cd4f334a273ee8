"""Shelves of several libraries on one node: each names its organisation, which alone changes what stands on it."""
