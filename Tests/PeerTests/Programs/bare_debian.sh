#!/bin/bash
# Tries what `make dist` made in a bare Debian 12 in ./root: bare_debian.sh DIST
# Prints what the tarball's program says there, installs the package, and leaves a sweep of each as *.db.
set -eu -o pipefail
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
trap '$as_root rm -rf --one-file-system root' EXIT
cache=${XDG_CACHE_HOME:-$HOME/.cache}/lorabook/debootstrap
mkdir -p "$cache"
$as_root debootstrap --variant=minbase --cache-dir="$cache" bookworm root "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >bootstrap.log \
  || { tail bootstrap.log >&2; exit 1; }
$as_root tar --extract --file "$(echo "$1"/lorabook-*.tar.gz)" --directory root/opt
$as_root cp "$1"/lorabook_*.deb root/opt/lorabook.deb

inside() { $as_root chroot root env -u TMPDIR HOME=/root DEBIAN_FRONTEND=noninteractive sh -c "$1" 2>&1; }

inside '
  for tool in swift gcc sqlite3 gnuplot; do ! command -v $tool || echo "not bare: $tool"; done
  mv /opt/lorabook-* /opt/lorabook
  export LORABOOK_DB=/bare.db PATH=/opt/lorabook/bin:$PATH
  lorabook log --sweep ft --rank 8 --metric loss=1.5
  lorabook export --format csv
  lorabook sweep || echo "sweep: $?"
'
inside '
  apt-get update -qq && apt-get install -y -qq --no-install-recommends /opt/lorabook.deb >/dev/null || exit
  dpkg-query -W -f "Recommends: \${Recommends}\n" lorabook
  dpkg-query -W -f "\${Package} \${Status}\n" libopenblas0
  for file in bin/lorabook share/man/man1/lorabook.1.gz share/bash-completion/completions/lorabook \
    share/zsh/site-functions/_lorabook share/fish/vendor_completions.d/lorabook.fish; do
    dpkg-query -L lorabook | grep -x "/usr/$file"
  done
  lorabook sweep --db /package.db --quiet
  /opt/lorabook/bin/lorabook sweep --db /tarball.db --quiet
  lorabook plot article --db /package.db -o /article.svg || echo "plot: $?"
' 2>apt.log || { cat apt.log >&2; exit 1; }
cp root/package.db root/tarball.db .
inside 'dpkg --remove lorabook >/dev/null && ! command -v lorabook && echo removed'
