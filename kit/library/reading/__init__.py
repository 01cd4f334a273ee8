"""Turning a work into plain pages that cannot harm: chapters, drawings, styles, sheets, texts.

Imported by the routes when somebody reads, not at start: nh3, tinycss2 and mistune come with it.
"""
