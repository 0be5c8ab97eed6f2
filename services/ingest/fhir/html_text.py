"""HTML and XHTML as the plain text that a reader sees, for notes that come as pages."""

import re
from html.parser import HTMLParser
from typing import Final

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = (
    "address",
    "article",
    "blockquote",
    "caption",
    "div",
    "footer",
    "header",
    "p",
    "pre",
    "section",
)
_LISTS: Final = ("dd", "dl", "dt", "li", "ol", "table", "tr", "ul")
_BREAKS: Final = frozenset((*_HEADINGS, *_BLOCKS, *_LISTS, "br", "hr"))
_HIDDEN: Final = frozenset(("head", "script", "style", "template", "title"))
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


class _Text(HTMLParser):
    """Collects what is shown; block elements begin and end lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))


def html_text(page: str) -> str:
    """The page's text: one line for each block, lists with dashes, no scripts, no styles."""
    parser = _Text()
    parser.feed(page)
    parser.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(parser.parts).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
