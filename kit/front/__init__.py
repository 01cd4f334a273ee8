"""The pages that belong to no single room: welcome, the console, search over everything."""
