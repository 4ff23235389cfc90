# Compiler flags for everything we compile. Floating point must give the same
# bits under every compiler, so contraction is off and fast-math never on.
option(PLAUDIT_WERROR "warnings are errors" OFF)
option(PLAUDIT_HARDEN "flags of the shipped build" OFF)
option(PLAUDIT_COVERAGE "gcov counters" OFF)
option(PLAUDIT_FUZZ "build the libFuzzer targets" OFF)
set(PLAUDIT_SANITIZE "" CACHE STRING "comma separated sanitizers")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-ffp-contract=off -fno-common)

set(PLAUDIT_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
	-Wmissing-prototypes -Wcast-qual -Wundef -Wvla -Wimplicit-fallthrough -Wformat=2)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
	list(APPEND PLAUDIT_WARNINGS -Wstring-conversion)
endif()
if(PLAUDIT_WERROR)
	list(APPEND PLAUDIT_WARNINGS -Werror)
endif()

if(PLAUDIT_SANITIZE)
	add_compile_options(-fsanitize=${PLAUDIT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${PLAUDIT_SANITIZE})
endif()
if(PLAUDIT_HARDEN)
	add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
	add_link_options(-pie -Wl,-z,relro,-z,now)
endif()
if(PLAUDIT_COVERAGE)
	add_compile_options(--coverage -O0)
	add_link_options(--coverage)
endif()
