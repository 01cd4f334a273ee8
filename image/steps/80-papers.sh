# What is inside, under which licence, and the sums by which a copy is known to be whole.
python3 "$HERE/steps/papers.py" "$WORK" "$OUT" "$ARCH" "$VERSION" "$SOURCE_DATE_EPOCH"
zstd -q -T0 -12 -f "$OUT/valise-$ARCH.img" -o "$OUT/valise-$ARCH.img.zst"
(cd "$OUT" && sha256sum "valise-$ARCH.img" "valise-$ARCH.img.zst" "valise-$ARCH.sbom.json" "valise-$ARCH.licences.txt") \
  >"$OUT/valise-$ARCH.sha256"
# Written: what a card receives (holes of the file are not written by tools that know them).
echo "image: $(stat -c %s "$OUT/valise-$ARCH.img") bytes, $(du -B1 "$OUT/valise-$ARCH.img" | cut -f1) of them not holes;" \
  "compressed: $(stat -c %s "$OUT/valise-$ARCH.img.zst")" >&2
