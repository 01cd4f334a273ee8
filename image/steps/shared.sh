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

# The suite's sources in a file; Debian's mirror is the one that this machine's apt uses. Backports are named for one
# package only (15-kernel): apt takes nothing from them unasked.
write_sources() {
  local debian security parts="main non-free-firmware"
  site() { apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk -v want="$1" '$1 ~ want {print $1; exit}'; }
  debian=$(site '/debian/?$') security=$(site '/debian-security/?$')
  [ -n "$debian" ] || { echo "apt knows no Debian mirror here." >&2; exit 1; }
  {
    echo "deb $debian $SUITE $parts"
    echo "deb $debian $SUITE-updates $parts"
    echo "deb $debian $SUITE-backports $parts"
    [ -z "$security" ] || echo "deb $security $SUITE-security $parts"
  } >"$1"
}

# An apt of its own for one architecture, told of the suite; nothing is installed by it: apt_for ARCH
apt_for() {
  local apt=$WORK/apt-$1
  mkdir -p "$apt"/{lists/partial,cache/archives/partial}
  write_sources "$apt/sources.list"
  : >"$apt/status"
  cat >"$apt/conf" <<END
Dir::State::Lists "$apt/lists"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "-"; Acquire::Languages "none"; APT::Sandbox::User "root";
Dir::Etc::trustedparts "/usr/share/keyrings"; APT::Architecture "$1"; APT::Architectures { "$1"; };
END
  export APT_CONFIG=$apt/conf
  apt-get update -qq
}

# Packages of the suite for the machine that builds, unpacked below a folder and never installed: unpack_native FOLDER NAME...
unpack_native() {
  local folder=$1 debs=$WORK/debs
  shift
  rm -rf "$debs"
  mkdir -p "$folder" "$debs"
  (apt_for "$(dpkg --print-architecture)" && cd "$debs" && apt-get download -qq "$@")
  for package in "$debs"/*.deb; do dpkg-deb -x "$package" "$folder"; done
}

# Runs a program that unpack_native laid below a folder, with the libraries that lie there: native FOLDER PROGRAM [ARGUMENT...]
native() {
  local folder=$1 program=$1/$2 loader libraries
  shift 2
  loader=$(find "$folder" -name 'ld-linux*.so.[0-9]' | sort | head -1)
  libraries=$(dirname "$(find "$folder" -name libc.so.6 | sort | head -1)")
  "$loader" --library-path "$libraries" "$program" "$@"
}

ROOT=$WORK/root
BOOT=$WORK/boot
DATA=$WORK/data
