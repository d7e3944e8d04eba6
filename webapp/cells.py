"""The cell of a table that stacks up on a narrow screen, as a tag: ``{% cell "Name" %}...{% endcell %}``."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class Cell(Extension):
    """Written into the page when the template is compiled: called as a macro, cells were a third of a list's time."""

    tags = {"cell"}  # noqa: RUF012 - Jinja's own way

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """See Jinja."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        inside = parser.parse_statements(("name:endcell",), drop_needle=True)
        begin, between, end = (
            nodes.TemplateData(part, lineno=line)
            for part in ('<td role="cell"><span class="cell-name" aria-hidden="true">', "</span><div>", "</div></td>")
        )
        return [
            nodes.Output([begin, name, between], lineno=line),
            *inside,
            nodes.Output([end], lineno=line),
        ]
