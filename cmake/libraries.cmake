# The libraries we stand on, each a Debian package; nothing is downloaded.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(SSL REQUIRED IMPORTED_TARGET libssl)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(UCHARDET REQUIRED IMPORTED_TARGET uchardet)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(CRITERION IMPORTED_TARGET criterion)

find_library(RMATH_LIBRARY NAMES libRmath.a Rmath REQUIRED)
add_library(rmath INTERFACE)
target_link_libraries(rmath INTERFACE ${RMATH_LIBRARY} m)
target_compile_definitions(rmath INTERFACE MATHLIB_STANDALONE=1)

# llhttp: the library where a distribution has it (Debian 13), else Debian 12's
# C sources of node-llhttp. Strict mode in either case: without it a bare CR
# ends a header block (CVE-2023-30589, CVE-2025-23167).
pkg_check_modules(LLHTTP QUIET IMPORTED_TARGET libllhttp)
if(LLHTTP_FOUND)
	add_library(llhttp ALIAS PkgConfig::LLHTTP)
else()
	find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp REQUIRED NO_DEFAULT_PATH)
	find_path(LLHTTP_INCLUDE_DIR llhttp.h
		PATHS /usr/share/include/llhttp /usr/include/llhttp REQUIRED NO_DEFAULT_PATH)
	add_library(llhttp STATIC ${LLHTTP_SOURCE_DIR}/llhttp.c ${LLHTTP_SOURCE_DIR}/http.c
		${LLHTTP_SOURCE_DIR}/api.c)
	target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})
	target_compile_definitions(llhttp PUBLIC LLHTTP_STRICT_MODE=1)
	target_compile_options(llhttp PRIVATE -w -O2)
endif()
