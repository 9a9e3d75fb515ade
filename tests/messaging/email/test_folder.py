"""Emails become files only where somebody has said so, and the files have an end."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.messaging.email.held import HELD
from portal.messaging.email.transport import FILES_KEPT, FolderTransport
from portal.platform.runtime import assemble
from portal.platform.settings import SettingsError, read_settings
from tests.commands import REAL, run
from tests.world import World

WITHOUT = {name: value for name, value in REAL.items() if name != "PORTAL_SMTP_URL"}


def test_a_real_portal_without_a_mail_server_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_MAIL_FOLDER"):
        assemble(read_settings({**WITHOUT, "PORTAL_INSTANCE": str(tmp_path)}), (), {})
    for command in ("worker", "serve"):
        told = run(tmp_path, command, PORTAL_SMTP_URL="")
        assert told.returncode == 1
        assert "PORTAL_SMTP_URL is missing" in told.stderr


def test_a_real_portal_writes_files_where_that_was_said_by_name(tmp_path: Path) -> None:
    chosen = {**WITHOUT, "PORTAL_INSTANCE": str(tmp_path), "PORTAL_MAIL_FOLDER": "/var/mail-files"}
    assert assemble(read_settings(chosen), (), {}).mail_folder == Path("/var/mail-files")
    with pytest.raises(SettingsError, match="both set"):
        assemble(read_settings({**chosen, "PORTAL_SMTP_URL": "smtp://localhost"}), (), {})


def test_a_worker_does_not_start_where_no_email_can_be_kept(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").returncode == 0
    file = tmp_path / "file"
    file.write_text("nothing")
    for folder in ("/proc/emails", str(file), str(file / "emails")):
        told = run(tmp_path, "worker", PORTAL_SMTP_URL="", PORTAL_MAIL_FOLDER=folder)
        assert told.returncode == 1
        assert "PORTAL_MAIL_FOLDER" in told.stderr


def test_trying_a_folder_out_leaves_nothing_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "emails"
    FolderTransport(folder).try_out()
    assert list(folder.iterdir()) == []


def test_a_demonstration_writes_files_by_itself(world: World) -> None:
    assert world.parts.mail_folder == world.instance / "mail"
    served = replace(world.parts.settings, smtp_url="smtp://localhost")
    assert assemble(served, (), {}).mail_folder is None


def test_nobody_reads_of_files_where_a_mail_server_takes_the_emails(world: World) -> None:
    said = "The file we save an email in"
    assert said in world.visitor().open("/privacy").text
    served = replace(world.parts.settings, smtp_url="smtp://localhost")
    parts = assemble(served, HELD, {})
    shown = {rule.what for one in parts.register for rule in one.rules}
    parts.close()
    assert "The words of an email" in shown
    assert not [one for one in shown if said in one]


def test_a_file_goes_as_long_after_it_was_written_as_the_schedule_says(world: World) -> None:
    (rule,) = (rule for one in HELD for rule in one.rules if rule.name == "letter-files")
    assert rule.length == FILES_KEPT
    world.case()
    world.deliver()
    (file,) = (world.instance / "mail").glob("*.eml")
    begun = file.with_name(f".{file.stem}.123")
    begun.write_bytes(b"half of a letter")
    for age, is_kept in ((timedelta(minutes=1), False), (-timedelta(minutes=1), True)):
        written = (world.clock() - FILES_KEPT - age).timestamp()
        for one in (file, begun):
            one.write_bytes(b"a letter")
            os.utime(one, (written, written))
        world.worker().sweep()
        assert [one.exists() for one in (file, begun)] == [is_kept, is_kept]
