# The application and its libraries as wheels of the image's machine and Python, exactly those of scripts/locks.
wheels=$WORK/wheels
mkdir -p "$wheels"
python=$REPO/.venv/bin/python
"$python" -c "import hatchling, editables" 2>/dev/null || "$REPO/scripts/environment" run
machine=aarch64
[ "$ARCH" = amd64 ] && machine=x86_64
python3 "$HERE/steps/target_lock.py" "$REPO/scripts/locks/run.txt" "$PYTHON_OF_SUITE" "$machine" >"$WORK/lock.txt"
platforms=()
# pip takes the best of those it is told of, and only those (up to the suite's glibc, 2.41).
for glibc in $(seq 41 -1 17); do platforms+=(--platform "manylinux_2_${glibc}_$machine"); done
platforms+=(--platform "manylinux2014_$machine")
"$python" -m pip download --quiet --require-hashes --no-deps --only-binary=:all: --dest "$wheels" \
  --implementation cp --python-version "$PYTHON_OF_SUITE" --abi "cp${PYTHON_OF_SUITE/./}" --abi abi3 --abi none \
  "${platforms[@]}" -r "$WORK/lock.txt"
"$python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$wheels" "$REPO"
(cd "$wheels" && sha256sum -- *.whl) >"$WORK/wheels.sha256"
