# Words that several steps say.

# What a step must undo when the build ends, well or badly; the last first.
undo() { echo "$*" >>"$UNDO"; }

# The names in a list of packages, joined by commas.
names_in() { sed 's/#.*//' "$@" | tr -s ' \n' ',' | sed 's/^,//; s/,$//'; }

# A key for what these files and words make.
key_of() { { echo "$ARCH $SUITE"; cat "$@"; } | sha256sum | cut -c1-16; }

# A UUID that is the same for the same words.
uuid_of() { python3 -c 'import sys, uuid; print(uuid.uuid5(uuid.NAMESPACE_OID, " ".join(sys.argv[1:])))' valise "$@"; }

# Programs of the image's own architecture run in its tree.
emulate() {
  [ "$(dpkg --print-architecture)" = "$ARCH" ] && return
  if ! mountpoint -q /proc/sys/fs/binfmt_misc; then
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    undo "umount /proc/sys/fs/binfmt_misc"
  fi
  arch-test "$ARCH" >/dev/null 2>&1 ||
    grep -h '^:' /usr/lib/binfmt.d/qemu-aarch64.conf >/proc/sys/fs/binfmt_misc/register
  arch-test "$ARCH" >/dev/null || { echo "This machine cannot emulate $ARCH." >&2; exit 1; }
}

ROOT=$WORK/root
BOOT=$WORK/boot
DATA=$WORK/data
