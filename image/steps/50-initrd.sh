# A small first system: finds the root partition by its UUID, mounts it read-only, and lays memory over it. What is
# written to the system goes when the plug is pulled; what must stay lies on the data partition. Made without emulation.
release=$(cat "$WORK/release")
tree=$WORK/initrd
modules=$ROOT/usr/lib/modules/$release
rm -rf "$tree"
mkdir -p "$tree"/{bin,proc,sys,dev,run,lower,upper,system} "$tree/lib/modules/$release"
cp "$(find "$ROOT/usr/bin" -name busybox)" "$tree/bin/busybox"
for name in sh mount umount modprobe findfs sleep cat switch_root mkdir sort xargs find grep echo uname insmod; do
  ln -s busybox "$tree/bin/$name"
done
cp "$HERE/steps/init" "$tree/init"
chmod 755 "$tree/init"

# Whole families that a card, a USB disk or an emulator may need before the root is there, and what these need.
wanted='^kernel/(drivers/(mmc|virtio|nvme/host|usb/(host|storage|dwc2|common|core|phy|roles)|pci/controller|clk/bcm|misc/rp1|gpio|regulator|reset|pinctrl/bcm|mailbox|firmware|soc/bcm|pwm|phy/broadcom|dma/bcm|ata)/|drivers/(clk/clk-rp1|pinctrl/pinctrl-rp1|irqchip/irq-bcm2712-mip)|drivers/block/virtio_blk|drivers/scsi/(sd_mod|scsi_mod|virtio_scsi|scsi_common)|fs/(ext4|jbd2|overlayfs|nls)/|drivers/char/hw_random/|crypto/crc|lib/(libcrc32c|crc)|arch/[^/]+/crypto/crc)'
grep -E "$wanted" "$modules/modules.dep" | tr -d ':' | tr ' ' '\n' | grep . | sort -u | while read -r name; do
  mkdir -p "$tree/lib/modules/$release/$(dirname "$name")"
  case $name in
    *.ko.xz) xz -dc "$modules/$name" >"$tree/lib/modules/$release/${name%.xz}" ;;
    *.ko.zst) zstd -qdc "$modules/$name" >"$tree/lib/modules/$release/${name%.zst}" ;;
    *) cp "$modules/$name" "$tree/lib/modules/$release/$name" ;;
  esac
done
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$tree/lib/modules/$release/"
depmod -b "$tree" "$release"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc --owner 0:0) | zstd -q -10 >"$WORK/initrd.img"
