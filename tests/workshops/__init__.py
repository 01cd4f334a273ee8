"""Workshops: rules, projections, pages, secrecy, and the last place."""
