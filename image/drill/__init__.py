"""The first days of a suitcase in an emulator: what `image/boot` is made of."""
