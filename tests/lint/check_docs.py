#!/usr/bin/env python3
"""Links and command lines on our pages lead somewhere, decisions have numbers and are listed,
the manual has every setting and metric, the image every package.

check_docs.py [ROOT [PLAUDITD PLAUDIT]] | --self-test
"""
import os
import re
import subprocess
import sys

from files import all_files, read

LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)]*))?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def anchors(page):
    """Of the page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page,
                                                          flags=re.M | re.S), re.M)}


def links(root, path):
    for match in LINK.finditer(CODE.sub("", read(root, path))):
        target = match.group(1)
        if re.match(r"[a-z]+:", target):
            continue
        target = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        if not os.path.exists(os.path.join(root, target)):
            yield f"{path}: the link to {target} leads nowhere"
        elif match.group(2) and match.group(2) not in anchors(read(root, target)):
            yield f"{path}: {target} has no heading #{match.group(2)}"


def decisions(root, pages):
    """Each ADR has a number of its own, says it, and stands in the list."""
    listed, taken = read(root, "docs/architecture.md"), {}
    for page in sorted(p for p in pages if p.startswith("docs/adr/")):
        number = int(os.path.basename(page)[:4])
        if number in taken:
            yield f"{page}: {taken[number]} has this number, too"
        taken[number] = page
        title = read(root, page).partition("\n")[0]
        if listed.count(title[2:].replace(". ", ". [", 1) + f"](adr/{page[9:]})") != 1:
            yield f"{page}: \"{title}\" does not stand once under Decisions in docs/architecture.md"


def settings(root, manual):
    for variable in re.findall(r'\.environment = "(\w+)"', read(root, "server/app/config.c")):
        if not re.search(r"\b%s\b" % variable, manual):
            yield f"docs/operations.md does not explain {variable}"
    for variable in set(re.findall(r"\bPLAUDIT_[A-Z_]+\b", read(root, "docker-compose.yml"))):
        if not re.search(r"\b%s\b" % variable, manual):
            yield f"docker-compose.yml sets {variable}, docs/operations.md does not explain it"


def metrics(root, manual):
    source = read(root, "server/api/health.c")
    for name in re.findall(r'"# HELP (\w+) [^%]|metric\(&?b, "(\w+)"', source):
        if "`%s`" % "".join(name) not in manual:
            yield f"docs/operations.md does not explain the metric {''.join(name)}"


def packages(root):
    """The image is built from what ./run installs."""
    needs = read(root, "packaging/needs.sh").split("build_needs()")[1].split("serve_needs()")[0]
    image = read(root, "Dockerfile").split("\nFROM ")[1]
    for package in re.findall(r"^\t\t([a-z0-9.-]+) has_", needs, re.M):
        if not re.search(r"(?<=\s)%s(?=\s)" % re.escape(package), image):
            yield f"Dockerfile does not install {package}, which packaging/needs.sh builds with"


def commands(text):
    """Command lines of our programs in code: (program, words)."""
    lines = [line for info, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S)
             if info in ("", "sh", "console") for line in block.replace("\\\n", " ").split("\n")]
    lines += re.findall(r"^ {4}(\S.*)", text, re.M)
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    for line in lines:
        for part in re.split(r"\||&&|;|\s#\s", line):
            words = re.sub(r"^\s*(\$ )?(\w+=\S* )*", "", part).split()
            program = os.path.basename(words[0]) if words else ""
            if program in ("plaudit", "plauditd") and words[1:] and words[1] != "plaudit":
                yield program, words[1:]


def help_of(binary, *words):
    return subprocess.run([binary, *words, "--help"], capture_output=True, text=True, timeout=30,
                          check=True).stdout


def verbs_of(text):
    """verb -> what may follow it: {"serve": set(), "migrate": {"up", "down", "status"}}"""
    found = {}
    for verb, gap, rest in re.findall(r"^  ([a-z]+)( +)(.*)$", text.partition("Verbs:")[2], re.M):
        words = re.split(r" {2,}", rest)[0]
        several = "|" in words or (gap == " " and re.fullmatch(r"[a-z]+( [A-Z]+)?", words))
        second = set(re.findall(r"(?:^|\| )([a-z]+)", words)) if several else set()
        found.setdefault(verb, set()).update(second)
    return found


def options_of(text):
    return set(re.findall(r"^ {2,6}(?:-\S, )?--([a-z][a-z-]*)", text, re.M))


def command_is_known(words, general, help_of_verb):
    """What is wrong with the words of a command line, or nothing."""
    verbs, plain = verbs_of(general), [w for w in words if not w.startswith("-")]
    verb = plain[0] if plain else None
    if verb == "help":
        return None
    if verb is not None and verb not in verbs:
        return f"there is no verb {verb}"
    if verb is not None and verbs[verb] and plain[1:] and plain[1] not in verbs[verb]:
        return f"{verb} does not know {plain[1]}"
    known = options_of(general) | (options_of(help_of_verb(verb)) if verb else set())
    given = {w[2:].split("=")[0] for w in words if re.match(r"--[a-z]", w)}
    unknown = sorted(given - known - {"help", "version", "usage"})
    return f"there is no --{unknown[0]}" if unknown else None


def command_lines(root, pages, binaries):
    general = {name: help_of(binary) for name, binary in binaries.items()}
    for page in pages:
        for program, words in commands(read(root, page)):
            fault = command_is_known(words, general[program],
                                     lambda verb: help_of(binaries[program], verb))
            if fault:
                yield f"{page}: \"{program} {' '.join(words)}\": {fault}"


def check(root, binaries):
    pages = [p for p in all_files(root) if p.endswith(".md")]
    found = [fault for page in pages for fault in links(root, page)]
    found += command_lines(root, pages, binaries) if binaries else []
    manual = read(root, "docs/operations.md")
    return [*found, *decisions(root, pages), *settings(root, manual), *metrics(root, manual),
            *packages(root)]


HELP = """      --config=FILE   read settings

Verbs:
  serve                  run the server
  migrate up             bring up
  migrate down           take down
  wave       get | open  show, open
"""
PAGE = """
`plauditd migrate up --config X`, `plauditd serve` and `plaudit plaudit x` and plaudit nothing
```sql
create database plaudit owner x
```
```sh
A=1 plaudit wave open && bin/plauditd serve \\
  --config=y
```
"""
WRONG = ["plauditd mend", "plauditd migrate sideways", "plaudit wave open --quick", "plauditd --loud"]


def self_test():
    known = [" ".join(words) for _, words in commands(PAGE)
             if command_is_known(words, HELP, lambda verb: "") is None]
    if known != ["wave open", "serve --config=y", "migrate up --config X", "serve"]:
        return [f"of a good page it knows {known}"]
    return [f"not noticed: {line}" for line in WRONG if not any(
        command_is_known(words, HELP, lambda verb: "") for _, words in commands(f"`{line}`"))]


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    binaries = dict(zip(("plauditd", "plaudit"), arguments[1:]))
    if not all(os.path.exists(binary) for binary in binaries.values()) or not binaries:
        print("no programs are given or built: command lines on the pages are not looked at")
        binaries = {}
    return check(arguments[0] if arguments else ".", binaries)


if __name__ == "__main__":
    faults = main(sys.argv[1:])
    print("\n".join(faults) if faults else "the pages agree")
    sys.exit(1 if faults else 0)
