"""The group that every command belongs to."""

import gc
from importlib import import_module

import click

MODULES = {
    "audit": ("audit",),
    "backups": ("backup", "replay", "restore"),
    "directories": ("directories",),
    "emails": ("emails",),
    "erasure": ("erasure",),
    "keys": ("keys",),
    "legal_holds": ("hold",),
    "register": ("register",),
    "retention": ("purge", "retention"),
    "running": ("demo", "demo-billing", "demo-code", "migrate", "serve", "settings", "worker"),
    "screening": ("screen",),
    "sharing": ("share",),
    "staff": ("staff",),
    "suppressing": ("suppress",),
    "webhooks": ("events",),
}
"""In which module each command is: only that is imported, so that a command begins at once."""


class Commands(click.Group):
    """The commands, each imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(name for names in MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, which adds itself to the group, and return it."""
        for module, names in MODULES.items():
            if cmd_name in names:
                import_module(f"portal.operations.cli.{module}")
        gc.freeze()
        gc.enable()
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run the privacy portal.

    Settings are environment variables that begin with PORTAL_; `settings` lists them.
    Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 done but not all could be read.
    """
