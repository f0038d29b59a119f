#!/usr/bin/env bash
# Try the add-on and the Deadwood scene in Godot 4, without a window. Debian's stable release has none, so this gets
# that of Debian sid: as root, 1 GB, a few minutes, once. After `nox -s tests`:
#
#     demos/godot/try_godot4.sh [FOLDER]     where Godot is kept; .nox/godot4 if not said
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$(realpath -m "${1:-.nox/godot4}")

if [ ! -x "$root/godot" ]; then
    command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q debootstrap; }
    debootstrap --variant=minbase --include=godot sid "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    # Godot runs outside of that system, with its libraries, and so sees the files of this one.
    cat >"$root/godot" <<END
#!/bin/sh
libraries="$root/usr/lib/$(uname -m)-linux-gnu"
exec "$(echo "$root"/lib*/ld-linux*.so.*)" --library-path "\$libraries:\$libraries/pulseaudio" "$root/usr/bin/godot" "\$@"
END
    chmod +x "$root/godot"
fi

"$root/godot" --version
GODOT4="$root/godot" .nox/tests/bin/python -m pytest tests/test_clients.py tests/test_godot.py -k godot4 -v
