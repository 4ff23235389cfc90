# shellcheck shell=bash
# What this project needs of a Debian machine; sourced by ./run and ./test.
#
# needs GROUP...   installs what the groups lack and nothing else; a machine that has everything
#                  is not changed and nobody is asked for a password
# Groups: build (compile), serve (a PostgreSQL server, curl), make (results of a programme),
# criterion (test programs), test (them and the checkers), browser (what needs one).

say() { printf '== %s\n' "$*" >&2; }
fail() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
has_encoding() { iconv --from-code="$1" --to-code=UTF-8 </dev/null >/dev/null 2>&1; }
has_file() { [ -e "$1" ] || compgen -G "$1" >/dev/null; }

# The server refuses PostgreSQL 15 before 15.19 (CVE-2026-14666), and no libpq older than that is
# wanted either; installing a package that is there brings its newest version.
newest_postgres() { find /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
has_postgres() {
	local program version
	program=$(newest_postgres)
	[ -n "$program" ] || return 1
	version=$("$program" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')
	at_least "$version" 15.19
}
has_libpq() { has_library libpq && at_least "$(pkg-config --modversion libpq)" 15.19; }

# Postfix would take the place of another; its tests are skipped then.
has_mail_server() { has_command postfix || has_file /usr/sbin/sendmail; }

# One line a need: the package, then the command that is true where it is there.
build_needs() {
	cat <<-'END'
		gcc has_command gcc
		libc6-dev has_file /usr/include/stdio.h
		cmake has_command cmake
		ninja-build has_command ninja
		pkg-config has_command pkg-config
		libuv1-dev has_library libuv
		libpq-dev has_libpq
		libssl-dev has_library libssl
		libcjson-dev has_library libcjson
		libcurl4-openssl-dev has_library libcurl
		libgmime-3.0-dev has_library gmime-3.0
		libutf8proc-dev has_library libutf8proc
		libuchardet-dev has_library uchardet
		libzip-dev has_library libzip
		libexpat1-dev has_library expat
		zlib1g-dev has_library zlib
		libxlsxwriter-dev has_library xlsxwriter
		libglib2.0-dev has_library glib-2.0
		r-mathlib has_file /usr/include/Rmath.h
	END
	# From Debian 13 on, most tables of the C library's iconv are a package of their own
	if ! has_encoding CP949; then
		echo "libc-gconv-modules-extra false"
	fi
	if ! has_library libllhttp && ! has_file /usr/share/llhttp/llhttp.c; then
		# Debian 12 ships the parser's C sources with the node package, Debian 13 a library
		if apt-cache show libllhttp-dev >/dev/null 2>&1; then
			echo "libllhttp-dev false"
		else
			echo "node-llhttp false"
		fi
	fi
}

serve_needs() {
	local program
	program=$(newest_postgres)
	if [ -z "$program" ]; then
		echo "postgresql has_postgres"
	else
		echo "postgresql-$(echo "$program" | cut -d/ -f5) has_postgres"
	fi
	cat <<-'END'
		curl has_command curl
		tzdata has_file /usr/share/zoneinfo/Europe/Oslo
		ca-certificates has_file /etc/ssl/certs/ca-certificates.crt
	END
}

make_needs() { echo "python3 has_command python3"; }

# CMake makes no test program without it.
criterion_needs() { echo "libcriterion-dev has_library criterion"; }

test_needs() {
	criterion_needs
	cat <<-'END'
		clang-14 has_command clang-14
		libclang-rt-14-dev has_file /usr/lib/llvm-14/lib/clang/14*/lib/linux
		clang-format-14 has_command clang-format-14
		codespell has_command codespell
		shellcheck has_command shellcheck
		debootstrap has_file /usr/sbin/debootstrap
		python3 has_command python3
		git has_command git
		swaks has_command swaks
		postfix has_mail_server
	END
}

# The browser's tests alone: they take playwright-core from npm's registry. Node and npm may well
# have come from elsewhere.
browser_needs() {
	cat <<-'END'
		chromium has_command chromium
		nodejs has_command node
		npm has_command npm
	END
}

missing() {
	local group package check
	for group in "$@"; do
		"${group}_needs"
	done | while read -r package check; do
		$check || echo "$package"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif has_command sudo; then
		sudo "$@"
	else
		fail "this needs root and there is no sudo: $*"
	fi
}

# The package would make and start a cluster "main"; ours is private, so that is not wanted.
without_main_cluster() {
	local folder=/etc/postgresql-common/createcluster.d
	local note=$folder/plaudit-install.conf st=0
	as_root mkdir -p "$folder"
	echo "create_main_cluster = false" | as_root tee "$note" >/dev/null
	("$@") || st=$? # a shell of its own: who fails there exits, and the note would stay
	as_root rm -f "$note"
	return $st
}

# The package would set the machine up to take mail; tests have set-ups of their own.
leave_mail_alone() {
	echo "postfix postfix/main_mailer_type select No configuration" |
		as_root debconf-set-selections
}

install_packages() {
	has_command apt-get || fail "these packages are missing and there is no apt-get: $*"
	say "installing with apt-get: $*"
	local log st=0
	as_root true # asks for the password, or says that it cannot
	log=$(mktemp)
	{
		as_root apt-get update -qq || echo "going on with the lists there are"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends "$@"
	} >"$log" 2>&1 </dev/null || st=$?
	if [ $st != 0 ]; then
		tail -n 20 "$log" >&2
	fi
	rm -f "$log"
	[ $st = 0 ] || fail "apt-get could not install: $*"
}

needs() {
	local -a lacking
	mapfile -t lacking < <(missing "$@")
	if [ ${#lacking[@]} -gt 0 ]; then
		case " ${lacking[*]} " in
		*" postfix "*) leave_mail_alone ;;
		esac
		case " ${lacking[*]} " in
		*" postgresql"*) without_main_cluster install_packages "${lacking[@]}" ;;
		*) install_packages "${lacking[@]}" ;;
		esac
		mapfile -t lacking < <(missing "$@")
		[ ${#lacking[@]} -eq 0 ] || fail "still missing: ${lacking[*]}"
	fi
	new_enough cmake "$(cmake --version | sed -n '1s/[^0-9]*//p')" 3.25
	new_enough gcc "$(gcc -dumpfullversion)" 10
	new_enough libuv "$(pkg-config --modversion libuv)" 1.44
	new_enough libpq "$(pkg-config --modversion libpq)" 15
}

new_enough() {
	at_least "$2" "$3" ||
		fail "$1 is $2 here, $3 or newer is needed; Debian 12 has it"
}

# configure PRESET DIR in the current directory; begins anew where the tree was moved or copied.
configure() {
	local fresh=()
	if [ -e "$2/CMakeCache.txt" ] &&
		! { grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$2/CMakeCache.txt" &&
			grep -qxF "CMAKE_CACHEFILE_DIR:INTERNAL=$2" "$2/CMakeCache.txt"; }; then
		fresh=(--fresh)
	fi
	cmake --preset "$1" -B "$2" "${fresh[@]}"
}

# Run by itself: packaging/needs.sh build serve
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	set -euo pipefail
	needs "$@"
fi
