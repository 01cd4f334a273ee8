# Partitions as files, then the whole card. No mount and no loop device. A stage in memory gives every folder the same
# order each time, so that the same tree makes the same bytes.
img=$OUT/valise-$ARCH.img
parts=$WORK/parts
rm -rf "$parts" "$WORK/genimage"
mkdir -p "$parts"
stage=$(mktemp -d "${IMAGE_TMPDIR:-/dev/shm}/valise-stage.XXXXXX")
undo "rm -rf '$stage'"
lay() { mkdir -p "$stage/$2"; tar -C "$1" --sort=name --numeric-owner -cf - . | tar -C "$stage/$2" --numeric-owner -xpf -; }
lay "$ROOT" root
lay "$DATA" data
# The suite's mke2fs, whatever this machine's is: since 1.47.1 no time of a file or of the making is later than
# SOURCE_DATE_EPOCH, times that nobody can set (ctime) included.
tools=$WORK/tools
rm -rf "$tools"
needed="e2fsprogs libext2fs2t64 libcom-err2 libblkid1 libuuid1 libss2 libc6"
[ "$ARCH" = amd64 ] && needed="$needed syslinux syslinux-common"
unpack_native "$tools" $needed
export MKE2FS_CONFIG=$tools/etc/mke2fs.conf
mke2fs() { native "$tools" usr/sbin/mke2fs "$@"; }
e2fsck() { native "$tools" usr/sbin/e2fsck "$@"; }

size=$(du -sm --apparent-size "$stage/root" | cut -f1)
blocks=$(du -sm "$stage/root" | cut -f1)
[ "$blocks" -gt "$size" ] && size=$blocks
mke2fs -q -t ext4 -b 4096 -L valise-root -U "$(uuid_of root)" -m 0 -O '^has_journal,^resize_inode' \
  -E "hash_seed=$(uuid_of seed),lazy_itable_init=0,root_owner=0:0,nodiscard" \
  -d "$stage/root" "$parts/root.ext4" "$((size * 106 / 100 + 24))M"
# Small here; it grows over the whole card at the first start.
mke2fs -q -t ext4 -b 4096 -L valise-data -U "$(uuid_of data)" -m 1 -J size=8 -O '^resize_inode,meta_bg' \
  -E "hash_seed=$(uuid_of seed),lazy_itable_init=0,root_owner=900:900,nodiscard" \
  -d "$stage/data" "$parts/data.ext4" 64M
e2fsck -fn "$parts/root.ext4" >/dev/null
e2fsck -fn "$parts/data.ext4" >/dev/null

rm -f "$parts/boot.vfat"
mebi=160
[ "$ARCH" = amd64 ] && mebi=96  # no firmware of a Pi in it
mkfs.vfat -F 32 -n VALISE -i 56414c49 --invariant -C "$parts/boot.vfat" $((mebi * 1024)) >/dev/null
(cd "$BOOT" && find . -mindepth 1 -type d | LC_ALL=C sort) | while read -r folder; do
  mmd -i "$parts/boot.vfat" "::${folder#.}"
done
(cd "$BOOT" && find . -type f | LC_ALL=C sort) | while read -r file; do
  mcopy -Q -m -i "$parts/boot.vfat" "$BOOT/$file" "::${file#.}"
done
[ "$ARCH" = amd64 ] && native "$tools" usr/bin/syslinux --install "$parts/boot.vfat"

cat >"$WORK/genimage.cfg" <<END
image valise-$ARCH.img {
  hdimage { partition-table-type = "mbr" disk-signature = 0x56414c49 align = 4M }
  partition boot { partition-type = 0xC bootable = true image = "boot.vfat" }
  partition root { partition-type = 0x83 image = "root.ext4" }
  partition data { partition-type = 0x83 image = "data.ext4" }
}
END
mkdir -p "$WORK/genimage/empty"
genimage --loglevel 1 --config "$WORK/genimage.cfg" --rootpath "$WORK/genimage/empty" --tmppath "$WORK/genimage/tmp" \
  --inputpath "$parts" --outputpath "$WORK/genimage"
mv "$WORK/genimage/valise-$ARCH.img" "$img"
if [ "$ARCH" = amd64 ]; then
  dd if="$tools/usr/lib/syslinux/mbr/mbr.bin" of="$img" bs=440 count=1 conv=notrunc status=none
fi
