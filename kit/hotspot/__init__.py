"""The suitcase's own Wi-Fi: what its programs are told, the portal that phones open by themselves, and posters to join.

It assists and never gates: every page is reached without the portal's window, by an address that is typed or scanned.
"""
