#!/usr/bin/env python3
"""Links lead somewhere, the manual has every setting and metric, the image every package.

check_docs.py [ROOT]
"""
import os
import re
import sys

from files import all_files, read

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def links(root, path):
    for match in LINK.finditer(CODE.sub("", read(root, path))):
        target = match.group(1)
        if re.match(r"[a-z]+:", target):
            continue
        if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
            yield f"{path}: the link to {target} leads nowhere"


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


def check(root):
    pages = [p for p in all_files(root) if p.endswith(".md")]
    found = [fault for page in pages for fault in links(root, page)]
    manual = read(root, "docs/operations.md")
    return [*found, *settings(root, manual), *metrics(root, manual), *packages(root)]


if __name__ == "__main__":
    faults = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(faults) if faults else "the pages agree")
    sys.exit(1 if faults else 0)
