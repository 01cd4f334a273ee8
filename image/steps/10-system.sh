# Debian's part: a tree of packages as a tar, kept by its recipe. The slow step (its set-up is emulated), and the one
# that seldom changes. Kernel and boot firmware are the next step's.
key=$(key_of "$HERE"/packages/common "$HERE/packages/$ARCH" "$HERE"/steps/10-system.sh)
tar=$CACHE/system-$ARCH-$key.tar.zst
ln -sfn "$tar" "$WORK/system.tar.zst"
[ -s "$tar" ] && exit 0
emulate

write_sources "$WORK/sources.list"
rm -f "$tar.new"
undo "rm -f '$tar.new'"
TMPDIR=${IMAGE_TMPDIR:-/dev/shm} mmdebstrap --mode=root --format=tar --variant=essential --architectures="$ARCH" \
  --include="$(names_in "$HERE/packages/common" "$HERE/packages/$ARCH")" \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/lib/udev/hwdb.d/*' \
  --keyring=/usr/share/keyrings \
  "$SUITE" "$tar.new" - <"$WORK/sources.list"
zstd -q -T0 -3 --rm -f "$tar.new" -o "$tar.zst.new"
mv "$tar.zst.new" "$tar"
