# The first partition, which any computer reads: the Pi's own firmware, and a UEFI loader for PCs and emulators, both
# of which start the same kernel.
release=$(cat "$WORK/release")
rm -rf "$BOOT"
mkdir -p "$BOOT/EFI/BOOT" "$BOOT/loader/entries"
kernel=$WORK/kernel/boot/vmlinuz-$release
[ -e "$kernel" ] || kernel=$WORK/kernel/usr/lib/modules/$release/vmlinuz
cp "$kernel" "$BOOT/vmlinuz"
cp "$WORK/initrd.img" "$BOOT/initrd.img"
words="root=UUID=$(uuid_of root) ro quiet loglevel=4 panic=10 systemd.show_status=no"
case $ARCH in
  arm64)
    consoles="console=ttyS0,115200 console=tty0 console=ttyAMA0,115200"
    cp "$WORK"/firmware/usr/lib/systemd/boot/efi/systemd-bootaa64.efi "$BOOT/EFI/BOOT/BOOTAA64.EFI"
    pi=$WORK/firmware/usr/lib/raspi-firmware
    cp "$pi"/bootcode.bin "$pi"/fixup*.dat "$pi"/start*.elf "$BOOT/"
    cp -r "$pi/overlays" "$BOOT/overlays"
    cp "$WORK/kernel/usr/lib/linux-image-$release"/broadcom/bcm2[78]*-rpi-*.dtb "$BOOT/"
    mkdir -p "$ROOT/usr/lib/firmware/brcm"
    cp -n "$WORK"/firmware/usr/lib/firmware/brcm/* "$ROOT/usr/lib/firmware/brcm/" || true
    cat >"$BOOT/config.txt" <<'END'
# Read by the firmware of a Raspberry Pi. The kernel is Debian's own (upstream): so are the names of its device trees.
arm_64bit=1
upstream_kernel=1
kernel=vmlinuz
initramfs initrd.img followkernel
enable_uart=1
disable_splash=1
# A button between GPIO 3 and ground switches the suitcase off (and on again): the kernel's own driver does it.
dtoverlay=gpio-shutdown
END
    echo "$words $consoles" >"$BOOT/cmdline.txt"
    ;;
  amd64)
    consoles="console=ttyS0,115200 console=tty0 no_timer_check"
    cp "$WORK"/firmware/usr/lib/systemd/boot/efi/systemd-bootx64.efi "$BOOT/EFI/BOOT/BOOTX64.EFI"
    # An older PC (BIOS) starts by the card's first sector and syslinux: step 70 lays both.
    printf 'DEFAULT valise\nPROMPT 0\nLABEL valise\nLINUX /vmlinuz\nINITRD /initrd.img\nAPPEND %s\n' \
      "$words $consoles" >"$BOOT/syslinux.cfg"
    ;;
esac
printf 'timeout 0\ndefault valise.conf\neditor no\n' >"$BOOT/loader/loader.conf"
cat >"$BOOT/loader/entries/valise.conf" <<END
title La Valise nomade
linux /vmlinuz
initrd /initrd.img
options $words $consoles
END
cp "$HERE/LISEZ-MOI.txt" "$BOOT/LISEZ-MOI.txt"
find "$BOOT" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
