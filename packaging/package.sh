#!/bin/sh
# Makes a Debian package of an installed tree: package.sh TREE FOLDER
# Writes FOLDER/lorabook_VERSION_ARCHITECTURE.deb. The dependencies are those of the program, and OpenBLAS, which it loads
# when it computes.
set -eu
tree=$(realpath "$1") folder=$(realpath "$2")
version=$("$tree/usr/bin/lorabook" --version)
architecture=$(dpkg --print-architecture)

gzip -9 -n "$tree"/usr/share/man/man1/*.1
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir "$work/debian"
cat >"$work/debian/control" <<END
Source: lorabook

Package: lorabook
Architecture: any
END
libraries=$(cd "$work" && dpkg-shlibdeps -O "$tree/usr/bin/lorabook" 2>"$work/errors" | sed 's/^shlibs:Depends=//') \
  || { cat "$work/errors" >&2; exit 1; }
mkdir "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<END
Package: lorabook
Version: $version
Architecture: $architecture
Maintainer: lorabook <lorabook@localhost>
Installed-Size: $(du -sk --exclude DEBIAN "$tree" | cut -f 1)
Depends: $libraries, libopenblas0
Recommends: gnuplot-nox | gnuplot
Section: science
Priority: optional
Description: lab book for LoRA experiments
 Draws low-rank updates as NumPy would, measures what each rank, alpha and
 scaling rule keeps of them, trains toward them, and takes the results of
 one's own trainings. Every run is recorded in one SQLite file.
END
package=lorabook_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$tree" "$folder/$package" >/dev/null
echo "$folder/$package"
