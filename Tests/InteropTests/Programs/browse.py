"""Opens pages in Chromium and checks them as a reader would see them; prints the faults, and fails if there are any.

browse.py quiet CHROMIUM FOLDER PAGE …   no error, no request, nothing wider than the window, readable colours,
                                         at two widths, in light and dark, and on paper; pictures go to FOLDER
browse.py noisy CHROMIUM PAGE            errors, requests and dialogs occur and are counted
browse.py sort CHROMIUM PAGE             tables sort by click and by key
browse.py copy CHROMIUM PAGE             tables reach the clipboard, by button and by mouse
browse.py hostile CHROMIUM PAGE TEXTS    the texts, a JSON list, are in the page as texts and nothing else
"""
import json
import pathlib
import sys

from playwright.sync_api import sync_playwright

faults = []


def expect(condition, what):
    if not condition:
        faults.append(what)


class Visit:
    """One page in its own window, with its errors, requests and dialogs counted."""

    def __init__(self, browser, path, width=1280, scheme="light", allow=()):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.context.grant_permissions(list(allow))
        self.page = self.context.new_page()
        self.errors, self.requests, self.dialogs = [], [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.address = pathlib.Path(path).resolve().as_uri()
        self.page.goto(self.address)
        self.page.wait_for_timeout(200)

    def outside(self):
        return [url for url in self.requests if url != self.address]

    def is_quiet(self, name):
        expect(not self.errors, f"{name}: errors {self.errors}")
        expect(not self.outside(), f"{name}: requests {self.outside()}")
        expect(not self.dialogs, f"{name}: dialogs {self.dialogs}")

    def close(self):
        self.context.close()


# The contrast of every text and of every line of a picture with the page (WCAG 2.2, 1.4.3 and 1.4.11).
CONTRASTS = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (text) => {
    const [r, g, b] = rgb(text).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const background = (e) => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (rgb(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const least = { text: [99, ''], label: [99, ''], line: [99, ''] };
  const note = (kind, value, what) => { if (value < least[kind][0]) least[kind] = [value, what]; };
  for (const e of document.querySelectorAll('p, li, td, th, h1, h2, h3, a, span, button, pre, code, figcaption')) {
    const style = getComputedStyle(e);
    if (e.textContent.trim() && style.display !== 'none') note('text', contrast(style.color, background(e)), e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll('svg text')) note('label', contrast(getComputedStyle(e).fill, background(e)), e.textContent);
  for (const e of document.querySelectorAll('svg path[stroke], svg use, svg polyline')) {
    const stroke = e.getAttribute('stroke');
    if (stroke === '#dddddd' || stroke === 'none') continue;
    // The inside of a hollow mark, below its outline.
    if (e.localName === 'use' && e.getAttribute('color') === '#ffffff') continue;
    const style = getComputedStyle(e);
    const colour = stroke && stroke !== 'currentColor' ? style.stroke : style.color;
    note('line', contrast(colour, background(e)), colour);
  }
  return least;
}"""


def quiet(browser, folder, *pages):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    for path in pages:
        stem = pathlib.Path(path).stem
        backgrounds = {}
        for width in (1280, 380, 360):
            for scheme in ("light", "dark"):
                name = f"{stem} at {width} in {scheme}"
                visit = Visit(browser, path, width, scheme)
                visit.is_quiet(name)
                wide = visit.page.evaluate("document.documentElement.scrollWidth")
                expect(wide <= width, f"{name}: the page is {wide} wide")
                backgrounds[scheme] = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
                least = visit.page.evaluate(CONTRASTS)
                expect(least["text"][0] >= 4.5, f"{name}: text {least['text']}")
                expect(least["label"][0] >= 4.5, f"{name}: label {least['label']}")
                # The palette's orange is light on white, but marks and dashes distinguish it too.
                expect(least["line"][0] >= (3 if scheme == "dark" else 2), f"{name}: line {least['line']}")
                if width != 360:
                    image = folder / f"{stem}-{width}-{scheme}.png"
                    visit.page.screenshot(path=str(image), full_page=True)
                    expect(image.stat().st_size > 20_000, f"{name}: {image} is empty")
                visit.close()
        expect(backgrounds["light"] != backgrounds["dark"], f"{stem}: no dark page")
        visit = Visit(browser, path, 700, "dark")
        visit.page.emulate_media(media="print")
        paper = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        expect(paper == "rgb(255, 255, 255)", f"{stem}: paper is {paper}")
        shown = visit.page.evaluate(
            "[...document.querySelectorAll('button.copy, nav')].filter((e) => getComputedStyle(e).display !== 'none').length")
        expect(shown == 0, f"{stem}: {shown} buttons on paper")
        cut = visit.page.evaluate(
            "[...document.querySelectorAll('.scroll, .picture, pre')].filter((e) => getComputedStyle(e).overflowX === 'auto' && e.scrollWidth > e.clientWidth).length")
        expect(cut == 0, f"{stem}: {cut} boxes are cut on paper")
        visit.page.emulate_media(media="screen")
        pdf = visit.page.pdf(path=str(folder / f"{stem}.pdf"), format="A4", print_background=True)
        expect(pdf.startswith(b"%PDF-") and len(pdf) > 10_000, f"{stem}: no PDF")
        visit.close()


def noisy(browser, path):
    visit = Visit(browser, path)
    visit.page.wait_for_timeout(500)
    expect(any("boom" in error for error in visit.errors), f"the error is not counted: {visit.errors}")
    expect(any("nowhere.example" in url for url in visit.outside()), f"the request is not counted: {visit.requests}")
    expect(visit.dialogs == ["hello"], f"the dialog is not counted: {visit.dialogs}")
    least = visit.page.evaluate(CONTRASTS)
    expect(least["text"][0] < 4.5, f"the grey text is not counted: {least}")
    visit.close()


def column(page, heading):
    return page.evaluate(
        """(heading) => [...document.querySelectorAll('table.sortable')].map((table) => {
             const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === heading);
             return at < 0 ? null : [...table.tBodies[0].rows].map((row) => row.cells[at].dataset.value ?? row.cells[at].textContent);
           }).findLast((values) => values !== null)""", heading)


def key(value):
    try:
        number = float(value)
        return (2, 0) if number != number else (0, number)
    except ValueError:
        return (3, 0) if value == "" else (1, value)


def sort(browser, path):
    visit = Visit(browser, path)
    page = visit.page
    button = page.locator("table.sortable").last.locator("th button", has_text="error").first
    heading = page.locator("table.sortable").last.locator("th", has_text="error").first
    before = column(page, "error")
    expect(any(v == "" for v in before) and len(set(before)) > 5, f"not the cells to sort: {before}")
    expect(heading.get_attribute("aria-sort") == "none", "no aria-sort at first")
    button.click()
    up = column(page, "error")
    expect(up == sorted(before, key=key), f"upwards: {up}")
    expect(heading.get_attribute("aria-sort") == "ascending", "aria-sort is not ascending")
    page.keyboard.press("Enter")
    down = column(page, "error")
    numbers = [v for v in down if key(v)[0] == 0]
    expect(numbers == [v for v in up if key(v)[0] == 0][::-1], f"downwards: {down}")
    expect([key(v)[0] for v in down] == sorted(key(v)[0] for v in down), f"what is no number goes last: {down}")
    expect(heading.get_attribute("aria-sort") == "descending", "aria-sort is not descending")
    page.keyboard.press("Space")
    expect(column(page, "error") == before, "the third press does not give the first order back")
    sorts = page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count()
    expect(sorts == 0, f"{sorts} headings say that they sort")
    names = page.locator("table.sortable").last.locator("th button", has_text="profile").first
    names.focus()
    page.keyboard.press("Enter")
    profiles = column(page, "profile")
    wanted = page.evaluate("(texts) => [...texts].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))", profiles)
    expect(profiles == wanted, f"texts: {profiles}")
    visit.is_quiet("sorting")
    visit.close()


def rows_of(text):
    expect(text.endswith("\n"), "the last row is not ended")
    return [line.split("\t") for line in text.removesuffix("\n").split("\n")]


def copy(browser, path):
    wanted = """() => { const table = [...document.querySelectorAll('table.sortable')].at(-1);
      return [...table.rows].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent)); }"""
    visit = Visit(browser, path, allow=("clipboard-read", "clipboard-write"))
    page = visit.page
    figure = page.locator("figure.table").last
    figure.locator("button.copy").click()
    figure.locator(".copied", has_text="copied").wait_for(timeout=5000)
    rows = rows_of(page.evaluate("navigator.clipboard.readText()"))
    expect(rows == page.evaluate(wanted), f"copied: {rows[:3]}")
    expect(len(rows) > 5 and len({len(row) for row in rows}) == 1, "the rows are not equally long")
    at = rows[0].index("error")
    expect(any(len(row[at]) >= 12 for row in rows[1:]), f"digits are missing: {rows[1]}")
    expect("'=1+1" in [row[0] for row in rows], f"a formula is copied as one: {[row[0] for row in rows]}")
    # Selects with the mouse: copies the shown text, with a tab between cells and a line per row.
    page.evaluate("""() => { const table = [...document.querySelectorAll('table.sortable')].at(-1);
      getSelection().selectAllChildren(table); }""")
    page.keyboard.press("Control+c")
    shown = page.evaluate("navigator.clipboard.readText()")
    lines = [line.split("\t") for line in shown.strip("\n").split("\n")]
    texts = page.evaluate("""() => { const table = [...document.querySelectorAll('table.sortable')].at(-1);
      return [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim())); }""")
    expect([[cell.strip() for cell in line] for line in lines] == texts, f"by mouse: {lines[:3]} and {texts[:3]}")
    visit.is_quiet("copying")
    visit.close()
    # Without the clipboard API the old way is used; without that too, the user copies by hand.
    for script, words in [
        ("Object.defineProperty(navigator, 'clipboard', { value: undefined })", "copied"),
        ("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false", "Ctrl+C"),
    ]:
        visit = Visit(browser, path, allow=("clipboard-read", "clipboard-write"))
        visit.page.evaluate(script)
        figure = visit.page.locator("figure.table").last
        figure.locator("button.copy").click()
        figure.locator(".copied", has_text=words).wait_for(timeout=5000)
        if words == "Ctrl+C":
            text = figure.locator("textarea").input_value()
            expect(rows_of(text) == visit.page.evaluate(wanted), f"by hand: {text[:200]}")
            expect(visit.page.evaluate("document.activeElement.tagName") == "TEXTAREA", "the text is not selected")
        visit.is_quiet("copying another way")
        visit.close()


def hostile(browser, path, texts):
    visit = Visit(browser, path)
    page = visit.page
    counts = page.evaluate("""() => {
      const all = [...document.querySelectorAll('*')];
      return { scripts: document.scripts.length, tags: [...new Set(all.map((e) => e.localName))],
               handlers: all.flatMap((e) => [...e.attributes]).filter((a) => /^on/.test(a.name)).map((a) => a.name) }; }""")
    expect(counts["scripts"] == 1, f"{counts['scripts']} scripts")
    expect(not counts["handlers"], f"handlers: {counts['handlers']}")
    known = set("""html head meta title style script body header h1 h2 h3 p nav ul li a main section table thead tbody tr
      th td figure figcaption div span svg g defs path rect circle use text pre code bdi button polygon polyline
      details summary footer""".split())
    expect(set(counts["tags"]) <= known, f"elements: {set(counts['tags']) - known}")
    cells = page.evaluate("[...document.querySelectorAll('td')].map((cell) => cell.textContent)")
    for text in json.loads(pathlib.Path(texts).read_text()):
        expect(text in cells, f"not in a cell: {text!r}")
    # Hovers and clicks every name, in case one of them reacts.
    for cell in page.locator("td, th button, bdi, svg text").all()[:200]:
        cell.dispatch_event("mouseover")
        cell.dispatch_event("click")
    visit.is_quiet("hostile names")
    visit.close()


command, chromium, *arguments = sys.argv[1:]
with sync_playwright() as playwright:
    # Chromium refuses its sandbox to root, who runs a container's tests; the pages are our own.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    {"quiet": quiet, "noisy": noisy, "sort": sort, "copy": copy, "hostile": hostile}[command](browser, *arguments)
    browser.close()
for fault in faults:
    print(fault)
sys.exit(bool(faults))
