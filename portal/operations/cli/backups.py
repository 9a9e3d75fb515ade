"""Commands on backups of the databases: backup, restore, replay."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from portal.erasure.cancellation.rules import LeftoverError
from portal.operations.backup import store
from portal.operations.backup.backup import back_up
from portal.operations.backup.erasure_replay import Replayed, replay
from portal.operations.backup.manifest import Backup
from portal.operations.backup.packing import Identities, read_identities
from portal.operations.backup.postgresql_address import BackupError, explain
from portal.operations.backup.restore import RestoreRequest, lacks_only_replay, restore
from portal.operations.backup.verification import refuse_unable, verify
from portal.operations.cli.base import commands
from portal.operations.cli.parts import assembled, migrated
from portal.operations.restore_check import look
from portal.operations.startup_checks import refuse_old_copy
from portal.platform.core.errors import UnreadableError, WrongClockError
from portal.platform.encryption.installation import StrangersError
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

FOLDER = click.Path(path_type=Path, file_okay=False)
NOES_LOST = (
    "Who said no to marketing since then is not known any more. Before a campaign, ask your other"
    " systems what they were told (docs/operate.md, “Putting a backup back”)."
)
NEVER = (
    "Of the keyring there must never be an older backup: keep {folder} out of whatever keeps"
    " history (archives, snapshots, synchronised folders)."
)
WRONG_CLOCK = "This machine's clock cannot be right. Put it right, and run the same again"
LEFTOVER = "Something of somebody who has left is still there. Run it again, and report it"


IDENTITY = click.option(
    "--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the secret key of age, where backups are encrypted.",
)  # fmt: skip


@commands.command("backup")
@click.argument("folder", type=FOLDER)
@click.option(
    "--keyring", "keyring_folder", type=FOLDER,
    help="Folder for the one backup of the keyring.  [default: FOLDER/keyring]",
)  # fmt: skip
@click.option(
    "--verify", "is_verified", is_flag=True,
    help="Then put both back, into databases that are thrown away, and count.",
)  # fmt: skip
@IDENTITY
def backup(
    folder: Path, keyring_folder: Path | None, identity: Path | None, *, is_verified: bool
) -> None:
    """Back up both databases into FOLDER, while the portal runs.

    Backups of the main database that are older than PORTAL_BACKUPS_KEPT_DAYS are deleted: the
    receipts promise it. Of the keyring only the newest backup is kept.
    """
    parts = assembled(read_settings())
    keyring_folder = keyring_folder or folder / "keyring"
    with _told(parts):
        identities: Identities = []

        def check() -> None:
            identities.extend(read_identities(identity))
            if is_verified:
                refuse_unable(parts, identities)

        copy = back_up(parts, folder, keyring_folder, click.echo, check)
        if is_verified:
            verify(parts, copy, keyring_folder, identities, click.echo)
    click.echo(NEVER.format(folder=keyring_folder))


@commands.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--copy", "name", metavar="NAME", help="Which backup.  [default: the newest]")
@click.option(
    "--with-keyring", "keyring_folder", type=FOLDER,
    help="Put the backup of the keyring in this folder back as well, where the keyring is lost.",
)  # fmt: skip
@IDENTITY
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_(
    folder: Path,
    name: str | None,
    keyring_folder: Path | None,
    identity: Path | None,
    *,
    yes: bool,
) -> None:
    """Restore the main database from FOLDER, and erase again whoever has left since.

    Stop the web server and the worker first. Interrupted, run it again: until it has ended well
    they do not start.
    """
    settings = read_settings()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = assembled(settings)
    with _told(parts):
        copy, identities = store.find_backup(folder, name), read_identities(identity)
        _say_what_comes(copy, with_keyring=keyring_folder is not None)
        if not yes:
            click.confirm("Go on?", abort=True)
        chosen = copy.file.name
        with _counter() as report:
            choice = RestoreRequest(chosen, keyring_folder, identities)
            done = restore(parts, folder, choice, report=report)
    click.echo(f"{chosen} is put back.")
    _say_what_was_done(done)


@commands.command("replay")
def replay_() -> None:
    """Erase from a restored database whoever has left since its backup was made."""
    parts = migrated(read_settings())
    if look(parts).is_ahead:
        refuse_old_copy(parts)
    if not lacks_only_replay(parts):
        raise click.ClickException("A restore was interrupted. Run it again: restore FOLDER")
    with _told(parts), _counter() as report:
        done = replay(parts, is_restored=True, report=report)
    _say_what_was_done(done)


@contextmanager
def _told(parts: Runtime) -> Iterator[None]:
    """Report refusals and failures in one line, and close the databases."""
    try:
        yield
    except (BackupError, StrangersError, UnreadableError) as refusal:
        raise click.ClickException(str(refusal)) from None
    except WrongClockError:
        raise click.ClickException(WRONG_CLOCK) from None
    except LeftoverError:
        raise click.ClickException(LEFTOVER) from None
    except OSError as fault:
        raise click.ClickException(explain(fault)) from None
    finally:
        parts.close()


def _say_what_comes(copy: Backup, *, with_keyring: bool) -> None:
    click.echo(
        f"{copy.file.name}, made at {copy.made_at:%Y-%m-%d %H:%M:%S} UTC, takes the place of the"
        " main database. What was changed since is lost; whoever has left since stays deleted."
    )
    if with_keyring:
        click.echo("The backup of the keyring is put back first.")
    click.echo("The web server and the worker must not run meanwhile.")


def _say_what_was_done(done: Replayed) -> None:
    click.echo(
        f"Deleted again: {done.people} people, {done.forms} forms, {done.cases} messages."
        f" Emails given up: {done.emails}. Leaving in seven days: {done.waiting}."
        " Everybody has to sign in again."
    )
    click.echo(NOES_LOST)


@contextmanager
def _counter() -> Iterator[Callable[[int], None]]:
    """Give a callback that shows at a terminal how many customers were looked at."""
    seen, is_shown = 0, sys.stderr.isatty()

    def show(more: int) -> None:
        nonlocal seen
        seen += more
        if is_shown:
            click.echo(f"\rCustomers looked at: {seen}", nl=False, err=True)

    yield show
    if is_shown and seen:
        click.echo(err=True)
