#!/usr/bin/env python3
"""What no compiler checks: banned calls, lengths, headers, states.

check_rules.py [ROOT] | --self-test.  One line is let through by a comment in it or above it,
    /* lint: allow NAME -- reason */
and a comment that lets nothing through is a fault itself.
"""
import os
import re
import sys
import tempfile

from files import all_files, read

FUNCTION_LINES, FILE_LINES = 60, 600
# name of a call: in which paths it is banned, in which of them it is not
BANNED = {name: (r"(server|clients)/", None) for name in (
    "strcpy strcat sprintf vsprintf strtok atoi atol atof gets localtime gmtime rand srand "
    "assert").split()}
BANNED |= {name: (r"server/", r"server/base/|server/app/main\.c") for name in (
    "printf fprintf puts putchar").split()}
BANNED |= {name: (r"(server|clients)/", r"server/base/|clients/c/") for name in (
    "malloc calloc realloc free strdup strndup asprintf").split()}
BANNED |= {name: (r"server/store/", None) for name in "snprintf vsnprintf".split()}
CALL = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(BANNED))
ALLOW = re.compile(r"/\* lint: allow (\w+) -- \S.*?\*/")
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
MACHINE = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users/\w+|root/\w+)/")
TEXT = (".c", ".h", ".py", ".sql", ".md", ".txt", ".cmake", ".json", ".yml", ".yaml", ".sh", ".ts",
        ".js", ".mjs", ".html", ".css", ".service", ".R", "run", "test", "Dockerfile", "pre-commit")


def without_noise(text):
    """Comments and literals blanked, line numbers kept."""
    return NOISE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def banned_calls(path, code):
    for number, line in enumerate(code.split("\n"), 1):
        for match in CALL.finditer(line):
            where, free = BANNED[match.group(1)]
            if re.match(where, path) and not (free and re.match(free, path)):
                yield number, match.group(1), f"{match.group(1)}() is banned here"


def states(path, code):
    """A file with a table of states assigns one in one place."""
    if not re.search(r"\w+_next\[\]\s*=\s*\{", code):
        return
    lines = [n for n, line in enumerate(code.split("\n"), 1) if re.search(r"->state\s*=[^=]", line)]
    for number in lines[1:]:
        yield number, "state", f"a second assignment to ->state, the first is in line {lines[0]}"


def lengths(path, code):
    lines = code.split("\n")
    opened = 0
    for number, line in enumerate(lines, 1):
        if line == "{":
            opened = number
        elif line == "}" and opened:
            if number - opened - 1 > FUNCTION_LINES:
                yield opened, "length", f"a function of {number - opened - 1} lines"
            opened = 0
    if len(lines) - 1 > FILE_LINES:
        yield 1, "length", f"a file of {len(lines) - 1} lines"


def words(path, text):
    if path.endswith(".h") and re.match(r"(server|clients)/", path) and not text.startswith("/**"):
        yield 1, "header", "a header opens with /** and a sentence"
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line) and "check_rules" not in path:
            yield number, "todo", "finish it or leave it out"
        if MACHINE.search(line) and "check_rules" not in path:
            yield number, "path", "a path of one machine"


def check_text(path, text):
    faults = list(words(path, text))
    if path.endswith((".c", ".h")):
        code = without_noise(text)
        faults += [*banned_calls(path, code), *states(path, code)]
        if re.match(r"(server|clients)/", path):
            faults += lengths(path, code)
    excuses = {(text.count("\n", 0, m.end()) + 1, m.group(1)): False
               for m in ALLOW.finditer(text) if path.endswith((".c", ".h"))}
    for line, name, said in faults:
        used = [e for e in ((line, name), (line - 1, name)) if e in excuses]
        excuses.update({e: True for e in used[:1]})
        if not used:
            yield f"{path}:{line}: {said}"
    for (line, name), used in excuses.items():
        if not used:
            yield f"{path}:{line}: the exception for {name} is not needed"


def check(root):
    return [fault for path in all_files(root) if path.endswith(TEXT) and "/data/" not in path
            for fault in check_text(path, read(root, path))]


GOOD = {"server/a/a.h": "/** A. */\nint f(void);\n",
        "server/a/a.c": 'int f(void)\n{\n\t/* strcpy(a, b) */\n\treturn g("gets(x)");\n}\n',
        "server/a/s.c": "static int a_next[] = {0};\nvoid e(struct a *a)\n{\n\ta->state = 1;\n}\n",
        "server/base/m.c": "void m(void)\n{\n\tfree(malloc(1));\n}\n",
        "server/a/x.c": "void x(void)\n{\n\tfree(y); /* lint: allow free -- libuv's */\n}\n"}
PLANTED = [("server/a/p.c", "void p(void)\n{\n\tstrcpy(a, b);\n}\n"),
           ("server/a/p.c", "void p(void)\n{\n\tx = malloc (1);\n}\n"),
           ("server/a/p.c", "void p(void)\n{\n\tprintf(b);\n}\n"),
           ("clients/cli/p.c", "void p(void)\n{\n\tx = atoi(b);\n}\n"),
           ("server/store/p.c", "void p(void)\n{\n\tsnprintf(b, 1, c);\n}\n"),
           ("server/a/s.c", GOOD["server/a/s.c"] + "void d(struct a *b)\n{\n\tb->state = 2;\n}\n"),
           ("server/a/p.c", "void p(void)\n{\n" + "\tx();\n" * 61 + "}\n"),
           ("server/a/p.c", "int x;\n" * 601),
           ("server/a/p.h", "#pragma once\n/** Late. */\n"),
           ("docs/p.md", "TO" + "DO\n"),
           ("docs/p.md", "see /home/" + "somebody/x\n"),
           ("server/a/p.c", "int x; /* lint: allow free -- for nothing */\n")]


def faults_of(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return check(root)


def self_test():
    faults = [f"a clean tree: {f}" for f in faults_of(GOOD)]
    return faults + [f"not noticed in {path}: {text[:60]!r}" for path, text in PLANTED
                     if not faults_of({**GOOD, path: text})]


if __name__ == "__main__":
    found = self_test() if sys.argv[1:] == ["--self-test"] else check(
        sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else "rules hold")
    sys.exit(1 if found else 0)
