# What a start would make anew each time is made once: compiled files, and the table of addresses (kit/web/rooms.py).
# Times are whole seconds and the recipe's own: the table compares them, and so does whoever builds it again.
emulate
find "$ROOT" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
chroot "$ROOT" /usr/bin/python3 -m compileall -q -j 2 --invalidation-mode unchecked-hash /usr/lib/valise/app >&2 ||
  echo "some files of libraries do not compile; they are for other Pythons" >&2
mkdir -p "$ROOT/tmp/first"
cp "$HERE/steps/warm.py" "$ROOT/tmp/first/"
chroot "$ROOT" /usr/bin/env -i PATH=/usr/bin PYTHONDONTWRITEBYTECODE=1 VALISE_DATA=/tmp/first/kit \
  /usr/bin/python3 -I -B /tmp/first/warm.py
rm -rf "$DATA"
mkdir -p "$DATA/kit/cache"
cp "$ROOT/tmp/first/kit/cache/routes" "$DATA/kit/cache/routes"
rm -rf "$ROOT/tmp/first" "$ROOT"/tmp/first.boot
chmod 0700 "$DATA/kit" "$DATA/kit/cache"
chown -R 900:900 "$DATA"
find "$ROOT" "$DATA" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
