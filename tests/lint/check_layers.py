#!/usr/bin/env python3
"""Holds includes and link lines to server/layers.txt.  check_layers.py [ROOT] | --self-test"""
import os
import re
import sys
import tempfile

from files import all_files, read

# What <...> may name everywhere: ISO C, POSIX and the kernel's own.
C_LIBRARY = re.compile(
    r"(sys|netinet|arpa|linux|net)/[a-z0-9_]+\.h|(aio|argp|byteswap|complex|ctype|dirent|dlfcn|"
    r"endian|err|errno|error|fcntl|fenv|float|fnmatch|ftw|getopt|glob|grp|iconv|inttypes|langinfo|"
    r"limits|locale|malloc|math|netdb|poll|pthread|pwd|regex|sched|search|signal|spawn|stdalign|"
    r"stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|syslog|"
    r"termios|tgmath|threads|time|uchar|unistd|wchar|wctype)\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)


def read_layers(text):
    """(folder -> (folders, outside headers)) in order, and what is wrong with the file itself."""
    layers, faults = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        left, _, outside = line.partition("|")
        folder, _, inside = left.partition(":")
        for used in inside.split():
            if used not in layers:
                faults.append(f"layers.txt:{number}: {folder} names {used}, which is not above it")
        layers[folder.strip()] = (inside.split(), outside.split())
    return layers, faults


def outside_is_allowed(header, outside):
    return C_LIBRARY.fullmatch(header) or any(
        header == one or (one.endswith("/") and header.startswith(one)) for one in outside)


def check_file(path, text, layers):
    folder = path.split("/")[1]
    if folder not in layers:
        return [f"{path}: the folder {folder} is not in layers.txt"]
    inside, outside = layers[folder]
    faults = []
    for match in INCLUDE.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        own, foreign = match.groups()
        if own is not None and "/" not in own:
            faults.append(f'{where}: "{own}" is not written from server/')
        elif own is not None and own.split("/")[0] not in inside + [folder]:
            faults.append(f'{where}: {folder} may not include "{own}"')
        elif foreign is not None and not outside_is_allowed(foreign, outside):
            faults.append(f"{where}: {folder} may not include <{foreign}>")
    return faults


def check_cmake(path, text, layers):
    """The folders of the link line are those of layers.txt, each before what it uses itself."""
    folder = path.split("/")[1]
    line = re.search(r"plaudit_folder\(\s*\w+([^)]*)\)", text) or re.search(
        r"target_link_libraries\(\s*%s\s+PUBLIC([^)]*)\)" % folder, text)
    if line is None or folder not in layers:
        return []
    linked = [word for word in line.group(1).split() if word in layers]
    wanted = layers[folder][0]
    if sorted(linked) != sorted(wanted):
        return [f"{path}: links [{' '.join(linked)}], layers.txt says [{' '.join(wanted)}]"]
    return [f"{path}: {later} must stand before {earlier}, which it uses"
            for i, earlier in enumerate(linked) for later in linked[i + 1:]
            if earlier in layers[later][0]][:1]


def check(root):
    layers, faults = read_layers(read(root, "server/layers.txt"))
    for path in all_files(root):
        if not path.startswith("server/") or path.count("/") < 2:
            continue
        if path.endswith((".c", ".h")):
            faults += check_file(path, read(root, path), layers)
        elif path.endswith("/CMakeLists.txt"):
            faults += check_cmake(path, read(root, path), layers)
    return faults


GOOD = {"server/layers.txt": "base: |\npg: base | libpq-fe.h\napi: base pg | openssl/\n",
        "server/base/a.c": '#include "base/a.h"\n#include <stdio.h>\n',
        "server/pg/b.c": '#include <libpq-fe.h>\n#include "base/a.h"\n',
        "server/api/c.c": '#include <openssl/evp.h>\n#include "pg/b.h"\n',
        "server/api/CMakeLists.txt": "plaudit_folder(api USES pg base LIBRARIES x)\n"}
PLANTED = [("server/base/a.c", '#include "pg/b.h"\n'),
           ("server/base/a.c", "#include <libpq-fe.h>\n"),
           ("server/pg/b.c", '#include "b.h"\n'),
           ("server/pg/b.c", "#  include <curl/curl.h>\n"),
           ("server/layers.txt", "base: pg |\npg: base |\n"),
           ("server/other/x.c", "int x;\n"),
           ("server/api/CMakeLists.txt", "plaudit_folder(api USES base)\n"),
           ("server/api/CMakeLists.txt", "plaudit_folder(api USES base pg)\n"),
           ("server/api/CMakeLists.txt", "target_link_libraries(api PUBLIC pg)\n")]


def faults_of(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return check(root)


def self_test():
    faults = [f"a clean tree: {f}" for f in faults_of(GOOD)]
    for path, text in PLANTED:
        if not faults_of({**GOOD, path: text}):
            faults.append(f"not noticed in {path}: {text.strip()}")
    return faults


if __name__ == "__main__":
    found = self_test() if sys.argv[1:] == ["--self-test"] else check(
        sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else "layers hold")
    sys.exit(1 if found else 0)
