"""Makes manual pages from what lorabook says of itself.

Usage: lorabook --experimental-dump-help | python3 manual.py FOLDER VERSION
Writes lorabook.1, and lorabook-COMMAND.1 for each command, in man(7) as groff and mandoc read it.
"""

import datetime
import json
import os
import pathlib
import re
import sys
import textwrap
import time

SECTIONS = {
    "EXIT STATUS": [
        ("0", "Done."),
        ("1", "A failure not named here."),
        ("64", "Wrong usage."),
        ("65", "Bad data: a malformed file or spec, a damaged book, or one of a newer lorabook."),
        ("66", "No such file, sweep or query."),
        ("73", "A file cannot be made."),
        ("74", "A file cannot be read or written, or the disk is full."),
        ("75", "The book is in use by another process."),
        ("130", "Interrupted."),
    ],
    "ENVIRONMENT": [
        ("LORABOOK_DB", "The book, where --db names none."),
        ("LORABOOK_QUERIES", "A folder with queries of your own, where --queries names none."),
        ("NO_COLOR", "If it is set, nothing is coloured."),
        ("COLUMNS", "How wide tables may be on a terminal."),
    ],
}


def escaped(text):
    """A text that groff takes for nothing but text."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("^", "\\(ha")
    text = text.replace("~", "\\(ti").replace("'", "\\(aq").replace('"', "\\(dq")
    text = "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)
    return "\\&" + text if text.startswith(".") else text


def filled(text):
    """A paragraph on short lines, which man(1) fills."""
    lines = textwrap.wrap(escaped(text), 79, break_long_words=False, break_on_hyphens=False)
    return "\n".join("\\&" + line if line.startswith(".") else line for line in lines)


def paragraphs(text):
    """The text of a help page: its paragraphs, and its examples as they are to be typed."""
    lines = []
    for index, part in enumerate((text or "").split("\n\n")):
        if index:
            lines.append(".PP")
        example = re.match(r"(?:Example|Start with):\s+", part)
        if example:
            lines += ["Example:", ".PP", ".in +4n", ".nf"]
            first, *more = part[example.end() :].split("\n")
            lines += [escaped(first), *(escaped("    " + line.strip()) for line in more)]
            lines += [".fi", ".in"]
        elif part:
            lines += [filled(part)]
    return lines


def name(argument_name):
    return ("-" if argument_name["kind"] == "short" else "--") + argument_name["name"]


def term(argument):
    """How an argument is written, and what it stands for."""
    value = "" if argument["kind"] == "flag" else f"\\fI{escaped(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value
    names = ", ".join(f"\\fB{escaped(name(each))}\\fR" for each in argument["names"])
    return f"{names} {value}".strip()


def synopsis(argument):
    text = term(argument) if argument["kind"] == "positional" else term(argument).split(", ")[-1]
    text += " .\\|.\\|." if argument["isRepeating"] else ""
    return f"[{text}]" if argument["isOptional"] else text


def meaning(argument):
    parts = [argument.get("abstract") or "", argument.get("discussion") or ""]
    values = argument.get("allValues")
    if values:
        parts.append(f"One of {', '.join(values)}.")
    if argument.get("defaultValue") is not None and argument["kind"] != "flag":
        parts.append(f"Unless given: {argument['defaultValue']}.")
    return filled(" ".join(part for part in parts if part))


def tagged(pairs):
    for head, body in pairs:
        yield from [".TP", head, body]


def arguments(command):
    return [each for each in command.get("arguments", []) if each.get("shouldDisplay", True)]


def page(title, abstract, version, body):
    made = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    date = datetime.datetime.fromtimestamp(made, datetime.timezone.utc).date().isoformat()
    head = [
        '.\\" Made by docs/manual.py from what the program says of itself.',
        f'.TH "{escaped(title.upper())}" "1" "{date}" "lorabook {version}" "lorabook"',
        ".SH NAME",
        filled(title + " - " + abstract.rstrip(".")).replace(" \\- ", " \\- ", 1),
    ]
    return "\n".join(head + body) + "\n"


def common_sections():
    for section, pairs in SECTIONS.items():
        yield f".SH {section}"
        yield from tagged((f"\\fB{escaped(head)}\\fR", filled(body)) for head, body in pairs)


def command_page(tool, command, version):
    title = f"{tool}-{command['commandName']}"
    shown = arguments(command)
    needed = [each for each in shown if not each["isOptional"] and each["kind"] != "positional"]
    positional = [each for each in shown if each["kind"] == "positional"]
    words = [f"\\fB{escaped(tool)} {escaped(command['commandName'])}\\fR"]
    words += [synopsis(each) for each in needed + positional]
    if any(each["isOptional"] and each["kind"] != "positional" for each in shown):
        words.append("[\\fIoptions\\fR]")
    body = [".SH SYNOPSIS", " ".join(words), ".SH DESCRIPTION", filled(command["abstract"])]
    if command.get("discussion"):
        body += [".PP", *paragraphs(command["discussion"])]
    for section, kinds in [("ARGUMENTS", ["positional"]), ("OPTIONS", ["option", "flag"])]:
        found = [each for each in shown if each["kind"] in kinds]
        if found:
            body += [f".SH {section}", *tagged((term(each), meaning(each)) for each in found)]
    body += [*common_sections(), ".SH SEE ALSO", f".BR {escaped(tool)} (1)"]
    return title, page(title, command["abstract"], version, body)


def tool_page(tool, commands, version):
    name = tool["commandName"]
    body = [".SH SYNOPSIS", f"\\fB{escaped(name)}\\fR \\fIcommand\\fR [\\fIoptions\\fR]"]
    body += [".SH DESCRIPTION", *paragraphs(tool.get("discussion")), ".SH COMMANDS"]
    body += tagged(
        (f"\\fB{escaped(each['commandName'])}\\fR", filled(each["abstract"])) for each in commands
    )
    body += [".SH OPTIONS", *tagged((term(each), meaning(each)) for each in arguments(tool))]
    body += [*common_sections(), ".SH SEE ALSO"]
    pages = [f".BR {escaped(name)}\\-{escaped(each['commandName'])} (1)" for each in commands]
    body += [each + " ," for each in pages[:-1]] + pages[-1:]
    return name, page(name, tool["abstract"], version, body)


def main():
    folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    tool = json.load(sys.stdin)["command"]
    commands = [
        each
        for each in tool["subcommands"]
        if each.get("shouldDisplay", True) and each["commandName"] != "help"
    ]
    pages = [tool_page(tool, commands, version)]
    pages += [command_page(tool["commandName"], each, version) for each in commands]
    folder.mkdir(parents=True, exist_ok=True)
    for title, text in pages:
        (folder / f"{title}.1").write_text(text, encoding="ascii")


main()
