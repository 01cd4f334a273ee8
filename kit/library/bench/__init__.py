"""The bench: whatever arrives (browser, USB key, feed, pack) waits here, is read by a worker, and is accepted by staff.

Files lie in `data/bench/<batch>/`: `parts/` while they arrive, then `files/` under their own confined names. Nothing
of it is shown to the public; accepting moves the file to the blobs and writes the fact.
"""
