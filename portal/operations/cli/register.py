"""Command on the register of processing."""

import sys

import click

from portal.desk.processing_register.queries import OTHERS, list_entries, list_missing
from portal.desk.processing_register.rules import list_lacking, spell_linked, spell_table
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.operations.data_inventory import ABOUT_NOBODY
from portal.operations.schema.migrate import TABLES
from portal.platform.settings import read_settings


@commands.command("register")
@click.option(
    "--format", "form", type=click.Choice(["csv", "json-ld"]), default="csv", show_default=True
)
@click.option("--check", "is_check", is_flag=True, help="Say what is missing from it, and stop.")
def register_(form: str, *, is_check: bool) -> None:
    """Print the full register of processing (UK GDPR, article 30).

    With --check, exit with 1 where a table, the name of a recipient or the country of a company is
    missing from it.
    """
    parts = ready(read_settings())
    given = parts.declared
    with parts.reading() as work:
        entries, missing = list_entries(work, *given), list_missing(work, *given)
    tables = [name for branch in TABLES.values() for name in branch.tables]
    lacking = list_lacking(tables, (*parts.register, *OTHERS), ABOUT_NOBODY)
    missing += [f"The table {name} is in no entry" for name in lacking]
    parts.close()
    if is_check:
        for line in missing:
            click.echo(line)
        if missing:
            sys.exit(1)
        click.echo(f"Nothing is missing: {len(entries)} entries.")
    elif form == "csv":
        click.echo(spell_table(entries, in_full=True), nl=False)
    else:
        click.echo(spell_linked(entries, parts.settings.brand_name))
