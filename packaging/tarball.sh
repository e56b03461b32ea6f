#!/bin/sh
# Packs an installed tree, whose program has its libraries within it: tarball.sh TREE FOLDER
# Writes FOLDER/lorabook-VERSION-linux-MACHINE.tar.gz, with a README and the licences of what is linked.
set -eu
program=$1/bin/lorabook
version=$("$program" --version)
name=lorabook-$version-linux-$(uname -m)

needed=$(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }')
for library in $needed; do
  case $library in
  libc.so.* | libm.so.* | libgcc_s.so.* | ld-linux*) ;;
  *) echo "$program needs $library, which a bare Debian lacks: link its archive (DIST_ARCHIVES in the Makefile)." >&2
     exit 1 ;;
  esac
done
glibc=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 | cut -d _ -f 2)

mkdir -p "$1/licences"
linked=
for package in libboost-dev libexpat1-dev libkainjow-mustache-dev libminizip-dev libpcre2-dev libsqlite3-dev \
  libstdc++-12-dev libyaml-dev nettle-dev nlohmann-json3-dev zlib1g-dev; do
  package=$(dpkg-query -W -f '${Package}\n' "$package" 2>/dev/null) || continue
  cp -L "/usr/share/doc/$package/copyright" "$1/licences/$package"
  linked="$linked
  $package $(dpkg-query -W -f '${Version}' "$package")"
done
swift=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")
cp "$swift/share/swift/LICENSE.txt" "$1/licences/swift"
linked="$linked
  Swift's libraries, $(swift --version 2>/dev/null | grep -o 'Swift version [0-9.]*')"

cat >"$1/README" <<END
lorabook $version for Linux on $(uname -m)

    cp -r bin share ~/.local/

bin/lorabook needs the GNU C library $glibc or newer (Debian 12 has 2.36) and no other file to start. Two programs of others
do some of the work. lorabook says so where one is missing, and everything else works without:

    OpenBLAS (libopenblas.so.0), to compute sweeps and trainings    apt install libopenblas0
    gnuplot, to draw pictures                                       apt install gnuplot-nox

share/ has manual pages, and completions for bash, zsh and fish.

Linked into it, with their licences in licences/:
$linked
END
tar --create --gzip --file "$2/$name.tar.gz" --directory "$1" --owner 0 --group 0 --numeric-owner --sort name \
  --transform "s,^\.,$name," .
echo "$2/$name.tar.gz"
