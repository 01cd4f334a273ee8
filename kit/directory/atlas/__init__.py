"""The map that moves under a finger: outlines and places from the box, tiles from a file that librarians load."""
