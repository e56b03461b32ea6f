# `make demo` and `make test` are all that a fresh machine with a Swift toolchain needs.

PREFIX ?= /usr/local
# What the build and the tests use of Debian's packages.
PACKAGES = libboost-dev libkainjow-mustache-dev libopenblas-dev libsqlite3-dev libmd-dev libexpat1-dev libyaml-dev \
  nlohmann-json3-dev libpcre2-dev libminizip-dev sqlite3 python3 gnuplot-nox
VENV_PACKAGE = $(if $(shell python3 -c 'import ensurepip, sqlite3, venv' 2>/dev/null && echo there),,python3-venv)
# What the benchmarks use besides.
BENCH_PACKAGES = hyperfine gcc libc6-dev $(VENV_PACKAGE)
# An environment of Python stands in the user's cache, under the hash of its requirements: all clones share it.
CACHE = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lorabook
venv = $(CACHE)/$(1)-$(shell { python3 --version; cat $(2); } 2>/dev/null | sha256sum | cut -c 1-16)
BENCH_VENV = $(call venv,bench,Benchmarks/requirements.txt)
INTEROP_VENV = $(call venv,interop,Tests/InteropTests/requirements.txt)
PEERS_VENV = $(call venv,peers,Tests/PeerTests/requirements.txt)
# What the tests of interoperability use besides, where it is not there in another form: a LibreOffice without
# windows would take the place of a desktop's.
INTEROP_PACKAGES = $(if $(shell command -v soffice 2>/dev/null),,libreoffice-calc-nogui) $(VENV_PACKAGE)
INTEROP_PACKAGES += chromium bash-completion fish groff mandoc man-db zsh
# How long each parser is fuzzed.
FUZZ_SECONDS ?= 60
# The book that the demo records into.
DEMO_DB ?= demo.db
BUILD_PRODUCT = swift build -c release --static-swift-stdlib -Xlinker -L$(CURDIR)/$(STATIC) --product
# Holds the C++ library as an archive alone, which the linker takes where it finds it first: the shared one would be
# a fifth of what a start costs.
STATIC = .build-static
BINARY = .build/release/lorabook
SPLITTER = .build/release/fault-splitter
SHARE = $(DESTDIR)$(PREFIX)/share

.PHONY: demo test soak fuzz sanitize interop peers bench build install lint docs deps clean

demo: build
	@echo '$$ lorabook sweep --db $(DEMO_DB)'
	@$(BINARY) sweep --db $(DEMO_DB)
	@echo
	@echo '$$ lorabook ls --db $(DEMO_DB)'
	@$(BINARY) ls --db $(DEMO_DB)

test: deps
	swift test

# The loops that `make test` runs shortened, whole: suites with Soak in their names. Damaged books are opened by the
# program as it is installed, which also starts in half the time.
# The program in which every allocation fails in its turn is built likewise, because it splits in two hundreds
# of thousands of times. In memory, where there is a file system for that with room: what is on a disk is not what they ask.
soak: ROOM = $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] && echo /dev/shm || echo /tmp)
soak: build
	@$(BUILD_PRODUCT) fault-splitter --quiet >.build-log 2>&1 || { cat .build-log >&2; exit 1; }
	TMPDIR='$(ROOM)' LORABOOK_SOAK=1 LORABOOK_PROGRAM='$(CURDIR)/$(BINARY)' \
	  LORABOOK_FAULT_SPLITTER='$(CURDIR)/$(SPLITTER)' \
	  swift test --filter Soak

# Coverage-guided fuzzing of what reads anybody's input, a minute a parser or FUZZ_SECONDS: it ends at the first crash,
# hang or broken promise, and keeps what it finds in .fuzz. `Tests/Fuzzer/fuzz.sh 0` puts that into the corpus.
fuzz: deps
	LORABOOK_FUZZ=build swift build -c release --product fuzzer --scratch-path .build-fuzz \
	  -Xcc -fsanitize=fuzzer-no-link,address
	Tests/Fuzzer/fuzz.sh $(FUZZ_SECONDS)

# All tests, in both of Clang's checkers, and with them every lorabook that the tests start. Left out are those that
# limit the memory of a process, of which both checkers reserve terabytes without using them.
# A status of their own, 99, because 1 and 66 are statuses that a test may expect; and a file for each report, because
# a test may look at no status at all.
SANITIZE = swift test --skip 'HostileBookTests/limits' --skip 'HostileBookTests/sorting' \
  --skip 'SqlCommandTests/rows' --skip 'DamagedContentTests/unlike'
# ThreadSanitizer itself ends with a bus error where a process may write no large file, before the program has begun.
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

# The tests that LibreOffice and others read what lorabook writes. Here none is skipped.
interop: PACKAGES += $(INTEROP_PACKAGES)
interop: deps $(INTEROP_VENV)/installed
	LORABOOK_INTEROP='$(INTEROP_VENV)' swift test --filter InteropTests

# What is heavy to install or to run: torch, PEFT. By hand, before an issue is resolved. Here none is skipped.
peers: PACKAGES += $(VENV_PACKAGE)
peers: deps $(PEERS_VENV)/installed
	LORABOOK_PEERS='$(PEERS_VENV)' swift test --filter PeerTests

$(INTEROP_VENV)/installed: Tests/InteropTests/requirements.txt | deps
	$(install-venv)

$(PEERS_VENV)/installed: Tests/PeerTests/requirements.txt | deps
	$(install-venv)

# Holds a lock, as another clone may install the same.
define install-venv
	@mkdir -p '$(CACHE)' && flock '$(CACHE)/lock' sh -ec '[ ! -e "$@" ] || exit 0; \
	  echo "Installing from PyPI: $$(grep -v "^#" $< | tr "\n" " ")" >&2; \
	  python3 -m venv --clear "$(@D)"; \
	  "$(@D)/bin/pip" install --quiet --disable-pip-version-check --requirement $<; touch "$@"'
endef

# All benchmarks, or those of ROW=name,name; QUICK=1 makes them small. A whole run writes Benchmarks/results.md.
bench: PACKAGES += $(BENCH_PACKAGES)
# Read before anything is built.
bench: LOAD := $(shell cut -d ' ' -f 1 /proc/loadavg)
bench: build $(BENCH_VENV)/installed
	@$(BENCH_VENV)/bin/python Benchmarks/bench.py $(BINARY) $(if $(QUICK),--quick) $(if $(ROW),--row '$(ROW)') \
	  $(if $(LOAD),--load $(LOAD)) --results Benchmarks/results.md

# NumPy has to be there; a tracker that cannot be installed is said to be missing in its row, and tried again next time.
$(BENCH_VENV)/installed: Benchmarks/requirements.txt | deps
	@echo "Installing from PyPI: $$(grep -v '^#' $< | tr '\n' ' ')" >&2
	@mkdir -p '$(CACHE)' && python3 -m venv --clear $(BENCH_VENV)
	@install='$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check'; \
	if $$install --requirement $<; then touch $@; else $$install $$(grep '^numpy' $<); fi

# The linker's warning about a function of the toolchain's own libraries is not ours to mend.
build: deps
	@echo 'Building lorabook (the first time takes a minute or two) ...' >&2
	@mkdir -p $(STATIC) && ln -sf "$$(clang -print-file-name=libstdc++.a)" $(STATIC)/libstdc++.a
	@$(BUILD_PRODUCT) lorabook --quiet >.build-log 2>&1 || { cat .build-log >&2; exit 1; }

# The program, its manual pages, and what the shells need to complete its commands, sweeps and queries.
install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -s $(BINARY) '$(DESTDIR)$(PREFIX)/bin/lorabook'
	install -d '$(SHARE)/man/man1' '$(SHARE)/bash-completion/completions' '$(SHARE)/zsh/site-functions' \
	  '$(SHARE)/fish/vendor_completions.d'
	$(BINARY) --experimental-dump-help | python3 docs/manual.py '$(SHARE)/man/man1' "$$($(BINARY) --version)"
	$(BINARY) --generate-completion-script bash >'$(SHARE)/bash-completion/completions/lorabook'
	$(BINARY) --generate-completion-script zsh >'$(SHARE)/zsh/site-functions/_lorabook'
	$(BINARY) --generate-completion-script fish >'$(SHARE)/fish/vendor_completions.d/lorabook.fish'

lint:
	swift format lint --strict -r Package.swift Plugins Sources Tests

# The pages and the picture that follow from the .sql files.
docs: PACKAGES += graphviz
docs: deps
	python3 docs/make.py

# Installs what is missing, and does nothing where all is there.
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
	rm -rf .build .build-asan .build-fuzz .build-tsan .build-log $(REPORTS) $(STATIC) .fuzz
