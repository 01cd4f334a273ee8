# The tree of the card's system: Debian's part, its kernel, our files, the application. Nothing runs in it yet.
rm -rf "$ROOT" "$WORK/kernel" "$WORK/firmware"
mkdir -p "$ROOT" "$WORK/kernel" "$WORK/firmware"
zstd -q -dc "$(readlink -f "$WORK/system.tar.zst")" | tar -x -f - -C "$ROOT" --numeric-owner --exclude='./dev/*'

for package in "$WORK"/unpacked/*.deb; do
  case $(basename "$package") in
    linux-*) dpkg-deb -x "$package" "$WORK/kernel" ;;
    *) dpkg-deb -x "$package" "$WORK/firmware" ;;
  esac
  dpkg-deb -f "$package" Package Version Architecture >"$WORK/$(basename "$package" .deb).control"
done
modules=$(find "$WORK/kernel" -type d -path '*/lib/modules/*' -name '[0-9]*' -prune | head -1)
release=$(basename "$modules")
echo "$release" >"$WORK/release"
mkdir -p "$ROOT/usr/lib/modules"
cp -a "$modules" "$ROOT/usr/lib/modules/"
rm -rf "$ROOT/usr/lib/modules/$release"/{vmlinuz,System.map,config,dtb}  # newer kernels keep them beside; what boots lies on the first partition
# Drivers of things a suitcase has not: whole families, none of which others need.
for family in drivers/gpu/drm/{amd,nouveau,radeon,i915,xe,msm,mediatek} drivers/{infiniband,media,isdn,staging,iio} sound \
  drivers/net/{fddi,hamradio,wan,arcnet} drivers/scsi/{lpfc,qla2xxx,bfa,megaraid} net/{rds,sctp,tipc,dccp,atm,appletalk}; do
  rm -rf "$ROOT/usr/lib/modules/$release/kernel/$family"
done
depmod -b "$ROOT/usr" -o "$ROOT/usr" "$release" 2>/dev/null || depmod -b "$ROOT" "$release"
mkdir -p "$ROOT/usr/share/doc/kernel"
cp "$(find "$WORK/kernel" -path '*/doc/*' -name copyright | head -1)" "$ROOT/usr/share/doc/kernel/"

cp -r --preserve=mode,links "$HERE/system/." "$ROOT/"  # times of a checkout are nobody else's: step 40 sets them
chown -R 0:0 "$ROOT/etc/valise" "$ROOT/etc/systemd" "$ROOT/etc/sysctl.d" "$ROOT/usr/lib/valise" "$ROOT/usr/lib/sysusers.d"
mkdir -p "$ROOT/boot/firmware" "$ROOT/var/lib/valise" "$ROOT/media" "$ROOT/usr/lib/valise/app"
systemd-sysusers --root="$ROOT" >/dev/null

python=$REPO/.venv/bin/python
# Wheels for another machine: they are unpacked by pip, not run.
platforms=()
machine=aarch64
[ "$ARCH" = amd64 ] && machine=x86_64
for glibc in $(seq 41 -1 17); do platforms+=(--platform "manylinux_2_${glibc}_$machine"); done
"$python" -m pip install --quiet --no-index --no-deps --no-compile --only-binary=:all: --upgrade --ignore-requires-python \
  --target "$ROOT/usr/lib/valise/app" --implementation cp --python-version "$PYTHON_OF_SUITE" \
  --abi "cp${PYTHON_OF_SUITE/./}" --abi abi3 --abi none \
  "${platforms[@]}" --platform "manylinux2014_$machine" "$WORK"/wheels/*.whl
rm -rf "$ROOT/usr/lib/valise/app/bin"
# pip notes from which file each came: folders of the machine that builds.
find "$ROOT/usr/lib/valise/app" -name direct_url.json -delete
# So do the programs that it makes (and that are not on the card): their first line names the Python of that machine.
sed -i '/\/direct_url\.json,/d; /^\.\.\/\.\.\/bin\//d' "$ROOT"/usr/lib/valise/app/*.dist-info/RECORD
# Tests, sources and debugging symbols stay at home (scripts/size says what that is worth); without binutils for the
# card's machine its code keeps its symbols.
"$python" "$REPO/scripts/installed_size.py" --prune "$ROOT/usr/lib/valise/app" \
  --strip "$(command -v "$machine-linux-gnu-strip" || true)"

cat >"$ROOT/etc/fstab" <<END
LABEL=VALISE /boot/firmware vfat ro,noatime,umask=0077,nofail,x-systemd.device-timeout=15min 0 0
UUID=$(uuid_of data) /var/lib/valise ext4 noatime,nosuid,nodev,commit=5,errors=remount-ro,x-systemd.growfs,x-systemd.device-timeout=15min 0 2
tmpfs /tmp tmpfs mode=1777,nosuid,nodev,size=40% 0 0
END
echo valise >"$ROOT/etc/hostname"
printf '127.0.0.1 localhost valise\n::1 localhost valise\n' >"$ROOT/etc/hosts"
: >"$ROOT/etc/machine-id"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$ROOT/etc/resolv.conf"
ln -sf /usr/share/zoneinfo/Europe/Paris "$ROOT/etc/localtime"
# Nobody signs in to the machine: no password, no console, no default secret.
chroot_free() { systemctl --root="$ROOT" --quiet "$@"; }
sed -i 's/^root:[^:]*:/root:!*:/' "$ROOT/etc/shadow"
chroot_free mask getty@.service serial-getty@.service getty.target console-getty.service autovt@.service nginx.service \
  hostapd.service wpa_supplicant.service e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer systemd-networkd-wait-online.service swap.target systemd-hibernate.service systemd-suspend.service \
  systemd-firstboot.service systemd-random-seed.service systemd-hwdb-update.service ldconfig.service fstrim.timer systemd-network-generator.service \
  systemd-binfmt.service proc-sys-fs-binfmt_misc.automount
chroot_free enable systemd-networkd.service systemd-resolved.service systemd-timesyncd.service valise.service \
  valise-front.service valise-steward.socket valise-card.service valise-first.service valise-hotspot.service \
  valise-firewall.service valise-hostapd.service valise-dnsmasq.service valise-advertise.service valise-staff-door.service valise-hall.service valise-grow.service valise-status.service
chroot_free set-default multi-user.target
# What a running system does not read: lists of packages that nobody changes on a card stay, for the papers' sake.
rm -rf "$ROOT"/var/cache/apt "$ROOT"/var/lib/apt/lists "$ROOT"/var/log/* "$ROOT"/boot/vmlinuz* "$ROOT"/boot/initrd*
find "$ROOT/usr/lib/python3.13" -name test -maxdepth 1 -exec rm -rf {} +
# Nothing of /usr is newer than what was made from it: no start makes it again (ConditionNeedsUpdate), least of all the
# database of hardware, minutes of an emulated or small machine; a suitcase has no use for it.
rm -rf "$ROOT"/usr/lib/udev/hwdb.d "$ROOT"/usr/lib/udev/hwdb.bin
touch "$ROOT/etc/.updated" "$ROOT/var/.updated"
