# What a start would make anew each time is made once: compiled files, and the table of addresses (kit/web/rooms.py).
# Times are whole seconds and the recipe's own: the table compares them, and so does whoever builds it again.
emulate
find "$ROOT" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# Compiled files are the same for every machine: the suite's Python of this one makes them, without emulation.
py=$WORK/python
rm -rf "$py"
unpack_native "$py" "python$PYTHON_OF_SUITE-minimal" "libpython$PYTHON_OF_SUITE-minimal" \
  "libpython$PYTHON_OF_SUITE-stdlib" libc6 zlib1g libexpat1
for folder in bin sbin lib lib64; do [ -e "$py/$folder" ] || ln -s "usr/$folder" "$py/$folder"; done
mv "$ROOT/usr/lib/valise/app" "$py/app"
# Named as they will be on the card; a few files of libraries are for other Pythons.
chroot "$py" "/usr/bin/python$PYTHON_OF_SUITE" -I -m compileall -q --invalidation-mode unchecked-hash \
  -s /app -p /usr/lib/valise/app /app >&2 || echo "some files of libraries do not compile" >&2
mv "$py/app" "$ROOT/usr/lib/valise/app"
rm -rf "$py"
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
