#!/usr/bin/env python3
"""The contract says what the code does: routes, who may, parameters, and every code of a refusal.

docs/openapi.json against the table in server/api/routes.c; the codes in the sources against the
tables of docs/api.md and docs/programme-file.md and the enums of openapi.json.
check_openapi.py [ROOT] | --self-test
"""
import functools
import json
import re
import sys

from files import all_files, read

all_files = functools.lru_cache(all_files)
read = functools.lru_cache(read)

METHODS = {"get", "head", "put", "post", "patch", "delete", "options"}
WORD = r"[a-z][a-z0-9_]*"
# Calls that carry a code, and the place of the argument it is in.
CALLS = {"exchange_problem": 2, "exchange_problem_errors": 2, "trouble_code": 2, "guard_refuse": 2,
         "refuse": 2, "answer_for_the_handler": 2, "not_there": 1, "CHANGED": 1,
         "answer_document_faults": 1, "source_refuse": 2}
# Codes in tables ({413, "body_too_large", ...}) and for refusals that have none of their own.
IN_TABLES = re.compile(r'[45]\d\d,\s*"(%s)"' % WORD)
INSTEAD = re.compile(r'problem_code\([^,()]+, "(%s)"\)' % WORD)
REFUSING = ("api", "http", "spool", "ingest", "review", "survey", "mapping", "standings", "board", "export", "pg")
# Never in an answer: the peer is gone, or the fault is ours and the log has the words.
UNSEEN = {"client_gone", "not_a_tally", "database_too_old"}
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


# Routes

def macros(text):
    """P and W of routes.c, spelled out."""
    found = {}
    for name, body in re.findall(r"^#define (\w+) (.+)$", text, re.M):
        found[name] = joined(body, found)
    return found


def joined(expression, known):
    """C's joining of literals: W "/open"."""
    parts = re.findall(r'"([^"]*)"|(\w+)', expression)
    return "".join(literal if not name else known[name] for literal, name in parts)


def accesses(text):
    """name -> (roles, query parameters)"""
    lists = {name: re.findall(r'"(\w+)"', body) for name, body in re.findall(
        r"static const char \*const (\w+)\[\] = \{(.*?)\};", text, re.S)}
    return {name: (re.findall(r"MAY\((\w+)\)", roles), lists.get(query, []))
            for name, roles, query in re.findall(
                r"static const struct access (\w+) = \{(.*?),\s*(\w+)\};", text, re.S)}


def routes(text):
    """(method, path) -> what the table says"""
    known, who, found = macros(text), accesses(text), {}
    line = re.compile(r"^\s*\{METHOD_(\w+),\s*(.+?),\s*&(\w+),\s*(&\w+|NULL),\s*(\w+),\s*(.+?)\},$",
                      re.M)
    for method, path, _, access, limit, suffixes in line.findall(text):
        roles, query = who[access[1:]] if access != "NULL" else ([], [])
        found[(method.lower(), joined(path, known))] = {
            "roles": sorted(role.lower() for role in roles), "query": sorted(query),
            "body": limit != "NO_BODY",
            "suffixes": sorted(s.lower() for s in re.findall(r"SUFFIX_(\w+)", suffixes))}
    return found


def resolved(document, value):
    while "$ref" in value:
        at = document
        for part in value["$ref"].lstrip("#/").split("/"):
            at = at[part]
        value = at
    return value


def operations(document):
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            op = item[method]
            parameters = [resolved(document, p) for p in op.get("parameters", [])]
            found[(method, path)] = {
                "roles": sorted(op.get("x-roles", [])),
                "query": sorted(p["name"] for p in parameters if p["in"] == "query"),
                "body": "requestBody" in op,
                "suffixes": sorted(op.get("x-suffixes", [])),
                "path": sorted(p["name"] for p in parameters if p["in"] == "path"),
                "open": op.get("security") == []}
    return found


def check_routes(text, document):
    table, contract = routes(text), operations(document)
    lines = len(re.findall(r"^\s*\{METHOD_", text, re.M))
    if lines != len(table) or not table:
        yield f"routes.c: {lines} lines look like routes, {len(table)} can be read"
    for route in sorted(set(table) ^ set(contract)):
        where = "openapi.json" if route in table else "routes.c"
        yield f"{route[0].upper()} {route[1]} is not in {where}"
    for route in sorted(set(table) & set(contract)):
        wanted = {**table[route], "path": sorted(re.findall(r"\{(\w+)\}", route[1])),
                  "open": not table[route]["roles"]}
        for what in wanted:
            if wanted[what] != contract[route][what]:
                yield (f"{route[0].upper()} {route[1]}: {what} is {wanted[what]} in routes.c, "
                       f"{contract[route][what]} in openapi.json")


# Codes

def arguments(text, at):
    """The arguments of the call whose bracket opens at `at`, literals and brackets respected."""
    depth, start, found, i = 0, at + 1, [], at
    while i < len(text):
        char = text[i]
        if char == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if (char == "," and depth == 1) or depth == 0:
            found.append(text[start:i].strip())
            start = i + 1
        if depth == 0:
            break
        i += 1
    return found


def codes_of_calls(path, text, calls):
    for match in re.finditer(r"(?<![\w.>])(%s)\s*\(" % "|".join(calls), text):
        given = arguments(text, match.end() - 1)
        place = calls[match.group(1)]
        if len(given) <= place:
            continue
        literals = re.findall(r'"(%s)"' % WORD, given[place])
        if not literals and "code" not in given[place]:
            line = text.count("\n", 0, match.start()) + 1
            yield None, f"{path}:{line}: which code does {match.group(1)}() give?"
        for code in literals:
            yield code, None


def sources(root, folders, suffix=".c"):
    for path in all_files(root):
        if path.startswith(tuple(f"server/{f}/" for f in folders)) and path.endswith(suffix):
            yield path, COMMENT.sub("", read(root, path))


def problem_codes(root):
    """Codes of whole answers, and calls that cannot be read."""
    codes, faults = set(), []
    for path, text in sources(root, REFUSING):
        for code, fault in codes_of_calls(path, text, CALLS):
            if fault:
                faults.append(fault)
            else:
                codes.add(code)
        codes |= set(IN_TABLES.findall(text)) | set(INSTEAD.findall(text))
    return codes - UNSEEN, faults


def row_codes(root):
    """Codes of rows: all words of decode, the faults of intake, the rules of fieldwork that one
    result can break, two of the database's."""
    codes, faults = set(), []
    for _, text in sources(root, ["decode"]):
        codes |= set(re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)"', text))
    for path, text in sources(root, ["survey"]):
        if path.startswith("server/survey/intake"):
            for code, fault in codes_of_calls(path, text, {"row_fault": 2, "row_fault_at": 2}):
                codes |= {code} - {None}
                faults += [fault] if fault else []
    for path, text in sources(root, ["mapping"]):
        for code, fault in codes_of_calls(path, text, {"mapped_fault": 1}):
            codes |= {code} - {None}
            faults += [fault] if fault else []
    codes |= set(re.findall(r'X\(\w+, "(%s)", false' % WORD, read(root, "server/survey/fieldwork.h")))
    for _, text in sources(root, ["ingest"], ".h"):
        codes |= set(re.findall(r'#define FAULT_\w+\s+"(%s)"' % WORD, text))
    return codes, faults


def warning_codes(root):
    """What an upload's report may warn of."""
    return set(re.findall(r'= "(%s)"' % WORD, read(root, "server/detect/warning.c")))


def table_codes(root):
    """Why no table can be made of a file: what the contracts promise and the sources give."""
    promised = set()
    for name in ("table", "xlsx", "sav", "triple_s"):
        text = read(root, f"server/tabular/{name}.h")
        for listed in re.findall(r"\* Codes(?: of all formats)?:((?:[\s*]|%s)+)" % WORD, text):
            promised |= set(re.findall(WORD, listed))
    given = set()
    for _, text in sources(root, ["tabular"]):
        given |= set(re.findall(r'"(%s)"' % WORD, text))
    return promised & given, [f"no source in server/tabular gives {c}, which a header promises"
                              for c in sorted(promised - given)]


def codes_in_tables(page, heading=None):
    """Words in backticks in the first column of the page's tables, below one heading or all."""
    if heading is not None:
        page = page.partition(f"\n{heading}\n")[2]
        page = re.split(r"\n#{1,%d} " % heading.count("#"), page)[0]
    return {code for cell in re.findall(r"^\|([^|]*)\|", page, re.M)
            for code in re.findall(r"`(%s)`" % WORD, cell)}


def last_column_codes(page, heading):
    section = re.split(r"\n## ", page.partition(f"\n{heading}\n")[2])[0]
    return set(re.findall(r"`(%s)`" % WORD, section))


def enums_of_code(value):
    """All codes a `code` property of the contract may have."""
    if isinstance(value, dict):
        code = value.get("properties", {}).get("code", {})
        found = set(code.get("enum", [])) | ({code["const"]} if "const" in code else set())
        return found.union(*(enums_of_code(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(enums_of_code(v) for v in value))
    return set()


def differences(what, here, wanted, where):
    for code in sorted(wanted - here):
        yield f"{where} does not explain the {what} {code}"
    for code in sorted(here - wanted):
        yield f"{where} explains the {what} {code}, which no source gives"


def check_codes(root, document):
    page = read(root, "docs/api.md")
    problems, faults = problem_codes(root)
    rows, row_faults = row_codes(root)
    yield from faults + row_faults
    yield from differences("code", codes_in_tables(page, "## Codes of refusals"), problems,
                           "docs/api.md")
    warnings = warning_codes(root)
    yield from differences("code", enums_of_code(document), problems | warnings,
                           "docs/openapi.json")
    yield from differences("warning", warnings & codes_in_tables(
        read(root, "docs/uploads.md"), "## What looks wrong"), warnings, "docs/uploads.md")
    tables, table_faults = table_codes(root)
    yield from table_faults
    yield from differences("code of a table", codes_in_tables(
        read(root, "docs/uploads.md"), "## When no table can be made"), tables, "docs/uploads.md")
    told = codes_in_tables(page, "## Codes of rows")
    told |= last_column_codes(read(root, "docs/programme-file.md"), "## What a result may say")
    for code in sorted(rows - told):
        yield f"docs/api.md does not explain the row's code {code}"
    for code in sorted(codes_in_tables(page, "## Codes of rows") - rows):
        yield f"docs/api.md explains the row's code {code}, which no source gives"


def check(root):
    document = json.loads(read(root, "docs/openapi.json"))
    return [*check_routes(read(root, "server/api/routes.c"), document),
            *check_codes(root, document)]


# Does it notice?

def planted(texts):
    """What check() says of our own tree with some files read differently."""
    global read
    true_read = read

    def changed(root, path):
        return texts[path](true_read(root, path)) if path in texts else true_read(root, path)

    read = changed
    try:
        return check("../..")
    finally:
        read = true_read


def swap(old, new):
    def change(text):
        if old not in text:
            raise SystemExit(f"the self test looks for {old!r} in vain")
        return text.replace(old, new, 1)
    return change


PLANTED = [
    ("server/api/routes.c", swap('"/livez", ', '"/alive", ')),
    ("server/api/routes.c", swap("{METHOD_PUT, ", "{METHOD_PATCH, ")),
    ("server/api/routes.c", swap('"threshold"', '"limit"')),
    ("server/api/routes.c", swap("MAY(FIRM) | MAY(SPONSOR)", "MAY(FIRM)")),
    ("server/api/routes.c", swap("SUFFIX_CSV | ", "")),
    ("server/api/routes.c", swap("PROGRAMME_BYTES_LIMIT", "NO_BODY")),
    ("docs/openapi.json", swap('"/readyz": {', '"/ready": {')),
    ("docs/openapi.json", swap('"name": "cursor"', '"name": "after"')),
    ("server/detect/warning.c", swap('"straight_lining"', '"curved_lining"')),
    ("docs/openapi.json", swap('"wrong_state"', '"odd_state"')),
    ("docs/api.md", swap("| `wrong_state` |", "| `odd_state` |")),
    ("docs/api.md", swap("`unclosed_quote`", "`open_quote`")),
    ("server/api/access.c", swap('"key_required"', '"key_wanted"')),
    ("server/http/framing.c", swap('"host_twice"', '"two_hosts"')),
    ("server/api/problem_of.c", swap('"outcome_unknown"', '"who_knows"')),
    ("server/survey/intake.c", swap('"not_in_wave"', '"elsewhere"')),
    ("server/decode/csv_decoder.c", swap('"unclosed_quote"', '"quote_left_open"')),
    ("server/api/wave_steps.c", swap('E_CONFLICT, "wrong_state"', "E_CONFLICT, why_not")),
]


def self_test():
    if check("../.."):
        return ["the tree itself has differences: see lint_openapi"]
    return [f"change {number} in {path} is not noticed"
            for number, (path, change) in enumerate(PLANTED) if not planted({path: change})]


if __name__ == "__main__":
    found = self_test() if sys.argv[1:] == ["--self-test"] else check(
        sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else "the contract holds")
    sys.exit(1 if found else 0)
