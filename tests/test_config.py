"""Settings come from the environment, and unsafe ones are refused before anything is served."""

from __future__ import annotations

import stat

import pytest
from click.testing import CliRunner

from examapp.commands.serve import serve
from examapp.config import UnsafeSettingError, check, from_environment


def settings(tmp_path, **given):
    environ = {"EXAMAPP_INSTANCE": str(tmp_path)} | {f"EXAMAPP_{k}": v for k, v in given.items()}
    return from_environment(environ)


def test_without_settings_the_database_is_a_file_in_the_instance_folder(tmp_path):
    assert settings(tmp_path).database_url == f"sqlite:///{tmp_path / 'examapp.db'}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_is_reached_with_psycopg(tmp_path, scheme):
    url = settings(tmp_path, DATABASE_URL=f"{scheme}://u:p@h/d").database_url
    assert url == "postgresql+psycopg://u:p@h/d"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = settings(tmp_path)
    assert settings(tmp_path).secret_key == first.secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "given",
    [{"SECRET_KEY": "short"}, {"DATABASE_URL": "sqlite:///:memory:"}, {"TRUSTED_PROXIES": "two"}],
)
def test_unsafe_settings_are_refused(tmp_path, given):
    with pytest.raises(UnsafeSettingError):
        check(settings(tmp_path, **given))


def test_the_server_does_not_leave_the_machine_without_https(tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMAPP_INSTANCE", str(tmp_path))
    monkeypatch.delenv("EXAMAPP_HTTPS", raising=False)
    result = CliRunner().invoke(serve, ["--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "EXAMAPP_HTTPS=1" in result.output
