"""Parses an HTML page and prints its parts as JSON, with the faults of its structure in "faults".

page_outline.py PAGE
"""
import html.parser
import json
import sys

VOID = {"meta", "br", "img", "hr", "input", "link", "wbr"}


class Outline(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links, self.headings = [], [], [], [], []
        self.elements, self.attributes, self.texts, self.tables = {}, set(), {}, []

    def handle_starttag(self, tag, attributes):
        self.elements[tag] = self.elements.get(tag, 0) + 1
        names = [name for name, _ in attributes]
        if len(set(names)) != len(names):
            self.faults.append(f"{tag} has an attribute twice")
        self.attributes.update(names)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "aria-labelledby"):
                self.links.append(value.lstrip("#"))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        tag = next((t for t in reversed(self.open) if t not in ("bdi", "code", "button")), "")
        if tag in ("h1", "h2", "h3"):
            self.headings.append([tag, data])
        if tag in ("td", "th"):
            self.tables[-1][-1][-1] += data
        self.texts[tag] = self.texts.get(tag, "") + data


outline = Outline()
outline.feed(open(sys.argv[1], encoding="utf-8", newline="").read())
outline.close()
faults = outline.faults + [f"{tag} is not ended" for tag in outline.open]
faults += [f"the id {i} is there twice" for i in set(outline.ids) if outline.ids.count(i) > 1]
faults += [f"nothing has the id {link}" for link in outline.links if link not in outline.ids]
level = 0
for tag, _ in outline.headings:
    if int(tag[1]) > level + 1:
        faults.append(f"{tag} comes after h{level}")
    level = int(tag[1])
faults += [f"an event handler: {name}" for name in outline.attributes if name.startswith("on")]
json.dump({
    "faults": faults, "elements": outline.elements, "headings": [text for _, text in outline.headings],
    "preformatted": outline.texts.get("pre", ""), "titles": outline.texts.get("title", ""),
    "cells": [cell for table in outline.tables for row in table for cell in row],
}, sys.stdout)
