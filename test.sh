#!/usr/bin/env bash
# Runs everything that must hold: format, vet, generated templates, all tests on SQLite and PostgreSQL, and the race
# detector on the packages where goroutines meet. Installs what it needs where apt and root allow. `./test.sh quick` leaves
# the race detector out.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'test.sh: %s\n' "$*" >&2; exit 1; }

# install PACKAGE: from the system's own packages, if we may.
install() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	say "installing $1"
	{ apt-get -qq install -y --no-install-recommends "$1" || { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$1"; }; } \
		</dev/null >/dev/null 2>&1
}

have_postgres() { [ -n "${JAWORT_TEST_POSTGRES:-}" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

command -v go >/dev/null || fail "Go is not installed; go.mod names the version"
have_postgres || install postgresql || true
have_postgres || fail "the tests need PostgreSQL's server programs: install the package postgresql, or set JAWORT_TEST_POSTGRES to a server's address"
if grep -rqs --include='*_test.go' --exclude=deps_test.go 'chromedp/chromedp"' .; then
	have_chromium || install chromium || true
	have_chromium || fail "some tests look at pages in a browser: install the package chromium"
fi
if grep -rqs --include='*_test.go' -e 'jawort/smpp/smpptest"' -e 'exec.Command("npm"' .; then
	for program in node npm; do
		command -v "$program" >/dev/null || install "${program/%node/nodejs}" || true
		command -v "$program" >/dev/null || fail "some tests talk to programs on node: install the packages nodejs and npm"
	done
fi
for tool in pdftoppm:poppler-utils zbarimg:zbar-tools; do # read printed forms back
	command -v "${tool%%:*}" >/dev/null || install "${tool##*:}" || true
	command -v "${tool%%:*}" >/dev/null || fail "the tests read printed forms back: install the package ${tool##*:}"
done

command -v sipp >/dev/null || install sip-tester || true # calls are tested with somebody else's telephone
command -v sipp >/dev/null || fail "calls are tested with Debian's sipp: install the package sip-tester"

say "format"
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || fail "gofmt these: $unformatted"

say "templates"
drift=$(mktemp -d)
trap 'rm -rf "$drift"' EXIT
git ls-files -co --exclude-standard -- '*.templ' go.mod | while read -r f; do
	mkdir -p "$drift/$(dirname "$f")"
	cp "$f" "$drift/$f"
done
go tool templ generate -path "$drift" >/dev/null 2>"$drift/log" || { cat "$drift/log" >&2; fail "a template does not compile"; }
plain() { sed 's|FileName: `[^`]*/|FileName: `|' "$1"; } # the folder depends on where templ was called
(cd "$drift" && find . -name '*_templ.go') | while read -r f; do
	cmp -s <(plain "$drift/$f") <(plain "$f") || fail "$f is not what its template makes: go tool templ generate"
done

say "vet"
go vet ./...

# Lines about packages without tests tell nothing.
run() { go test "$@" 2>&1 | grep --line-buffered -v -e '\[no test files\]' -e '^$'; }

export JAWORT_TEST_FSYNC="${JAWORT_TEST_FSYNC:-off}" # of PostgreSQL's server, which no test kills

say "tests, on SQLite and PostgreSQL"
run -timeout 12m ./...

if [ "${1:-}" != quick ]; then
	command -v gcc >/dev/null || install gcc || true
	command -v gcc >/dev/null || fail "the race detector needs a C compiler: install the package gcc"
	say "tests with the race detector"
	CGO_ENABLED=1 run -race -short -timeout 12m ./db/ ./timer/ ./outbox/ ./contact/ ./intake/ ./dispatch/ ./emulator/ ./api/ ./gateway/ ./hook/ ./watch/ ./bring/
fi

say "all is well"
