#!/usr/bin/env python3
"""check_man.py PLAUDIT_BINARY SCD_FILE: the man page and --help name the same verbs and options.

A verb's own options must stand in its section of the page; options of every verb stand in
"OPTIONS OF EVERY VERB". Nothing may stand on the page that no help knows.
"""
import os
import re
import subprocess
import sys

OPTION_IN_HELP = re.compile(r"^ {2,6}(?:-\S, )?--([a-z][a-z-]*)", re.MULTILINE)
VERB_IN_HELP = re.compile(r"^  ([a-z]+) ", re.MULTILINE)
OPTION_IN_PAGE = re.compile(r"\*--([a-z][a-z-]*)\*")
COMMON_HEADING = "OPTIONS OF EVERY VERB"


def help_of(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        sys.exit(f"{binary} {' '.join(arguments)} ended with {done.returncode}")
    return done.stdout


def options_in_help(text):
    return set(OPTION_IN_HELP.findall(text))


def sections(page):
    """{heading: options defined there}; a definition is a line that begins with a "*-"."""
    found, heading = {}, ""
    for line in page.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        found.setdefault(heading, set())
        if line.startswith("*-"):
            found[heading] |= set(OPTION_IN_PAGE.findall(line))
    return found


def options_of_verb(page_sections, verb):
    own = [options for heading, options in page_sections.items()
           if re.match(rf"plaudit {verb}\b", heading)]
    return None if not own else set().union(*own)


def check_verb(binary, verb, page_sections, common):
    in_page = options_of_verb(page_sections, verb)
    if in_page is None:
        return [f"the page has no section of 'plaudit {verb}'"]
    in_help = options_in_help(help_of(binary, verb, "--help"))
    return ([f"plaudit {verb}: the page lacks --{o}" for o in sorted(in_help - common - in_page)] +
            [f"plaudit {verb}: the page has --{o}, the help does not"
             for o in sorted(in_page - in_help)])


def check(binary, page):
    general = help_of(binary, "--help")
    verbs = VERB_IN_HELP.findall(general.split("Verbs:", 1)[-1])
    page_sections = sections(page)
    common = page_sections.get(COMMON_HEADING, set())
    faults = [] if verbs else ["--help lists no verbs"]
    for option in sorted(options_in_help(general) - common):
        faults.append(f"{COMMON_HEADING}: the page lacks --{option}")
    in_some_help = options_in_help(general)
    for verb in verbs:
        faults += check_verb(binary, verb, page_sections, common)
        in_some_help |= options_in_help(help_of(binary, verb, "--help"))
    for option in sorted(common - in_some_help):
        faults.append(f"{COMMON_HEADING}: no help knows --{option}")
    return faults


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if not os.path.exists(sys.argv[1]):
        print(f"skipped: {sys.argv[1]} is not built")
        return
    with open(sys.argv[2], encoding="utf-8") as file:
        faults = check(sys.argv[1], file.read())
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(1)
    print("the man page agrees with --help")


if __name__ == "__main__":
    main()
