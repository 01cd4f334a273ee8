# Debian's part: a tree of packages as a tar, kept by its recipe. The slow step (its set-up is emulated), and the one
# that seldom changes. Kernel and firmware come along as packages, to be unpacked by the next step without emulation.
key=$(key_of "$HERE"/packages/common "$HERE/packages/$ARCH" "$HERE"/steps/10-system.sh)
tar=$CACHE/system-$ARCH-$key.tar.zst
ln -sfn "$tar" "$WORK/system.tar.zst"
[ -s "$tar" ] && exit 0
emulate

write_sources "$WORK/sources.list"
unpacked="raspi-firmware systemd-boot-efi"
[ "$ARCH" = amd64 ] && unpacked="systemd-boot-efi"
cat >"$WORK/fetch" <<'END'
#!/bin/sh
# Fetches packages that are unpacked later: the kernel that the suite's own name stands for, and what boots it.
set -eu
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
kernel=$(apt-cache depends "linux-image-$ARCH" | awk '/Depends: linux-image/ {print $2; exit}')
mkdir -p "$1/var/cache/unpacked"
cd "$1/var/cache/unpacked"
apt-get download -qq -o APT::Sandbox::User=root "$kernel" $UNPACKED
END
chmod +x "$WORK/fetch"
export UNPACKED=$unpacked
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
  --customize-hook="$WORK/fetch" \
  "$SUITE" "$tar.new" - <"$WORK/sources.list"
zstd -q -T0 -3 --rm -f "$tar.new" -o "$tar.zst.new"
mv "$tar.zst.new" "$tar"
