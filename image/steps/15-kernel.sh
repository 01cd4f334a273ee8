# The kernel that a name of the suite stands for, the Pi's firmware and the UEFI loader, as packages: they are unpacked by
# the next step, for nothing of them has to run here. On arm64 the kernel is that of the suite's backports: the suite's own
# does not know the RP1 of a Pi 5, behind which are its Ethernet and USB.
from=$SUITE names="raspi-firmware systemd-boot-efi"
[ "$ARCH" = amd64 ] && names="systemd-boot-efi" || from=$SUITE-backports
rm -rf "$WORK/unpacked"
mkdir -p "$WORK/unpacked"
apt_for "$ARCH"
cd "$WORK/unpacked"
kernel=$(apt-cache -o APT::Default-Release="$from" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
  --no-replaces --no-enhances "linux-image-$ARCH" | grep -oE '^linux-(image|binary|modules|base)-[0-9][^ ]*$' | sort -u)
[ -n "$kernel" ] || { echo "$from has no kernel for $ARCH." >&2; exit 1; }
apt-get download -qq -o APT::Default-Release="$from" $kernel
apt-get download -qq $names
